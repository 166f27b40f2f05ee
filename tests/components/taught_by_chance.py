"""Questions made of few words by chance, so that many are alike and some are the same."""

from __future__ import annotations

import numpy as np

from components.classifier.fits import Questions

WORDS = [f"word{number}" for number in range(30)]


def taught(count: int, *, seed: int = 1, words: list[str] = WORDS, labels: int = 4) -> Questions:
    """So many questions of so many classes."""
    chance = np.random.default_rng(seed)
    texts = [" ".join(chance.choice(words, 4)) for _ in range(count)]
    vectors = chance.normal(size=(count, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Questions(texts, vectors, [f"faq/{chance.integers(labels)}" for _ in range(count)])


def of(questions: Questions, places: list[int]) -> Questions:
    """Those of the questions, in that order."""
    texts, vectors, names = questions
    return Questions([texts[at] for at in places], vectors[places], [names[at] for at in places])


def together(*some: Questions) -> Questions:
    """One after the other."""
    return Questions(
        [text for each in some for text in each.texts],
        np.concatenate([each.vectors for each in some]),
        [name for each in some for name in each.names],
    )
