"""Fits the classifier ahead of Rasa's training, in a process of its own without Rasa.

A fit takes hundreds of megabytes, Rasa with the training data too; one after the other they stay below
what a small machine has. The training finds the fit among `KnownModels`; when it is not there, because
something went wrong here, the training fits by itself and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from training.process import die_with_parent, get_ready_to_fork, give_memory_back
from training.questions import taught

ANSWERS, FOLLOW_UPS = "faq/", "follow_up/"


@contextmanager
def fitting(project: Path) -> Iterator[None]:
    """Fit what stands in `project` while the block does something else; the end waits for it."""
    # What the fit needs and Rasa too is imported before the fork: once, and once in memory.
    from components.classifier import model_cache  # noqa: F401

    get_ready_to_fork()
    process = get_context("fork").Process(target=_fit_beside, args=(project,))
    process.start()
    try:
        yield
        process.join()
    finally:
        process.kill()
        process.join()


def fit(project: Path) -> Path:
    """Folder with the files of the fit."""
    from components.classifier.fits import Questions
    from components.classifier.model import topics_of
    from components.classifier.model_cache import KnownModels
    from components.classifier.vector_cache import KnownVectors, cache_folder
    from components.onnx_encoder import FEATURES, Encoder, embedded_text, encoder_folder, whole_words_of
    from components.spelling.speller import content_words_of, speller_for
    from training.models import documents

    found = taught(document for _, document in documents(project))
    every = [question for question, _ in found.questions]
    english = whole_words_of(encoder_folder())
    speller = speller_for(content_words_of(every, set(english)), english)
    # Follow-ups have a small classifier of their own.
    fitted = [question for question in found.questions if not question[1].startswith(FOLLOW_UPS)]
    typed, names = (list(each) for each in zip(*fitted, strict=True))
    repaired = speller.repair_all(typed)
    texts = [text or question for text, question in zip(repaired, typed, strict=True)]
    encoder = Encoder(encoder_folder(), FEATURES)
    known = KnownVectors(cache_folder(), encoder.fingerprint)
    vectors = known.of_all([embedded_text(text) for text in texts], encoder.embed)
    del encoder, known, repaired, typed, every, speller
    give_memory_back()  # the fit needs much
    answers = {name: metadata for name, metadata in found.metadata.items() if name.startswith(ANSWERS)}
    return KnownModels(cache_folder()).fitted(Questions(texts, vectors, names), topics_of(answers))


def _fit_beside(project: Path) -> None:
    die_with_parent()
    fit(project)
