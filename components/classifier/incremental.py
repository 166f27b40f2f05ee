"""Moves a fit on to what is taught now, when only few questions came, went or moved to another answer.

What a term weighs stays as the whole fit found it; terms that only the new questions have are added.
Everything else comes out as a whole fit with those weights would find it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from components.classifier import incremental_ridge
from components.classifier.fits import RIDGE, Fit, Questions, classes_of, labels_of, targets_of
from components.classifier.kernel_ridge import Factor, Solution
from components.classifier.nearest import nearest_other
from components.classifier.similarities import between
from components.classifier.tfidf import Spelling

SAME_VECTOR = 1e-3  # an encoder gives a text the same vector, but for a rounding


class TaughtChange(NamedTuple):
    """From the questions of a fit to those wanted."""

    place: np.ndarray  # of each wanted question in the fit; -1 for a new one
    gone: np.ndarray  # places in the fit

    @property
    def new(self) -> np.ndarray:
        return np.flatnonzero(self.place < 0)

    @property
    def size(self) -> int:
        return len(self.gone) + len(self.new)


def change(old: Questions, wanted: Questions) -> TaughtChange:
    """Which questions stay, come and go; one that moved to another class does both."""
    known: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, question in enumerate(zip(old.texts, old.names, strict=True)):
        known[question].append(at)
    asked = zip(wanted.texts, wanted.names, strict=True)
    place = np.array([known[each].pop() if known[each] else -1 for each in asked])
    stays = np.flatnonzero(place >= 0)
    is_other = np.abs(old.vectors[place[stays]] - wanted.vectors[stays]).max(axis=1) > SAME_VECTOR
    place[stays[is_other]] = -1
    return TaughtChange(place, np.setdiff1d(np.arange(len(old.texts)), place))


def moved_on(fit: Fit, factor: Factor, wanted: Questions, to: TaughtChange) -> Fit:
    """The fit of the wanted questions; `factor` is what the whole fit wrote down."""
    new = [wanted.texts[at] for at in to.new]
    spelling, old_rows, new_rows = _spelled(fit, new, among=len(wanted.texts))
    old, added = (fit.questions.vectors, old_rows), (wanted.vectors[to.new], new_rows)
    labels = labels_of(wanted)
    solution = incremental_ridge.moved_on(
        _in_columns_of(labels, fit),
        factor,
        between=between(*old, *added),
        among=between(*added, *added) + RIDGE * np.eye(len(new), dtype=np.float32),
        targets=targets_of(classes_of(wanted)[to.new], len(labels)),
        gone=to.gone,
    )
    stay = np.delete(np.arange(len(fit.questions.texts)), to.gone)
    order = np.searchsorted(stay, to.place)  # among those that stay, then the new ones
    order[to.new] = len(stay) + np.arange(len(new))
    spelled = sparse.vstack([old_rows[stay], new_rows]).tocsr()[order]
    in_order = Solution(solution.weights[order], solution.diagonal[order])
    return Fit(wanted, spelling, spelled, in_order, _nearest(fit, wanted, to))


def _spelled(
    fit: Fit, new: Sequence[str], *, among: int
) -> tuple[Spelling, sparse.csr_matrix, sparse.csr_matrix]:
    """The spelling with the terms of the new texts, the old questions' rows and those of the new ones."""
    if not new:
        return fit.spelling, fit.spelled, fit.spelled[:0]
    spelling = fit.spelling.with_terms_of(new, among=among)
    return spelling, spelling.widened(fit.spelled, fit.spelling), spelling.of(new)


def _in_columns_of(labels: Sequence[str], fit: Fit) -> Solution:
    """The fit's solution for those classes; for one that it does not know nothing is aimed at."""
    weights = np.zeros((len(fit.questions.texts), len(labels)), dtype=np.float32)
    for at, label in enumerate(fit.labels):
        if label in labels:
            weights[:, labels.index(label)] = fit.solution.weights[:, at]
    return Solution(weights, fit.solution.diagonal)


def _nearest(fit: Fit, wanted: Questions, to: TaughtChange) -> np.ndarray:
    """Rows of new questions and columns of classes that changed are made anew, all others kept."""
    labels, classes, labels_before = labels_of(wanted), classes_of(wanted), fit.labels
    touched = {wanted.names[at] for at in to.new} | {fit.questions.names[at] for at in to.gone}
    anew = [at for at, label in enumerate(labels) if label in touched]
    kept = [at for at, label in enumerate(labels) if label not in touched]
    nearest = np.empty((len(classes), len(labels)), dtype=np.float32)
    stays = np.flatnonzero(to.place >= 0)
    before = [labels_before.index(labels[at]) for at in kept]
    nearest[stays[:, None], kept] = fit.nearest[to.place[stays][:, None], before]
    nearest[:, anew] = nearest_other(wanted.vectors, classes, anew)
    nearest[to.new] = nearest_other(wanted.vectors, classes, range(len(labels)), to.new)
    return nearest
