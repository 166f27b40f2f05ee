"""Owns the second opinion: how much a message sounds like danger, weighed from all its words and letters.

Linear; the weights are arrays in safety/model, made by `python -m training safety`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from safety.features import blocks, readable

MODEL_FOLDER = Path(__file__).parent / "model"
WEIGHTS, DESCRIPTION = "weights.npz", "model.json"
DANGER, CARD = 0, 1
# What a feature weighs in a text's length that no weight stands for: of a text in strange words little
# is known, and the rest of it must not speak for the whole.
UNKNOWN = 5.0
# The heads: how likely danger, how likely the full card, and then which card it is.
HEADS = ("danger", "card", "crisis", "crisis_other", "emergency", "harm")
# What speaks for danger at all speaks for the card too, with so much of its weight: together they tell
# dangers that neither had seen apart from look-alikes a little better than the card's own weights.
DANGER_FOR_CARD = 0.6


class ModelRefused(RuntimeError):
    """The weights are not there, or not the ones that belong to their description."""


@dataclass(frozen=True)
class Scores:
    """Logits: above 0, more likely than not in a corpus of as many dangers as look-alikes."""

    danger: float
    card: float
    kinds: dict[str, float]

    @property
    def kind(self) -> str:
        """The likeliest card."""
        return max(self.kinds, key=self.kinds.__getitem__)

    @property
    def for_card(self) -> float:
        """How much speaks for the full card, danger at all included."""
        return (self.card + DANGER_FOR_CARD * self.danger) / (1 + DANGER_FOR_CARD)

    def speaks_against(self, kind: str) -> float:
        """How much likelier the likeliest card is than this one."""
        return self.kinds[self.kind] - self.kinds[kind]


class Classifier:
    """Weights by the number of a feature: `numbers` ascends, `idf` and `weights` are in its order."""

    def __init__(self, numbers: Any, idf: Any, weights: Any, bias: Any) -> None:
        self._numbers = np.asarray(numbers, np.uint32)
        self._idf = np.asarray(idf, np.float32)
        self._weights = np.asarray(weights, np.float32)
        self._bias = np.asarray(bias, np.float32)

    def score(self, text: str) -> Scores:
        """Weigh one message."""
        logits = self._bias.copy()
        for block in blocks(readable(text)):
            logits += self._block(block)
        kinds = {name: float(logit) for name, logit in zip(HEADS[2:], logits[2:], strict=True)}
        return Scores(float(logits[DANGER]), float(logits[CARD]), kinds)

    def _block(self, numbers: list[int]) -> Any:
        found, counts = np.unique(np.asarray(numbers, np.uint32), return_counts=True)
        at = np.searchsorted(self._numbers, found)
        at[at == len(self._numbers)] = 0
        known = self._numbers[at] == found
        places = at[known]
        if not len(places):
            return np.zeros_like(self._bias)
        values = (1 + np.log(counts[known])) * self._idf[places]
        length = np.sqrt(values @ values + UNKNOWN**2 * np.count_nonzero(~known))
        return (values / length) @ self._weights[places]


@dataclass(frozen=True)
class DoubtLevels:
    """From where a score counts; chosen on what the corpus holds out."""

    card: float
    check: float


@dataclass(frozen=True)
class Model:
    """The classifier with what belongs to it."""

    classifier: Classifier
    thresholds: DoubtLevels
    corpus: str
    fingerprint: str


@cache
def model() -> Model:
    """Give the committed model. Raises ModelRefused with a sentence for whoever starts the service."""
    return read_model(MODEL_FOLDER)


def read_model(folder: Path) -> Model:
    """Read weights and description, which must belong together."""
    try:
        told = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        fingerprint = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
        if fingerprint != told["weights"]:
            raise ModelRefused(f"{folder / WEIGHTS} is not the file that {DESCRIPTION} describes. {_MEND}")
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            classifier = Classifier(*(arrays[name] for name in ("numbers", "idf", "weights", "bias")))
        return Model(classifier, DoubtLevels(**told["thresholds"]), told["corpus"], fingerprint)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelRefused(f"Safety's weights in {folder} cannot be read. {_MEND}") from error


_MEND = "Take them from the repository again, or make them with `python -m training safety`."
