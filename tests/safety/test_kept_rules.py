"""The rules that are kept compiled are the rules: the same verdicts, and never a file of somebody else."""

from __future__ import annotations

import marshal
import sys
from pathlib import Path
from typing import Any

import pytest

from safety import kept_rules, sealed_files
from safety.check import matchers
from safety.kept_rules import FILE, load_kept


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a first start writes."""
    file = tmp_path_factory.mktemp("kept") / FILE
    load_kept(file)
    return file.read_bytes()


@pytest.fixture
def file(tmp_path: Path, compiled: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file as a first start left it; a start that reads the rules themselves says so."""
    monkeypatch.setattr(kept_rules, "load_matchers", lambda: matchers())
    kept = tmp_path / FILE
    kept.write_bytes(compiled)
    kept.chmod(0o600)
    return kept


def is_read_anew(file: Path) -> bool:
    """Whether a start takes the rules themselves instead of this file."""
    return load_kept(file) == matchers()


def test_what_is_kept_is_what_the_rules_say(file: Path) -> None:
    read = load_kept(file)
    assert read != matchers()  # made of the file
    for name, known in matchers().items():
        assert read[name].rules == known.rules
        assert read[name].lexicon == known.lexicon
        assert read[name].matcher.kept == known.matcher.kept


@pytest.mark.parametrize(
    "change", [b"", b"x", b"no seal\nrules", None], ids=["empty", "one byte", "foreign", "cut"]
)
def test_a_file_that_is_not_whole_is_made_again(file: Path, compiled: bytes, change: bytes | None) -> None:
    file.write_bytes(compiled[:-5] if change is None else change)
    assert is_read_anew(file)
    assert file.read_bytes() == compiled


def test_a_file_that_somebody_else_could_have_written_is_not_read(file: Path) -> None:
    file.chmod(0o666)
    assert is_read_anew(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_other_rules_or_another_python_are_compiled(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version", "3.99")
    assert is_read_anew(file)


@pytest.mark.parametrize("wrong", ["a deaf rule", "another form"])
def test_rules_that_do_not_hear_their_examples_are_compiled(file: Path, compiled: bytes, wrong: str) -> None:
    content: Any = marshal.loads(compiled.partition(b"\n")[2])
    lexicon, rules, (_, numbers, holding) = content["en"]
    content["en"] = (lexicon, rules, (({}, {}, []), numbers, holding)) if wrong == "a deaf rule" else 1
    made_from = sealed_files.hash_of(sealed_files.sources_of_rules(), sys.version)
    sealed_files.keep(file, made_from, marshal.dumps(content))
    assert is_read_anew(file)


def test_without_room_the_rules_are_there_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kept_rules, "load_matchers", lambda: matchers())
    assert is_read_anew(tmp_path / "not there" / FILE)
    assert "could not be kept" in caplog.text
