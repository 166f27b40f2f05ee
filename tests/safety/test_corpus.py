"""The corpus and the weights: what is refused, and that the committed weights are of this corpus."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from safety.classifier import DESCRIPTION, MODEL_FOLDER, WEIGHTS, ModelRefused, model, read_model
from safety.corpus import CORPUS_FOLDER, CorpusRefused, CorpusRow, corpus_hash, read_corpus
from safety.corpus.unseen import Unseen, texts_of

PROJECT = Path(__file__).parents[2]
HEADER = "label\tkind\tgroup\ttext\n"
MAX_MODEL_BYTES = 3_000_000


def kept_for_measuring() -> Unseen:
    """Every evaluation message of the project."""
    return Unseen(texts_of([PROJECT / "tests" / "evaluation"]))


@cache
def rows() -> list[CorpusRow]:
    return read_corpus(unseen=kept_for_measuring())


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
        ("none\tidiom\tg1\tThis one is KEPT apart, always.\n", "kept for measuring"),
        ("none\tidiom\tg1\tthis one is kept apart always, ok\n", "kept for measuring"),
        ("none\tidiom\tg1\tplease call Dr. Miller\n", "names somebody"),
        ("none\tidiom\tg1\tmy wife Susan Baker is next\n", "names somebody"),
        ("none\tidiom\tg1\tcall me at (303) 555-0142\n", "names somebody"),
        ("none\tidiom\tg1\twrite to sue@example.org\n", "names somebody"),
    ],
)
def test_a_row_that_must_not_be_learnt_from_is_named(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "a.tsv").write_text(HEADER + content, encoding="utf-8")
    with pytest.raises(CorpusRefused, match=r"a\.tsv:") as refused:
        read_corpus(tmp_path, unseen=Unseen(["this one is kept apart always"]))
    assert told in str(refused.value)


def test_files_of_messages_and_of_conversations_are_read_for_what_visitors_say(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("id\ttext\n1\tbefore that || after this\n", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(
        '{"turns": [{"say": "hello", "expect": {"x": "no"}}]}\n', encoding="utf-8"
    )
    (tmp_path / "c.yml").write_text("turns:\n- {user: good day, expect: never}\n", encoding="utf-8")
    assert list(texts_of([tmp_path])) == ["before that", "after this", "hello", "good day"]


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
