"""What a fit of the known questions finds, and how: all of them at once (`fit_changes`: a few others)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, NamedTuple

import numpy as np
from scipy import sparse

from components.classifier import kernel_ridge
from components.classifier.nearest import nearest_other
from components.classifier.similarities import AmongThemselves, between
from components.classifier.tfidf import Spelling

RIDGE = 0.05
CHECKED_ROWS, TOLERANCE = 32, 0.02


class Questions(NamedTuple):
    """What is taught: texts, their unit vectors (n, d), the name of each one's class."""

    texts: Sequence[str]
    vectors: np.ndarray
    names: Sequence[str]


class Fit(NamedTuple):
    """Of n questions: rows in their order, columns in that of the labels."""

    questions: Questions
    spelling: Spelling
    spelled: sparse.csr_matrix
    solution: kernel_ridge.Solution
    nearest: np.ndarray  # cosines, as `nearest_other` finds them

    @property
    def labels(self) -> list[str]:
        return labels_of(self.questions)

    @property
    def classes(self) -> np.ndarray:
        return classes_of(self.questions)


def labels_of(questions: Questions) -> list[str]:
    """The names of the classes, sorted."""
    return sorted(set(questions.names))


def classes_of(questions: Questions) -> np.ndarray:
    """The place of each question's class among the labels."""
    place = {label: at for at, label in enumerate(labels_of(questions))}
    return np.array([place[name] for name in questions.names], dtype=np.int32)


def targets_of(classes: np.ndarray, count: int) -> np.ndarray:
    """One for a question's own class, zero for all others: (n, count)."""
    return np.eye(count, dtype=np.float32)[classes]


def is_solved(fit: Fit) -> bool:
    """Whether some of its questions get what the solution promises, and all numbers are numbers."""
    weights, diagonal = fit.solution
    if not (np.isfinite(weights).all() and np.isfinite(diagonal).all() and (diagonal > 0).all()):
        return False
    rows = np.linspace(0, len(weights) - 1, CHECKED_ROWS, dtype=int)
    vectors, spelled = fit.questions.vectors, fit.spelled
    found = between(vectors[rows], spelled[rows], vectors, spelled) @ weights + RIDGE * weights[rows]
    return bool(np.abs(found - targets_of(fit.classes, len(fit.labels))[rows]).max() < TOLERANCE)


def whole(questions: Questions, *, keep: BinaryIO | None = None) -> Fit:
    """Fit all questions; `keep`: where to write the factor, to move on from later."""
    questions = questions._replace(vectors=np.ascontiguousarray(questions.vectors, dtype=np.float32))
    spelling, spelled = Spelling.fit(questions.texts)
    classes, labels = classes_of(questions), labels_of(questions)
    solution = kernel_ridge.solve(
        AmongThemselves(questions.vectors, spelled), targets_of(classes, len(labels)), ridge=RIDGE, keep=keep
    )
    nearest = nearest_other(questions.vectors, classes, range(len(labels)))
    return Fit(questions, spelling, spelled, solution, nearest)
