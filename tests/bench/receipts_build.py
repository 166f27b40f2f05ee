"""What pieces of a build buy: kept vectors, kept fits, moved fits.

Part of `tests.bench.receipts`. Processor seconds of all threads, measured once each.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from components.classifier import fits
from components.classifier.fit_cache import KeptFit
from components.classifier.fits import Questions
from components.classifier.model_cache import KnownModels
from components.classifier.vector_cache import KnownVectors
from components.onnx_encoder import FEATURES, Encoder, embedded_text, encoder_folder
from training.models import documents
from training.prefit import FOLLOW_UPS
from training.questions import taught

CHANGED = 20  # questions of a typical build


class Row(NamedTuple):
    """What a piece is called, and the seconds without it and with it."""

    name: str
    without: float
    having: float


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run."""
    began = time.process_time()
    work()
    return time.process_time() - began


def questions_of(project: Path) -> Questions:
    """All that is taught, without vectors."""
    found = taught(document for _, document in documents(project))
    texts, names = zip(*(each for each in found.questions if not each[1].startswith(FOLLOW_UPS)), strict=True)
    return Questions(list(texts), None, list(names))  # type: ignore[arg-type]


def builds(release: Path) -> Iterator[Row]:
    """The pieces of a fit, one after the other."""
    plain = questions_of(release)
    embedded = [embedded_text(text) for text in plain.texts]
    encoder = Encoder(encoder_folder(), FEATURES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = seconds(lambda: KnownVectors(folder, encoder.fingerprint).of_all(embedded, encoder.embed))
        kept = seconds(lambda: KnownVectors(folder, encoder.fingerprint).of_all(embedded, encoder.embed))
        yield Row(f"`vector_cache`: vectors of {len(embedded):,} questions", made, kept)
        questions = plain._replace(
            vectors=KnownVectors(folder, encoder.fingerprint).of_all(embedded, encoder.embed)
        )
        yield from fitted(questions, folder)


def fitted(questions: Questions, folder: Path) -> Iterator[Row]:
    """A whole fit, one moved on by some questions, and files that are there already."""
    fewer = Questions(questions.texts[:-CHANGED], questions.vectors[:-CHANGED], questions.names[:-CHANGED])
    whole = seconds(lambda: fits.whole(questions))
    KeptFit(folder, "receipt").fitted(fewer)
    moved = seconds(lambda: KeptFit(folder, "receipt").fitted(questions))
    yield Row(f"`fit_cache`, `incremental`, `incremental_ridge`: {CHANGED} new questions", whole, moved)
    models = KnownModels(folder)
    first = seconds(lambda: models.fitted(questions, {}))
    again = seconds(lambda: models.fitted(questions, {}))
    yield Row("`model_cache`: the fit of the process before, found again", first, again)
