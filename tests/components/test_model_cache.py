"""The same questions give the same classifier files, byte for byte; others do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from components.classifier.fits import Questions
from components.classifier.model_cache import MAX_KEPT, KnownModels

TEXTS, NAMES, TOPICS = ["a", "b"], ["faq/one", "faq/two"], {"faq/one": ["x"]}
VECTORS = np.eye(2, dtype=np.float32)
TAUGHT = Questions(TEXTS, VECTORS, NAMES)


@pytest.fixture
def known(tmp_path: Path) -> KnownModels:
    return KnownModels(tmp_path / "cache")


def files(folder: Path, content: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "model").write_text(content, encoding="utf-8")
    return folder


def test_what_was_fitted_before_is_found_again(known: KnownModels, tmp_path: Path) -> None:
    key = known.key(TAUGHT, TOPICS)
    assert known.find(key) is None
    known.keep(key, files(tmp_path / "fit", "weights"))
    found = known.find(known.key(Questions(list(TEXTS), VECTORS.copy(), list(NAMES)), dict(TOPICS)))
    assert found is not None
    assert (found / "model").read_text(encoding="utf-8") == "weights"


@pytest.mark.parametrize(
    "other",
    [
        (["a", "c"], VECTORS, NAMES, TOPICS),
        (TEXTS, VECTORS * 2, NAMES, TOPICS),
        (TEXTS, VECTORS, ["faq/one", "faq/one"], TOPICS),
        (TEXTS, VECTORS, NAMES, {}),
    ],
)
def test_anything_else_that_is_learnt_is_another_fit(known: KnownModels, other: tuple) -> None:
    assert known.key(Questions(*other[:3]), other[3]) != known.key(TAUGHT, TOPICS)


def test_only_the_last_few_are_kept(known: KnownModels, tmp_path: Path) -> None:
    for number in range(MAX_KEPT + 2):
        known.keep(str(number), files(tmp_path / "fit", str(number)))
    kept = [number for number in range(MAX_KEPT + 2) if known.find(str(number))]
    assert len(kept) == MAX_KEPT
