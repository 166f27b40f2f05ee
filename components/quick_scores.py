"""The scores of one text against all known questions, as fast as one text can be.

`AnswerModel` says what they mean and makes them for many texts at once; these are the same ones. A
turn has one to seven texts: for so few, libraries for matrices spend their time on preparations.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

Terms = list[tuple[int, float]]  # column, weight


class QuickScores:
    """Made once for a model; `known` has a row for each term, a column for each question."""

    def __init__(
        self,
        arrays: Mapping[str, np.ndarray],
        vectorizers: Sequence[TfidfVectorizer],
        known: sparse.csr_matrix,
        *,
        meaning_share: float,
        sharpness: float,
    ) -> None:
        self._vectors, self._weights = arrays["vectors"], arrays["weights"]
        self._known = known
        self._meaning_share, self._sharpness = meaning_share, sharpness
        self._by_class = np.argsort(arrays["classes"], kind="stable")
        self._first = np.flatnonzero(np.diff(arrays["classes"][self._by_class], prepend=-1))
        self._spellings = [_Spelling(vectorizer) for vectorizer in vectorizers]

    def of(self, text: str, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cosine to the nearest question of each class, and the score of each class."""
        cosines = self._vectors @ vector
        nearest = np.maximum.reduceat(cosines[self._by_class], self._first)
        kernel = np.exp((cosines - np.float32(1.0)) * np.float32(self._sharpness))
        kernel *= self._meaning_share
        kernel += (1.0 - self._meaning_share) * self._spelled_alike(text)
        return nearest, kernel @ self._weights

    def _spelled_alike(self, text: str) -> np.ndarray:
        """Cosine of the spelling to each known question's: only those that share a term count."""
        terms, start = [], 0
        for spelling in self._spellings:
            terms += [(start + column, weight) for column, weight in spelling.terms_of(text)]
            start += spelling.width
        if not terms:
            return np.zeros(self._known.shape[1], dtype=np.float32)
        norm = math.sqrt(sum(weight * weight for _, weight in terms))
        ends = self._known.indptr
        rows = [(slice(ends[column], ends[column + 1]), weight / norm) for column, weight in terms]
        questions = np.concatenate([self._known.indices[row] for row, _ in rows])
        shares = np.concatenate([self._known.data[row] * np.float32(weight) for row, weight in rows])
        found = np.bincount(questions, weights=shares, minlength=self._known.shape[1])
        return found.astype(np.float32)


class _Spelling:
    """What a fitted TfidfVectorizer does, for one text."""

    def __init__(self, vectorizer: TfidfVectorizer) -> None:
        self._split = vectorizer.build_analyzer()
        terms = vectorizer.get_feature_names_out()
        self._columns = {str(term): column for column, term in enumerate(terms)}
        self._idf = vectorizer.idf_.tolist()
        self.width = len(self._idf)

    def terms_of(self, text: str) -> Terms:
        """The known terms with their weights, of length 1 together."""
        counts = Counter(self._columns[term] for term in self._split(text) if term in self._columns)
        weighed = [(column, (1.0 + math.log(n)) * self._idf[column]) for column, n in sorted(counts.items())]
        norm = math.sqrt(sum(weight * weight for _, weight in weighed))
        return [(column, weight / norm) for column, weight in weighed]
