"""The help without a server is chosen once for a version, and never believed when it was changed."""

from __future__ import annotations

import json
import os

import pytest

from safety import sealed_files
from web.widget import kept_help
from web.widget.kept_help import FILE, kept


@pytest.fixture
def choosing(tmp_path):
    """Chooses the help; how often, it counts."""

    class Choosing:
        times = 0

        def __call__(self) -> str:
            self.times += 1
            return json.dumps({"ok": True, "time": self.times})

    return Choosing()


def test_the_next_start_reads_it(tmp_path, choosing):
    assert kept(tmp_path, choosing) == kept(tmp_path, choosing)
    assert choosing.times == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_other_rules_are_chosen_from_anew(tmp_path, choosing, monkeypatch):
    kept(tmp_path, choosing)
    monkeypatch.setattr(sealed_files, "hash_of", lambda sources: "other rules")
    kept(tmp_path, choosing)
    assert choosing.times == 2


@pytest.mark.parametrize(
    "change", [b"", b"x", b"no seal\n{}", None], ids=["empty", "one byte", "foreign", "cut"]
)
def test_a_file_that_is_not_whole_is_not_believed(tmp_path, choosing, change):
    kept(tmp_path, choosing)
    file = tmp_path / FILE
    file.write_bytes(file.read_bytes()[:-5] if change is None else change)
    kept(tmp_path, choosing)
    kept(tmp_path, choosing)
    assert choosing.times == 2


def test_without_room_it_is_told_all_the_same(tmp_path, choosing, caplog):
    assert json.loads(kept(tmp_path / "not there", choosing))["ok"]
    assert "could not be kept" in caplog.text


def test_every_rule_word_and_card_counts(tmp_path):
    names = {path.name for path in kept_help._sources()}
    assert {"check.py", "browser_rules.py", "en.yml", "crisis_cards.py"} <= names
    assert any(name.endswith("_explicit.yml") for name in names)
    assert not any(name.endswith(".tsv") for name in names)


def test_a_start_of_another_process_finds_it(tmp_path, choosing):
    kept(tmp_path, choosing)
    os.utime(tmp_path / FILE, (0, 0))  # its age says nothing
    kept(tmp_path, choosing)
    assert choosing.times == 1
