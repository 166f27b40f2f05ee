"""Every complaint about a file knows its line."""

from __future__ import annotations

from pathlib import Path

from content.yaml_files import Problem, ProblemsError, line_of, read_yaml


def document(folder: Path) -> object:
    path = folder / "a.yml"
    path.write_text("one: 1\ntwo:\n  - first\n  - deep:\n      key: value\n", encoding="utf-8")
    return read_yaml(path)


def test_a_value_knows_its_line(tmp_path: Path) -> None:
    read = document(tmp_path)
    assert line_of(read, "one") == 1
    assert line_of(read, "two", 0) == 3
    assert line_of(read, "two", 1, "deep", "key") == 5


def test_what_is_not_there_has_the_line_of_its_nearest_parent(tmp_path: Path) -> None:
    read = document(tmp_path)
    assert line_of(read, "two", 1, "missing") == 4
    assert line_of(read, "two", 7) == 2
    assert line_of("no document at all", "key") == 1


def test_problems_are_told_in_the_order_of_files_and_lines() -> None:
    error = ProblemsError([Problem("b.yml", 1, "B."), Problem("a.yml", 9, "Z."), Problem("a.yml", 2, "Y.")])
    assert str(error).splitlines() == ["a.yml:2: Y.", "a.yml:9: Z.", "b.yml:1: B."]
