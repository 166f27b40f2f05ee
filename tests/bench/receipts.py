"""What single pieces of the bot's machinery buy, each measured beside what it stands in for.

`python -m tests.bench.receipts` in the bot's environment prints a table; the published release of
`FRONT_DESK_VAR` has the model. Only processor time counts, so other work on the machine disturbs little.
"""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from components.classifier.int8_search import KnownCosines
from components.classifier.model import ARRAYS_FILE, WORDS_FILE, _from_arrays
from components.classifier.quick_scores import QuickScores
from components.classifier.similarities import MEANING_SHARE, SHARPNESS
from components.classifier.tfidf import Spelling
from training.models import MODEL
from training.process import be_quiet
from training.releases import needed_release

ROUNDS = 7
MESSAGES = Path(__file__).parent.parent / "must_answer.tsv"
READINGS = 3  # of an average message

Row = tuple[str, float, float]


def texts() -> list[str]:
    """Messages to measure with."""
    lines = MESSAGES.read_text(encoding="utf-8").splitlines()[1:61]
    return [line.split("\t")[1] if "\t" in line else line for line in lines]


def milliseconds(work: Callable[[Any], object], of: Sequence[Any]) -> float:
    """Processor time for one of them: the quietest of some rounds."""
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for each in of:
            work(each)
        found.append((time.process_time() - began) / len(of) * 1000)
    return min(found)


def classifier(model: Path) -> Iterator[Row]:
    """The two pieces inside of the classifier."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(model) as archive:
        archive.extractall(folder, filter="data")
        path = next(Path(folder).rglob(ARRAYS_FILE))
        words = json.loads((path.parent / WORDS_FILE).read_text(encoding="utf-8"))
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    vectorizers = Spelling.from_json(words["spelling"]).vectorizers
    known, vectors = _from_arrays(arrays), arrays["vectors"]
    asked = [vectors[at : at + READINGS].copy() for at in range(0, 30 * READINGS, READINGS)]
    cosines = KnownCosines(vectors, np.arange(len(vectors)))
    yield (
        "`int8_search`: cosines to all questions",
        milliseconds(lambda few: few @ vectors.T, asked),
        milliseconds(cosines.of, asked),
    )
    quick = QuickScores(arrays, vectorizers, known, meaning_share=MEANING_SHARE, sharpness=SHARPNESS)
    rows = list(zip(_threes(texts()), asked, strict=False))

    def plainly(row: Any) -> object:
        some, few = row
        alike = np.hstack([each.transform(some).toarray() for each in vectorizers])
        alike /= np.linalg.norm(alike, axis=1, keepdims=True) + 1e-9
        meaning = np.exp((cosines.of(few) - 1) * SHARPNESS)
        kernel = MEANING_SHARE * meaning + (1 - MEANING_SHARE) * (known @ alike.T).T
        return kernel @ arrays["weights"]

    yield (
        "`quick_scores`: scores of all answers",
        milliseconds(plainly, rows),
        milliseconds(lambda row: quick.of(*row), rows),
    )


def _threes(some: Sequence[str]) -> Iterator[list[str]]:
    yield from (list(some[at : at + READINGS]) for at in range(0, len(some) - READINGS + 1, READINGS))


def main() -> None:
    """Print the table."""
    model = needed_release(Path(os.environ.get("FRONT_DESK_VAR", "var"))) / MODEL
    be_quiet()
    print("| piece | without | with | it buys |\n| --- | --- | --- | --- |")
    with threadpool_limits(1):
        for name, without, having in classifier(model):
            print(f"| {name} | {without:.2f} ms | {having:.2f} ms | {without - having:.2f} ms |")


if __name__ == "__main__":
    main()
