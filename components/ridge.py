"""Solves kernel ridge regression for many questions in little memory: weights and leave-one-out.

The matrix of similarities is symmetric, so only its lower half is made, in panels: some columns each,
from the diagonal down. A panel is eliminated as soon as it is made (Cholesky, left-looking), so that
matrix and factor never stand side by side. The work is done by large products, in single precision
and in place; the ridge keeps the matrix far from singular.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy.linalg import blas, lapack

PANEL_COLUMNS = 256
# (first column, behind the last one) -> those columns, from the first one's row down.
Columns = Callable[[int, int], np.ndarray]
Factor = list[np.ndarray]  # panels; the upper triangle of each one's corner is zero


def solve(columns: Columns, targets: np.ndarray, *, ridge: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (n, n_classes) and the leave-one-out scores of the same shape.

    `columns` makes new arrays, C-contiguous float32, which are used up. Raises ArithmeticError.
    """
    factor = _factor(columns, len(targets), ridge)
    weights = _weights(factor, targets)
    return weights, targets - weights / _diagonal_of_inverse(factor)[:, None]


def _factor(columns: Columns, size: int, ridge: float) -> Factor:
    """The lower triangle L of matrix + ridge = L L^T."""
    factor: Factor = []
    for start in range(0, size, PANEL_COLUMNS):
        panel = columns(start, min(start + PANEL_COLUMNS, size))
        width = panel.shape[1]
        panel[np.arange(width), np.arange(width)] += np.float32(ridge)
        for first, earlier in _numbered(factor):
            left = earlier[start - first :]
            _subtract_product(panel, left, left[:width].T)
        corner, failed = lapack.spotrf(panel[:width].T, lower=0, clean=1, overwrite_a=1)
        if failed:
            raise ArithmeticError("The questions' similarities cannot be solved for.")
        _is_in_place(corner, panel)
        if len(panel) > width:
            _is_in_place(blas.strsm(1.0, corner, panel[width:].T, trans_a=1, overwrite_b=1), panel)
        factor.append(panel)
    return factor


def _weights(factor: Factor, targets: np.ndarray) -> np.ndarray:
    """(L L^T)^-1 targets."""
    found = np.array(targets, dtype=np.float32, order="C")
    for start, panel in _numbered(factor):
        mine, below = found[start : start + panel.shape[1]], found[start + panel.shape[1] :]
        _divide(mine, panel)
        below -= panel[len(mine) :] @ mine
    for start, panel in reversed(list(_numbered(factor))):
        mine, below = found[start : start + panel.shape[1]], found[start + panel.shape[1] :]
        mine -= panel[len(mine) :].T @ below
        _divide(mine, panel, turned=True)
    return found


def _diagonal_of_inverse(factor: Factor) -> np.ndarray:
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


def _numbered(factor: Sequence[np.ndarray]) -> Iterator[tuple[int, np.ndarray]]:
    """Each panel with the number of its first column."""
    return ((at * PANEL_COLUMNS, panel) for at, panel in enumerate(factor))


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
