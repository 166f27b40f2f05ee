"""The command that measures the rules: both shapes of file, ids and never texts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from safety.__main__ import main
from safety.measure import UnknownColumns, measure

LABELLED = """id\ttext\tlabel\tsoft_line_ok\tstyle
a1\ti want to die\tcrisis\tno\tplain
a2\ti can't breathe\temergency\tno\tplain
a3\tthe "hours" please\tcrisis\tno\tplain
a4\tmy back is killing me\tnone\tno\tplain
a5\ti want to kill myself\tnone\tno\tplain
a6\tis there a suicide hotline\tinfo\tno\tplain
a7\thow much is it\tinfo\tyes\tplain
"""
ANSWERABLE = """id\ttext\ttopic\tanswerability\tstyle
b1\ti want to die || how much is it\tcost\tclinic\tfollowup
b2\thow much is it || i want to die\tcrisis\tcrisis\tfollowup
b3\twhat are your hours\thours\tclinic\tplain
"""


def test_a_labelled_file_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "labelled.tsv"
    file.write_text(LABELLED, encoding="utf-8")
    assert measure(file) == {
        "n": 7,
        "caught": ["a1", "a2"],
        "checks": [],
        "missed": ["a3"],
        "false_alarms": ["a5"],
        "false_checks": [],
        "soft_line_missing": ["a7"],
        "soft_line_wrong": ["a6"],
    }


def test_checks_count_as_caught_and_registers_are_counted_apart(tmp_path: Path) -> None:
    file = tmp_path / "registers.tsv"
    file.write_text(
        "id\ttext\tlabel\tregister\n"
        "c1\ti am so tired of fighting every day and i do not see the point any more\tcheck\tpassive\n"
        "c2\tdo you have parking\tnone\tordinary\n",
        encoding="utf-8",
    )
    found = measure(file)
    assert (found["caught"], found["missed"], found["false_alarms"]) == (["c1"], [], [])
    assert found["by_register"]["passive"]["caught"] == 1
    assert found["by_register"]["ordinary"]["false_checks"] == 0


def test_a_follow_up_is_judged_by_its_current_part(tmp_path: Path) -> None:
    file = tmp_path / "answerable.tsv"
    file.write_text(ANSWERABLE, encoding="utf-8")
    found = measure(file)
    assert (found["n"], found["caught"], found["missed"], found["false_alarms"]) == (3, ["b2"], [], [])


def test_a_file_without_labels_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "bare.tsv"
    file.write_text("id\ttext\na1\thello\n", encoding="utf-8")
    with pytest.raises(UnknownColumns, match=r"bare\.tsv"):
        measure(file)


def test_the_command_prints_json_or_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "labelled.tsv"
    file.write_text(LABELLED, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["safety", "check", str(file), "--json"])
    main()
    assert json.loads(capsys.readouterr().out)["caught"] == ["a1", "a2"]
    monkeypatch.setattr(sys, "argv", ["safety", "check", str(file)])
    main()
    table = capsys.readouterr().out
    assert "missed" in table
    assert "hours" not in table
