"""How a text is spelled: TF-IDF of its words and of its letters, side by side, kept as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

_VECTORIZERS: tuple[dict[str, Any], ...] = (
    {"ngram_range": (1, 2), "sublinear_tf": True, "token_pattern": r"(?u)\b\w[\w'-]*\b"},
    {"ngram_range": (3, 5), "sublinear_tf": True, "analyzer": "char_wb", "min_df": 3},
)


class Spelling:
    """Turns texts into rows of weighted terms."""

    def __init__(self, vectorizers: Sequence[TfidfVectorizer]) -> None:
        self.vectorizers = vectorizers

    @classmethod
    def fit(cls, texts: Sequence[str]) -> tuple[Spelling, sparse.csr_matrix]:
        """Learn terms and their weights from texts, and give the texts' own rows."""
        vectorizers = [TfidfVectorizer(**options, dtype=np.float32) for options in _VECTORIZERS]
        blocks = [vectorizer.fit_transform(texts) for vectorizer in vectorizers]
        return cls(vectorizers), _side_by_side(blocks)

    def of(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """A row of unit length for each text."""
        return _side_by_side([vectorizer.transform(texts) for vectorizer in self.vectorizers])

    def with_terms_of(self, texts: Sequence[str], *, among: int) -> Spelling:
        """The same weights for every term known, and the terms that only these texts have, out of `among`."""
        pairs = zip(_VECTORIZERS, self.vectorizers, strict=True)
        return Spelling([_with_terms_of(texts, options, known, among) for options, known in pairs])

    def widened(self, rows: sparse.csr_matrix, before: Spelling) -> sparse.csr_matrix:
        """Rows as made `before` these terms were added, with a column for each of them."""
        blocks, start = [], 0
        for wide, narrow in zip(self._widths(), before._widths(), strict=True):
            block = rows[:, start : start + narrow]
            block.resize(rows.shape[0], wide)
            blocks.append(block)
            start += narrow
        return sparse.hstack(blocks).tocsr()

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "terms": [str(term) for term in vectorizer.get_feature_names_out()],
                "idf": [round(float(value), 6) for value in vectorizer.idf_],
            }
            for vectorizer in self.vectorizers
        ]

    @classmethod
    def from_json(cls, kept: Sequence[dict[str, Any]]) -> Spelling:
        pairs = zip(_VECTORIZERS, kept, strict=True)
        return cls([_vectorizer(options, state["terms"], state["idf"]) for options, state in pairs])

    def _widths(self) -> Iterator[int]:
        return (len(vectorizer.idf_) for vectorizer in self.vectorizers)


def _with_terms_of(
    texts: Sequence[str], options: dict[str, Any], known: TfidfVectorizer, among: int
) -> TfidfVectorizer:
    terms, weights = list(known.get_feature_names_out()), list(known.idf_)
    found = _counted(texts, options)
    for term, count in found.items():
        if term not in known.vocabulary_:
            terms.append(term)
            weights.append(math.log((1 + among) / (1 + count)) + 1.0)  # as scikit-learn smooths it
    return _vectorizer(options, terms, weights)


def _counted(texts: Sequence[str], options: dict[str, Any]) -> dict[str, int]:
    """In how many of the texts each term stands, as far as they are enough to be learnt."""
    vectorizer = TfidfVectorizer(**options)
    try:
        rows = vectorizer.fit_transform(texts)
    except ValueError:  # scikit-learn's way to say that no term is left
        return {}
    counts = np.bincount(rows.indices, minlength=rows.shape[1])
    return {term: int(counts[at]) for term, at in vectorizer.vocabulary_.items()}


def _vectorizer(options: dict[str, Any], terms: Sequence[str], weights: Sequence[float]) -> TfidfVectorizer:
    vectorizer = TfidfVectorizer(**options, vocabulary=terms)
    vectorizer.idf_ = np.array(weights)
    return vectorizer


def _side_by_side(blocks: Sequence[sparse.csr_matrix]) -> sparse.csr_matrix:
    return normalize(sparse.hstack(blocks).tocsr().astype(np.float32))
