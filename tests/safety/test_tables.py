"""The table by register: a line for each register and label, with shares and never a text."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from safety import tables
from safety.__main__ import main

ROWS = [
    tables.Labelled("i want to kill myself tonight", "card", "explicit", "crisis"),
    tables.Labelled("do you have parking behind the house", "none", "ordinary"),
]


def test_a_table_tells_rules_classifier_and_both_apart_and_whether_the_card_was_right() -> None:
    lines = tables.table(ROWS).splitlines()
    assert "| explicit | card | 1 | 100 % / 100 % | 100 % / 100 % | 100 % / 100 % | 100 % |" in lines
    assert "| ordinary | none | 1 | 0 % / 0 % | 0 % / 0 % | 0 % / 0 % |  |" in lines
    assert any(line.startswith("| all | card |") for line in lines)


def test_the_command_prints_the_table_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text("id\ttext\tlabel\tregister\nr1\ti want to die\tcard\texplicit\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["safety", "table", str(file)])
    main()
    told = capsys.readouterr().out
    assert "| explicit | card | 1 |" in told
    assert "want to die" not in told


def test_the_command_names_rows_that_must_not_be_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = next(each for each in tables.held_out() if len(each.text.split()) > 8)
    (tmp_path / "kept.tsv").write_text(f"id\ttext\n1\t{row.text}\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["safety", "corpus", str(tmp_path)])
    with pytest.raises(SystemExit, match="kept for measuring"):
        main()


def test_the_command_prints_what_a_message_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text(
        "id\ttext\tlabel\nr1\ti want to die\tcard\nr2\tdo you have parking\tnone\n", encoding="utf-8"
    )
    monkeypatch.setattr(sys, "argv", ["safety", "cost", str(file)])
    main()
    told = capsys.readouterr().out
    assert re.search(r"\| dangers \| 1 \| \d+\.\d\d ms \|", told)
    assert re.search(r"\| harmless \| 1 \| \d+\.\d\d ms \|", told)
    assert "want to die" not in told
