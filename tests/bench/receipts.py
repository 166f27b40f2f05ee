"""What single pieces of the bot's machinery buy, each measured beside what it stands in for.

`python -m tests.bench.receipts` in the bot's environment prints a table: milliseconds of a turn, seconds
of a build. The published release of `FRONT_DESK_VAR` has the model. Only processor time counts, so other
work on the machine disturbs little.
"""

from __future__ import annotations

import argparse
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

from components.classifier.model import ARRAYS_FILE, WORDS_FILE, _from_arrays
from components.classifier.quick_scores import QuickScores
from components.classifier.similarities import MEANING_SHARE, SHARPNESS, between
from components.classifier.tfidf import Spelling
from tests.bench.receipts_build import builds
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


def classifier(release: Path) -> Iterator[Row]:
    """Scores of the readings of a message, beside what the fit itself uses to compare questions."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(release / MODEL) as archive:
        archive.extractall(folder, filter="data")
        path = next(Path(folder).rglob(ARRAYS_FILE))
        words = json.loads((path.parent / WORDS_FILE).read_text(encoding="utf-8"))
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    spelling, known = Spelling.from_json(words["spelling"]), _from_arrays(arrays)
    vectors, weights = arrays["vectors"], arrays["weights"]
    members = [np.flatnonzero(arrays["classes"] == at) for at in range(weights.shape[1])]
    asked = [vectors[at : at + READINGS].copy() for at in range(0, 30 * READINGS, READINGS)]
    quick = QuickScores(arrays, spelling.vectorizers, known, meaning_share=MEANING_SHARE, sharpness=SHARPNESS)
    rows = list(zip(_threes(texts()), asked, strict=False))

    def plainly(row: tuple[list[str], np.ndarray]) -> object:
        some, few = row
        cosines = vectors @ few.T
        nearest = np.stack([cosines[each].max(axis=0) for each in members])
        return nearest, between(vectors, known, few, spelling.of(some)).T @ weights

    yield (
        "`quick_scores`: scores of all answers",
        milliseconds(plainly, rows),
        milliseconds(lambda row: quick.of(*row), rows),
    )


def _threes(some: Sequence[str]) -> Iterator[list[str]]:
    yield from (list(some[at : at + READINGS]) for at in range(0, len(some) - READINGS + 1, READINGS))


PARTS: dict[str, tuple[str, Callable[[Path], Iterator[Row]]]] = {
    "turn": ("ms", classifier),
    "build": ("s", builds),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.receipts", description=__doc__)
    parser.add_argument("only", nargs="*", help=f"some of {', '.join(PARTS)}; all when nothing is said")
    wanted = parser.parse_args().only or list(PARTS)
    be_quiet()
    release = needed_release(Path(os.environ.get("FRONT_DESK_VAR", "var")))
    print("| piece | without | with | it buys |\n| --- | --- | --- | --- |")
    for part in wanted:
        unit, rows = PARTS[part]
        with threadpool_limits(1):
            for name, without, having in rows(release):
                row = (
                    f"| {name} | {without:.2f} {unit} | {having:.2f} {unit} | {without - having:.2f} {unit} |"
                )
                print(row, flush=True)


if __name__ == "__main__":
    main()
