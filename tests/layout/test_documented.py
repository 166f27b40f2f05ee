"""Every setting and every command is described where people look for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SETTING = re.compile(r"\"((?:FRONT_DESK_[A-Z_]+)|DATABASE_URL|SMTP_URL|MAIL_TO)\"")
READERS = ("web", "components", "deploy", "training", "actions")
TARGET = re.compile(r"^([a-z-]+):(.*)$", re.MULTILINE)
INNER_TARGETS = {"trained"}


def settings() -> set[str]:
    """Names of all settings that the code reads."""
    files = [path for room in READERS for path in (PROJECT / room).rglob("*.py")]
    return {name for path in files for name in SETTING.findall(path.read_text(encoding="utf-8"))}


def described() -> set[str]:
    """Names of the settings in the tables of docs/operators.md."""
    text = (PROJECT / "docs" / "operators.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row.split("|")[1])}


def test_the_settings_are_found() -> None:
    assert {"FRONT_DESK_PORT", "FRONT_DESK_BOT_PORT", "FRONT_DESK_ENCODER"} <= settings()


def test_every_setting_stands_in_the_operators_table() -> None:
    assert sorted(settings() - described()) == []


def test_the_operators_table_names_no_setting_that_is_gone() -> None:
    assert sorted(described() - settings()) == []


def targets() -> dict[str, str]:
    return dict(TARGET.findall((PROJECT / "Makefile").read_text(encoding="utf-8")))


@pytest.mark.parametrize("target", sorted(set(targets()) - INNER_TARGETS))
def test_every_make_target_says_what_it_does(target: str) -> None:
    assert re.search(r"## [A-Z].+\.$", targets()[target])


def test_the_commands_people_know_are_there() -> None:
    known = {"run", "test", "train", "shell", "lint", "lock", "evaluate", "bench", "prove", "help"}
    assert known <= set(targets())
