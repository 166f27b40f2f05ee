"""Solves kernel ridge regression for many questions in little memory: weights, and what leave-one-out needs.

The matrix of similarities is symmetric, so only its lower half is made, in panels: some columns each,
from the diagonal down. A panel is eliminated as soon as it is made (Cholesky, left-looking), so that
matrix and factor never stand side by side. The work is done by large products, in single precision
and in place; the ridge keeps the matrix far from singular.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, overload

import numpy as np
from scipy.linalg import blas, lapack

PANEL_COLUMNS = 256
FLOAT_BYTES = 4
# (first column, behind the last one) -> those columns, from the first one's row down.
Columns = Callable[[int, int], np.ndarray]
Factor = Sequence[np.ndarray]  # panels; the upper triangle of each one's corner is zero


class Solution(NamedTuple):
    """Of (matrix + ridge)^-1: its product with the targets (n, n_classes), and its diagonal (n,)."""

    weights: np.ndarray
    diagonal: np.ndarray

    def left_out(self, targets: np.ndarray) -> np.ndarray:
        """What each question would have scored, had it not been taught: (n, n_classes)."""
        return np.asarray(targets - self.weights / self.diagonal[:, None])


class KeptFactor(Sequence[np.ndarray]):
    """The panels of a factor in a file, read when they are asked for."""

    def __init__(self, path: Path, size: int) -> None:
        """`size`: questions. Raises ValueError when the file is not of so many."""
        self._path = path
        heights = range(size, 0, -PANEL_COLUMNS)
        self._shapes = [(height, min(height, PANEL_COLUMNS)) for height in heights]
        if path.stat().st_size != sum(height * width for height, width in self._shapes) * FLOAT_BYTES:
            raise ValueError(f"{path.name} is not the factor of {size} questions")

    def __len__(self) -> int:
        return len(self._shapes)

    @overload
    def __getitem__(self, at: int) -> np.ndarray: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[np.ndarray]: ...

    def __getitem__(self, at: int | slice) -> np.ndarray | Sequence[np.ndarray]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        before = sum(height * width for height, width in self._shapes[:at])
        height, width = self._shapes[at]
        flat = np.fromfile(self._path, np.float32, height * width, offset=before * FLOAT_BYTES)
        return flat.reshape(height, width)


def solve(columns: Columns, targets: np.ndarray, *, ridge: float, keep: BinaryIO | None = None) -> Solution:
    """Solve for targets (n, n_classes).

    `columns` makes new arrays, C-contiguous float32, which are used up. `keep`: where to write the
    factor, for `KeptFactor`. Raises ArithmeticError.
    """
    factor = _factor(columns, len(targets), ridge)
    if keep:
        for panel in factor:
            panel.tofile(keep)
    return Solution(divided(targets, factor), _diagonal_of_inverse(factor))


def divided(targets: np.ndarray, factor: Factor) -> np.ndarray:
    """(L L^T)^-1 targets: (n, anything)."""
    found = np.array(targets, dtype=np.float32, order="C")
    if not found.size:
        return found
    for at, panel in enumerate(factor):
        mine, below = _split(found, at, panel)
        _divide(mine, panel)
        below -= panel[len(mine) :] @ mine
    for at in reversed(range(len(factor))):
        panel = factor[at]
        mine, below = _split(found, at, panel)
        mine -= panel[len(mine) :].T @ below
        _divide(mine, panel, turned=True)
    return found


def _factor(columns: Columns, size: int, ridge: float) -> list[np.ndarray]:
    """The lower triangle L of matrix + ridge = L L^T."""
    factor: list[np.ndarray] = []
    for start in range(0, size, PANEL_COLUMNS):
        panel = columns(start, min(start + PANEL_COLUMNS, size))
        width = panel.shape[1]
        panel[np.arange(width), np.arange(width)] += np.float32(ridge)
        for at, earlier in enumerate(factor):
            left = earlier[start - at * PANEL_COLUMNS :]
            _subtract_product(panel, left, left[:width].T)
        corner, failed = lapack.spotrf(panel[:width].T, lower=0, clean=1, overwrite_a=1)
        if failed:
            raise ArithmeticError("The questions' similarities cannot be solved for.")
        _is_in_place(corner, panel)
        if len(panel) > width:
            _is_in_place(blas.strsm(1.0, corner, panel[width:].T, trans_a=1, overwrite_b=1), panel)
        factor.append(panel)
    return factor


def _diagonal_of_inverse(factor: list[np.ndarray]) -> np.ndarray:
    """Squared lengths of the columns of L^-1, some columns at a time; the factor is used up."""
    lengths: list[np.ndarray] = []
    while factor:
        width = factor[0].shape[1]
        rest = np.zeros((len(factor[0]), width), dtype=np.float32)  # of the unit matrix
        rest[:width] = np.eye(width)
        length = np.zeros(width, dtype=np.float32)
        for panel in factor:
            mine, rest = rest[: panel.shape[1]], rest[panel.shape[1] :]
            _divide(mine, panel)
            length += np.einsum("ij,ij->j", mine, mine)
            _subtract_product(rest, panel[len(mine) :], mine)
        lengths.append(length)
        del factor[0]
    return np.concatenate(lengths)


def _split(rows: np.ndarray, at: int, panel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows of a panel's own columns, and those below."""
    start = at * PANEL_COLUMNS
    return rows[start : start + panel.shape[1]], rows[start + panel.shape[1] :]


def _divide(rows: np.ndarray, panel: np.ndarray, *, turned: bool = False) -> None:
    """Replace rows by L^-1 rows (`turned`: L^-T rows) of the panel's corner L."""
    corner = panel[: panel.shape[1]].T
    _is_in_place(blas.strsm(1.0, corner, rows.T, side=1, trans_a=int(turned), overwrite_b=1), rows)


def _subtract_product(of: np.ndarray, left: np.ndarray, right: np.ndarray) -> None:
    """Take left times right away. BLAS counts by columns, so it gets everything turned."""
    if len(of):
        is_turned = right.flags.f_contiguous
        first = right if is_turned else right.T
        made = blas.sgemm(-1.0, first, left.T, 1.0, of.T, trans_a=int(is_turned), overwrite_c=1)
        _is_in_place(made, of)


def _is_in_place(made: np.ndarray, of: np.ndarray) -> None:
    # A copy would be right too, and found out by nobody but the memory.
    assert np.shares_memory(made, of)
