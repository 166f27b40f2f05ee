"""The scores of the readings of a message against all known questions, one reading at a time.

A turn has one to seven readings, and for so few a product of matrix and vector each is faster than one
of two matrices. What the questions weigh is summed up once: for a term that stands
in many questions its whole share of every class's score is known before any message comes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

# Terms of more questions than this have their shares summed up: 8,000 of 60,000, and most of a text.
RARE = 16
Terms = list[tuple[int, float]]  # column, weight


class QuickScores:
    """Made once for a model; `known` has a row for each question, a column for each term."""

    def __init__(
        self,
        arrays: Mapping[str, np.ndarray],
        vectorizers: Sequence[TfidfVectorizer],
        known: sparse.csr_matrix,
        *,
        meaning_share: float,
        sharpness: float,
    ) -> None:
        self._meaning_share, self._sharpness = meaning_share, sharpness
        self._by_class = np.argsort(arrays["classes"], kind="stable")
        self._first = np.flatnonzero(np.diff(arrays["classes"][self._by_class], prepend=-1))
        self._weights = arrays["weights"][self._by_class]
        self._spelled = _Spelled(known[self._by_class], self._weights, vectorizers, 1.0 - meaning_share)
        self._vectors = np.ascontiguousarray(arrays["vectors"][self._by_class])

    def of(self, texts: Sequence[str], vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cosine to the nearest question of each class, and the score of each class: (n, n_classes)."""
        rows = [self._of_one(text, vector) for text, vector in zip(texts, vectors, strict=True)]
        nearest, scores = (np.stack(each) for each in zip(*rows, strict=True))
        return nearest, scores

    def nearest(self, vector: np.ndarray, limit: int) -> list[tuple[int, float]]:
        """The known questions nearest to a unit vector: place in what was taught, cosine."""
        cosines = np.empty(len(self._by_class), dtype=np.float32)
        cosines[self._by_class] = self._vectors @ vector
        order = np.argsort(-cosines, kind="stable")[:limit]
        return [(int(at), float(cosines[at])) for at in order]

    def _of_one(self, text: str, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        kernel = self._vectors @ vector
        nearest = np.maximum.reduceat(kernel, self._first)
        kernel -= np.float32(1.0)
        kernel *= np.float32(self._sharpness)
        np.exp(kernel, out=kernel)
        kernel *= np.float32(self._meaning_share)
        summed_up = self._spelled.add(text, kernel)
        return nearest, kernel @ self._weights + summed_up


class _Spelled:
    """What spelled alike adds: to the similarities for rare terms, to the scores for all others."""

    def __init__(
        self,
        known: sparse.csr_matrix,
        weights: np.ndarray,
        vectorizers: Sequence[TfidfVectorizer],
        share: float,
    ) -> None:
        self._spellings = [_Spelling(vectorizer) for vectorizer in vectorizers]
        by_term = known.T.tocsr() * np.float32(share)
        is_common = np.diff(by_term.indptr) > RARE
        self._summed_up = by_term[is_common] @ weights
        self._rare = by_term[~is_common]
        # Where a term is found: from 0 on in `_summed_up`, below it in `_rare`, -1 being its first row.
        self._place = np.where(is_common, np.cumsum(is_common) - 1, -np.cumsum(~is_common)).tolist()

    def add(self, text: str, similarities: np.ndarray) -> np.ndarray:
        """Add to the similarities in place; what is to be added to the scores is returned."""
        terms = self._terms_of(text)
        common = [(place, weight) for place, weight in terms if place >= 0]
        for place, weight in terms:
            if place < 0:
                rows = slice(self._rare.indptr[-1 - place], self._rare.indptr[-place])
                similarities[self._rare.indices[rows]] += self._rare.data[rows] * np.float32(weight)
        shares = np.array([weight for _, weight in common], dtype=np.float32)
        summed: np.ndarray = shares @ self._summed_up[[place for place, _ in common]]
        return summed

    def _terms_of(self, text: str) -> Terms:
        """Places of the known terms, and their weights of length 1 together."""
        terms, start = [], 0
        for spelling in self._spellings:
            terms += [(self._place[start + column], weight) for column, weight in spelling.terms_of(text)]
            start += spelling.width
        norm = math.sqrt(sum(weight * weight for _, weight in terms))
        return [(place, weight / norm) for place, weight in terms]


class _Spelling:
    """What a fitted TfidfVectorizer does, for one text."""

    def __init__(self, vectorizer: TfidfVectorizer) -> None:
        self._split = vectorizer.build_analyzer()
        vectorizer.get_feature_names_out()  # else one that was loaded has no `vocabulary_` yet
        self._columns: Mapping[str, int] = vectorizer.vocabulary_
        self._idf = vectorizer.idf_.tolist()
        self.width = len(self._idf)

    def terms_of(self, text: str) -> Terms:
        """The known terms with their weights, of length 1 together."""
        counts = Counter(self._columns[term] for term in self._split(text) if term in self._columns)
        weighed = [(column, (1.0 + math.log(n)) * self._idf[column]) for column, n in sorted(counts.items())]
        norm = math.sqrt(sum(weight * weight for _, weight in weighed))
        return [(column, weight / norm) for column, weight in weighed]
