"""The corpus and the weights: what is refused, and that the committed weights are of this corpus."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from safety.classifier import DESCRIPTION, MODEL_FOLDER, WEIGHTS, ModelRefused, model, read_model
from safety.corpus import CORPUS_FOLDER, CorpusRefused, CorpusRow, corpus_hash, fingerprint, read_corpus

PROJECT = Path(__file__).parents[2]
HEADER = "label\tkind\tgroup\ttext\n"
MAX_MODEL_BYTES = 3_000_000


def kept_for_measuring() -> set[str]:
    """Hashes of every evaluation message of the project."""
    found = set()
    for path in (PROJECT / "tests" / "evaluation").rglob("*.tsv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                found |= {fingerprint(part) for part in row["text"].split(" || ")}
    return found


def rows() -> list[CorpusRow]:
    return read_corpus(forbidden=kept_for_measuring())


def test_the_corpus_is_large_enough_in_both_languages_and_free_of_evaluation_messages() -> None:
    english = [row for row in rows() if row.file.startswith("en_")]
    dangers = [row for row in english if row.label in ("card", "check")]
    assert len(dangers) >= 4_000
    assert len(english) - len(dangers) >= 4_000
    assert len(rows()) - len(english) >= 1_200


def test_about_a_tenth_is_held_out_by_whole_groups() -> None:
    held_out = [row for row in rows() if row.is_held_out]
    assert 0.07 <= len(held_out) / len(rows()) <= 0.13
    assert not {row.group for row in held_out} & {row.group for row in rows() if not row.is_held_out}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("none\tidiom\tg1\tHello there\nnone\tidiom\tg2\thello, there!\n", "stands already at a.tsv:2"),
        ("none\tidiom\tg1\n", "3 cells"),
        ("maybe\tidiom\tg1\thello\n", "'maybe' is no label"),
        ("none\tweather\tg1\thello\n", "'weather' is no kind"),
        ("none\tidiom\tg1\t \n", "must not be empty"),
        ("none\tidiom\tg1\tKEPT apart.\n", "kept for measuring"),
    ],
)
def test_a_row_that_must_not_be_learnt_from_is_named(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "a.tsv").write_text(HEADER + content, encoding="utf-8")
    with pytest.raises(CorpusRefused, match=r"a\.tsv:") as refused:
        read_corpus(tmp_path, forbidden={fingerprint("kept apart")})
    assert told in str(refused.value)


def test_the_committed_weights_are_of_this_corpus_and_small() -> None:
    # After a change of the corpus: `python -m training safety`.
    assert model().corpus == corpus_hash(CORPUS_FOLDER)
    assert sum(path.stat().st_size for path in MODEL_FOLDER.iterdir()) < MAX_MODEL_BYTES


@pytest.mark.parametrize("harm", ["missing", "foreign", "cut"])
def test_weights_that_are_not_theirs_are_refused_with_what_to_do(tmp_path: Path, harm: str) -> None:
    shutil.copy(MODEL_FOLDER / DESCRIPTION, tmp_path)
    if harm != "missing":
        whole = (MODEL_FOLDER / WEIGHTS).read_bytes()
        (tmp_path / WEIGHTS).write_bytes(whole[:-1] if harm == "cut" else b"something else")
    with pytest.raises(ModelRefused, match="python -m training safety"):
        read_model(tmp_path)
