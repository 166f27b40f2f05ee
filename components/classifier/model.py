"""The classifier's mathematics, free of Rasa: kernel ridge regression over known questions.

Every class is scored by a weighted sum of similarities to all training questions, the similarity
being part meaning (cosine of sentence vectors, sharpened) and part spelling (cosine of TF-IDF of
words and letters). Solved in closed form, which also gives each question's score as if it had not
been taught (leave-one-out, Rasmussen & Williams 2006, 5.4.2): the confidence is calibrated on those.
`docs/benchmarks.md` compares it with logistic regression on the same vectors.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from components.classifier.fits import Fit, targets_of
from components.classifier.nearest import only_one, with_only_ones
from components.classifier.quick_scores import QuickScores
from components.classifier.similarities import MEANING_SHARE, SHARPNESS
from components.classifier.tfidf import Spelling

# Both begin the same form: which of them "call me, Ana, 555 ..." was makes no difference.
BEGIN_THE_FORM = ("callback", "inform")
ROWS_AT_ONCE = 16  # of scores against all pairs of classes
# What is left of a loaded model's arrays; the rest is in `QuickScores`, in forms of its own.
_RANKED_WITH = frozenset({"akin", "calibration", "classes"})
ARRAYS_FILE, WORDS_FILE = "answer_model.npz", "answer_model.json"


class Candidate(NamedTuple):
    """One class for one text: `confidence` that it is right, cosine to its nearest question."""

    label: str
    confidence: float
    nearest: float


class AnswerModel:
    """Ranks classes for texts. Make one with `of` or `load`."""

    def __init__(
        self,
        labels: Sequence[str],
        spelling: Spelling,
        arrays: dict[str, np.ndarray],
    ) -> None:
        self.labels = list(labels)
        self._spelling = spelling
        self._arrays = arrays

    @classmethod
    def of(cls, fit: Fit, *, topics: Mapping[str, Sequence[str]]) -> AnswerModel:
        """Make a model of a fit.

        `topics` says what a class is about: classes on one topic do not compete for confidence.
        """
        arrays = {
            "classes": fit.classes,
            "vectors": fit.questions.vectors,
            "weights": fit.solution.weights,
            "akin": _akin(fit.labels, topics),
            **_as_arrays(fit.spelled),
        }
        model = cls(fit.labels, fit.spelling, arrays)
        model._calibrate(fit)
        return model

    def rank(self, texts: Sequence[str], vectors: np.ndarray) -> list[list[Candidate]]:
        """For each text all classes, the most confident first."""
        nearest, scores = self._quick.of(texts, vectors)
        confidence = self._confidence(scores, nearest)
        return [self._ranking(*rows) for rows in zip(confidence, nearest, scores, strict=True)]

    def save(self, folder: Path) -> None:
        """Write arrays and JSON, nothing pickled."""
        with (folder / ARRAYS_FILE).open("wb") as file:
            np.savez(file, **dict[str, Any](self._arrays))
        words = {"labels": self.labels, "spelling": self._spelling.as_json()}
        (folder / WORDS_FILE).write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> AnswerModel:
        words = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        model = cls(words["labels"], Spelling.from_json(words["spelling"]), arrays)
        model.make_ready()
        return model

    def make_ready(self) -> None:
        """Make what ranking needs, and let go of the large arrays that only saving needs."""
        assert self._quick
        for name in list(self._arrays):
            if name not in _RANKED_WITH:
                del self._arrays[name]

    def _ranking(self, confidence: np.ndarray, nearest: np.ndarray, scores: np.ndarray) -> list[Candidate]:
        order = np.argsort(-scores, kind="stable")
        kept = (order.tolist(), confidence[order].tolist(), nearest[order].tolist())
        return [Candidate(self.labels[index], sure, near) for index, sure, near in zip(*kept, strict=True)]

    def nearest(self, vector: np.ndarray, limit: int) -> list[tuple[int, str, float]]:
        """The known questions nearest to a unit vector: place in what was taught, class, cosine."""
        classes = self._arrays["classes"]
        return [(at, self.labels[classes[at]], cosine) for at, cosine in self._quick.nearest(vector, limit)]

    @functools.cached_property
    def _quick(self) -> QuickScores:
        return QuickScores(
            self._arrays,
            self._spelling.vectorizers,
            _from_arrays(self._arrays),
            meaning_share=MEANING_SHARE,
            sharpness=SHARPNESS,
        )

    def _calibrate(self, fit: Fit) -> None:
        """Fit confidence on what each question would have got, had it not been taught."""
        left_out = fit.solution.left_out(targets_of(fit.classes, len(fit.labels)))
        nearest = with_only_ones(fit.nearest, only_one(fit.classes, len(fit.labels)))
        best = left_out.argmax(axis=1)
        rows = np.arange(len(best))
        akin = self._arrays["akin"]
        other = np.where(akin[best], -np.inf, left_out).max(axis=1)
        features = np.stack(
            [left_out[rows, best], left_out[rows, best] - other, nearest[rows, best], nearest.max(axis=1)],
            axis=1,
        )
        right = akin[best, fit.classes]
        if right.all():  # a handful of questions: what is near nothing is wrong all the same
            features, right = np.vstack([features, np.zeros_like(features[:1])]), np.append(right, False)
        fitted = LogisticRegression(C=10.0, tol=1e-6, max_iter=1000).fit(features, right)
        self._arrays["calibration"] = np.append(fitted.coef_[0], fitted.intercept_[0])

    def _confidence(self, scores: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        *weights, intercept = self._arrays["calibration"]
        logits = _features(scores, nearest, self._arrays["akin"]) @ np.array(weights) + intercept
        return 1.0 / (1.0 + np.exp(-logits))


def topics_of(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Sequence[str]]:
    """What each class is about, from the metadata of the answers by intent."""
    topics = {intent: answer.get("topics") or () for intent, answer in answers.items()}
    return topics | dict.fromkeys(BEGIN_THE_FORM, ("callback",))


def _akin(labels: Sequence[str], topics: Mapping[str, Sequence[str]]) -> np.ndarray:
    """Which classes are about one topic: (n_classes, n_classes) of bool, true on the diagonal."""
    about = [set(topics.get(label) or (label,)) for label in labels]
    return np.array([[bool(one & other) for other in about] for one in about])


def _features(scores: np.ndarray, nearest: np.ndarray, akin: np.ndarray) -> np.ndarray:
    """What confidence depends on: score, lead over the best class on another topic, nearness."""
    best_other = np.concatenate(
        [
            np.where(akin, -np.inf, scores[start : start + ROWS_AT_ONCE, None, :]).max(axis=2)
            for start in range(0, len(scores), ROWS_AT_ONCE)
        ]
    )
    nearest_any = np.broadcast_to(nearest.max(axis=1, keepdims=True), nearest.shape)
    return np.stack([scores, scores - best_other, nearest, nearest_any], axis=2)


def _as_arrays(matrix: sparse.csr_matrix) -> dict[str, np.ndarray]:
    return {
        "spelled_data": matrix.data,
        "spelled_indices": matrix.indices,
        "spelled_indptr": matrix.indptr,
        "spelled_shape": np.array(matrix.shape),
    }


def _from_arrays(arrays: dict[str, np.ndarray]) -> sparse.csr_matrix:
    parts = (arrays["spelled_data"], arrays["spelled_indices"], arrays["spelled_indptr"])
    return sparse.csr_matrix(parts, shape=tuple(arrays["spelled_shape"]))
