"""Every file, class and command that the developers' pages name is where they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "docs/developers.md", "docs/decisions.md", "docs/protocol.md",
         "docs/evaluation.md", "docs/operators.md")  # fmt: skip
ROOMS = "actions|components|content|data|deploy|docs|requirements|safety|tests|training|web"
NAMED = re.compile(rf"`((?:{ROOMS})/[\w./-]*\w/?)`")
BARE = re.compile(r"`(\w+\.py)`")
COMMAND = re.compile(r"`(?:make) ([a-z-]+)")
FOUND = re.compile(r"^\| [^|]+ \| (`[^|]+`) \|$", re.MULTILINE)


def text_of(page: str) -> str:
    return (PROJECT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = {name for name in NAMED.findall(text_of(page)) if "<" not in name}
    assert sorted(name for name in named if not (PROJECT / name).exists()) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_without_its_folder_is_somewhere(page: str) -> None:
    gone = [name for name in set(BARE.findall(text_of(page))) if not list(files_called(name))]
    assert sorted(gone) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_named_is_in_the_makefile(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    assert set(COMMAND.findall(text_of(page))) <= targets


def test_what_where_do_i_find_points_at_is_defined_there() -> None:
    rows = FOUND.findall(
        text_of("docs/developers.md").partition("## Where do I find")[2].partition("\n## ")[0]
    )
    assert len(rows) >= 20
    for places in rows:
        for path, name in re.findall(r"`([\w./]+\.py)` `(\w+)`", places):
            code = (PROJECT / path).read_text(encoding="utf-8")
            assert re.search(rf"^(class|def|async def) {name}\b", code, re.MULTILINE), (path, name)


def files_called(name: str) -> list[Path]:
    rooms = [PROJECT / room for room in ROOMS.split("|")]
    return [path for room in rooms if room.is_dir() for path in room.rglob(name)]
