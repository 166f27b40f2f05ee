"""How alike two questions are: part in meaning (sharpened cosine), part in spelling (cosine of TF-IDF)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

MEANING_SHARE = 0.7
SHARPNESS = 2.0  # exp(SHARPNESS * (cosine - 1)): near questions count far more than vague ones
BLOCK_ROWS = 1024
# So many terms stand in so many questions that a plain product is faster than a sparse one.
COMMON_TERMS = 256


class AmongThemselves:
    """Similarities of many questions to each other, made some columns at a time: `ridge.Columns`."""

    def __init__(self, vectors: np.ndarray, spelled: sparse.csr_matrix) -> None:
        shared = spelled * np.float32(np.sqrt(1.0 - MEANING_SHARE))
        by_use = np.argsort(-np.bincount(shared.indices, minlength=shared.shape[1]), kind="stable")
        self._vectors = vectors
        self._threads = ThreadPoolExecutor(len(os.sched_getaffinity(0)))
        self._common = np.ascontiguousarray(shared[:, by_use[:COMMON_TERMS]].toarray())
        self._rare = shared[:, by_use[COMMON_TERMS:]].tocsr()

    def __call__(self, first: int, end: int) -> np.ndarray:
        """Those columns, from row `first` down."""
        made = np.empty((len(self._vectors) - first, end - first), dtype=np.float32)
        rare = self._rare[first:end].T.tocsr()

        def make(start: int) -> None:
            of = slice(first + start, first + start + BLOCK_ROWS)
            block = made[start : start + BLOCK_ROWS]
            np.matmul(self._vectors[of], self._vectors[first:end].T, out=block)
            _sharpen(block)
            block += self._common[of] @ self._common[first:end].T
            block += (self._rare[of] @ rare).toarray()

        list(self._threads.map(make, range(0, len(made), BLOCK_ROWS)))
        return made


def between(
    vectors: np.ndarray, spelled: sparse.csr_matrix, others: np.ndarray, others_spelled: sparse.csr_matrix
) -> np.ndarray:
    """Similarities of questions (n) to a few others (k): (n, k)."""
    made = vectors @ others.T
    _sharpen(made)
    made += np.float32(1.0 - MEANING_SHARE) * (spelled @ others_spelled.T).toarray()
    return np.asarray(made)


def _sharpen(cosines: np.ndarray) -> None:
    """Turn cosines into the part of a similarity that is meaning, in place."""
    cosines -= np.float32(1.0)
    cosines *= np.float32(SHARPNESS)
    np.exp(cosines, out=cosines)
    cosines *= np.float32(MEANING_SHARE)
