"""The nearest other question of each class, for every known question: what confidence is fitted on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ITSELF = -1.0  # nobody needs a question's cosine to itself
BLOCK_ROWS = 1024  # so many cosines to a class stay in the processor's cache


def nearest_other(
    vectors: np.ndarray, classes: np.ndarray, labels: Sequence[int], rows: np.ndarray | None = None
) -> np.ndarray:
    """Cosine of each question to the nearest other one of each of those classes: (n, n_labels).

    `vectors` (n, d) are of unit length, `classes` (n,) their classes. `rows`: only of those questions.
    """
    rows = np.arange(len(vectors)) if rows is None else rows
    members = [np.flatnonzero(classes == label) for label in labels]
    known = [np.ascontiguousarray(vectors[each]) for each in members]
    found = np.empty((len(rows), len(labels)), dtype=np.float32)
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        asked = np.ascontiguousarray(vectors[block].T)
        for at, (own, questions) in enumerate(zip(members, known, strict=True)):
            cosines = questions @ asked
            cosines[own[:, None] == block] = ITSELF
            found[start : start + len(block), at] = cosines.max(axis=0)
    return found


def only_one(classes: np.ndarray, count: int) -> np.ndarray:
    """Which of `count` classes have a single question."""
    return np.flatnonzero(np.bincount(classes, minlength=count) == 1)


def with_only_ones(nearest: np.ndarray, alone: np.ndarray) -> np.ndarray:
    """For a class with a single question the nearest of any class, in its place: (n, n_classes)."""
    nearest = nearest.copy()
    nearest[:, alone] = nearest.max(axis=1, keepdims=True)
    return nearest
