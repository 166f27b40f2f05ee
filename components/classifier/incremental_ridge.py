"""Moves a solution of kernel ridge regression on to other questions, without solving anew.

Some questions come and some go; all others stay. The inverse of the larger matrix follows from that of
the smaller one by block elimination, and the inverse without some rows and columns likewise (Golub &
Van Loan 2013, 2.1.4; Rasmussen & Williams 2006, A.3). What is solved with the large factor is one
column for each question that comes or goes, so a few cost next to nothing and the result is the same.
"""

from __future__ import annotations

import numpy as np

from components.classifier.kernel_ridge import Factor, Solution, divided


def moved_on(
    solved: Solution,
    factor: Factor,
    *,
    between: np.ndarray,
    among: np.ndarray,
    targets: np.ndarray,
    gone: np.ndarray,
) -> Solution:
    """The solution for all old questions but those `gone` (their places), then the new ones.

    `between` (n, k) are the similarities of old and new questions, `among` (k, k) those of the new
    ones with the ridge on the diagonal, `targets` (k, n_classes) those of the new ones.
    """
    unit = np.zeros((len(between), len(gone)), dtype=np.float32)
    unit[gone, np.arange(len(gone))] = 1.0
    columns = divided(np.hstack([between, unit]), factor)
    solved_between, solved_unit = np.split(columns, [between.shape[1]], axis=1)
    corner = _inverse(among - between.T @ solved_between)  # the new questions' of the larger inverse
    share = solved_between @ corner
    missing = targets - between.T @ solved.weights
    larger = Solution(
        np.vstack([solved.weights - share @ missing, corner @ missing]),
        np.concatenate([solved.diagonal + _products(share, solved_between), np.diag(corner)]),
    )
    of_gone = np.vstack([solved_unit + share @ solved_between[gone].T, -share[gone].T])
    return _without(larger, of_gone, gone)


def _without(larger: Solution, columns: np.ndarray, gone: np.ndarray) -> Solution:
    """`columns` (n, n_gone): those of the larger inverse that go."""
    taken = columns @ _inverse(columns[gone])
    weights = larger.weights - taken @ larger.weights[gone]
    diagonal = larger.diagonal - _products(taken, columns)
    stay = np.delete(np.arange(len(weights)), gone)
    return Solution(weights[stay], diagonal[stay])


def _products(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Each row of one times the same row of the other."""
    return np.einsum("ij,ij->i", one, other)


def _inverse(matrix: np.ndarray) -> np.ndarray:
    # Small, and what is subtracted is nearly as large as what it is subtracted from: in double.
    return np.asarray(np.linalg.inv(matrix.astype(np.float64)), dtype=np.float32)
