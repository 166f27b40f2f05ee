"""What somebody means who writes on after a crisis card: alone, scared, waiting for an answer, and so on.

The normal ranking of answers is not asked. Taught from safety/follow_ups, with words, letters and the
encoder's values; the weights are arrays. What is said follows from the kind and from whose card it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import safety
from safety.features import features, readable
from safety.lexicon import read_yaml

EXAMPLES_FOLDER = Path(safety.__file__).parent / "follow_ups"
QUESTION, STILL_HERE = "a_question", "still_here"
# From where a meaning is believed; below it we are simply still here.
BELIEVED = 0.30
BUCKETS = 1 << 13
ENCODER_SHARE, LETTER_SHARE = 1.6, 1.0
STRENGTH = 30.0


def taught_follow_ups() -> list[tuple[str, str]]:
    """Every example with its kind, in every language."""
    files: list[Mapping[str, Sequence[str]]] = [
        read_yaml(path) for path in sorted(EXAMPLES_FOLDER.glob("*.yml"))
    ]
    return [(str(text), kind) for data in files for kind, texts in data.items() for text in texts]


def row_of(text: str, vector: Any) -> Any:
    """The features of one message: the encoder's values beside hashed words and letters."""
    row = np.zeros(BUCKETS, np.float32)
    for block in features(readable(text)):
        for number in block:
            row[number % BUCKETS] += 1.0
    row = np.log1p(row)
    row *= LETTER_SHARE / max(float(np.linalg.norm(row)), 1e-6)
    return np.concatenate([row, ENCODER_SHARE * np.asarray(vector, np.float32)])


class FollowUps:
    """Weights by kind."""

    def __init__(self, kinds: Sequence[str], weights: Any, bias: Any) -> None:
        self.kinds = list(kinds)
        self._weights = np.asarray(weights, np.float32)
        self._bias = np.asarray(bias, np.float32)

    @classmethod
    def fit(cls, examples: Sequence[tuple[str, str]], vectors: Any) -> FollowUps:
        """Learn the kinds from (text, kind) and the encoder's value of each text."""
        from scipy import sparse
        from sklearn.linear_model import LogisticRegression

        # Of thousands of buckets a message fills a hundred.
        table = sparse.vstack(
            [
                sparse.csr_matrix(row_of(text, vector))
                for (text, _), vector in zip(examples, vectors, strict=True)
            ]
        )
        model = LogisticRegression(C=STRENGTH, max_iter=200, class_weight="balanced")
        model.fit(table, [kind for _, kind in examples])
        return cls(list(model.classes_), model.coef_, model.intercept_)

    def kind_of(self, text: str, vector: Any) -> tuple[str, float]:
        """The likeliest meaning, and how likely it is."""
        logits = self._weights @ row_of(text, vector) + self._bias
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        best = int(np.argmax(shares))
        return self.kinds[best], float(shares[best])

    def save(self, path: Path) -> None:
        np.savez(path, kinds=np.array(self.kinds), weights=self._weights.astype(np.float16), bias=self._bias)

    @classmethod
    def load(cls, path: Path) -> FollowUps:
        with np.load(path, allow_pickle=False) as arrays:
            return cls([str(kind) for kind in arrays["kinds"]], arrays["weights"], arrays["bias"])
