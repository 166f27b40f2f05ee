"""No file names a package host or a path of somebody's machine, or leaves work undone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LEFT_OUT = {".git", ".venv", ".venv-bot", "var", "node_modules", "__pycache__", "results"}
CACHES = {".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".rasa"}
# Put together here, so that this file does not name them either.
HOSTS = [
    *("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "deb" + "ian.org/"),
    *("hugging" + "face.co", "pytorch" + ".org/whl", "crates" + ".io"),
]
MACHINE_PATHS = re.compile(r"(?<![\w.$}/-])/(root|work|home/\w+|Users/\w+)/")
UNDONE = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + r"X)\b|NotImplemented" + "Error")
SKIPPED = re.compile(r"pytest\.(mark\.)?(skip|x" + r"fail|importor" + "skip)")


def text_files() -> list[Path]:
    """Every text file of the project."""
    found = []
    for path in sorted(PROJECT.rglob("*")):
        parts = set(path.relative_to(PROJECT).parts)
        if path.is_file() and not parts & (LEFT_OUT | CACHES) and is_text(path):
            found.append(path)
    return found


def is_text(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True


FILES = text_files()


def lines_with(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_the_project_is_looked_at() -> None:
    assert PROJECT / "Makefile" in FILES
    assert Path(__file__) in FILES


@pytest.mark.parametrize("host", HOSTS)
def test_no_package_host_is_named(host: str) -> None:
    assert lines_with(re.compile(re.escape(host)), FILES) == []


def test_no_path_of_a_machine_is_named() -> None:
    assert lines_with(MACHINE_PATHS, FILES) == []


def test_nothing_is_left_undone() -> None:
    code = [path for path in FILES if path.suffix in {".py", ".js", ".sh", ".css", ".html"}]
    assert lines_with(UNDONE, code) == []
    assert lines_with(SKIPPED, code) == []
