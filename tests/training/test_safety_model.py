"""What the classifier must not be trained on stops its training, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from safety.corpus import CorpusRefused, read_corpus
from training.safety_model import train


def test_no_training_on_what_the_project_measures_with(tmp_path: Path) -> None:
    learnt = next(row for row in read_corpus() if len(row.text.split()) > 8)
    kept = tmp_path / "tests" / "evaluation"
    kept.mkdir(parents=True)
    (kept / "messages.tsv").write_text(f"id\ttext\n1\t{learnt.text.upper()}\n", encoding="utf-8")
    with pytest.raises(CorpusRefused, match=rf"{learnt.file}\.tsv:{learnt.line}: .*kept for measuring"):
        train(tmp_path, tmp_path)
    assert list(tmp_path.glob("*.npz")) == []
