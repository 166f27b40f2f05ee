"""What another clinic begins with: its own files from a pack, the skills and the recipe from the code.

A pack is a folder of `packs/` with answers, facts, rules for words and messages to evaluate with. The
skills (small talk, callback, safety ...) are the same for every clinic and come with each version.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

CODE = Path(__file__).resolve().parents[1]
SHIPPED, GENERAL, EMPTY = "shipped", "general", "empty"
PACKS = (EMPTY, GENERAL, SHIPPED)
SHARED = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml")
# A clinic's own: never overwritten by an update.
OWN = (
    "clinic.yml", "widget.yml", "help_center.yml", "data/clinical.yml", "data/out_of_scope.yml",
    "data/policy.yml", "data/stories.yml", "tests/must_answer.tsv",
)  # fmt: skip
OWN_FOLDERS = ("tests/evaluation", "tests/evaluation/dialogues")
# Which pack a project or a release was made of; without it, the clinic that ships.
MARK = "project.json"
CAREFUL, WORDINGS = "careful_topics", "wordings"  # in the mark: what changes the recipe, and words
_ANSWERS = "data/answers"
_TABLES = ("tests/must_answer.tsv", "tests/evaluation/messages.tsv")  # about answers


class FolderTaken(ValueError):
    """A new project does not overwrite anything."""


def new_project(folder: Path, pack: str) -> list[str]:
    """Write a whole project of a pack into an empty folder; the names of its files. Raises FolderTaken."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderTaken(f"{folder} is not empty: name a new folder, nothing is overwritten.")
    folder.mkdir(parents=True, exist_ok=True)
    lay_skills(CODE, folder)
    lay_own(source_of(pack), folder, is_empty=pack == EMPTY)
    if pack != EMPTY:
        shutil.copytree(source_of(pack) / _ANSWERS, folder / _ANSWERS)
    (folder / _ANSWERS).mkdir(exist_ok=True)
    write_mark(folder, pack, read_mark(source_of(pack)))
    set_recipe(folder)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def renew_skills(folder: Path) -> None:
    """Bring this version's skills and recipe into a project; what is the clinic's own stays."""
    lay_skills(CODE, folder)


def source_of(pack: str) -> Path:
    """The folder that a pack's own files are taken from; an empty one has a general clinic's rules."""
    if pack not in PACKS:
        raise ValueError(f"There is no pack “{pack}”; there is {', '.join(PACKS)}.")
    return CODE if pack == SHIPPED else CODE / "packs" / GENERAL


def lay_skills(base: Path, folder: Path) -> None:
    """Copy what every clinic has: recipe, domain and the skills of `data/`."""
    (folder / "data").mkdir(exist_ok=True)
    for name in SHARED:
        _copy(base / name, folder / name)
    for path in sorted((base / "data").glob("*.yml")):
        if f"data/{path.name}" not in OWN:
            _copy(path, folder / "data" / path.name)


def lay_own(own: Path, folder: Path, *, is_empty: bool = False) -> None:
    """Copy what is a clinic's own, but no answers; `is_empty`: of tables about answers only the head."""
    for name in own_files(own):
        _copy(own / name, folder / name)
        if is_empty and name in _TABLES:
            head, *_ = (folder / name).read_text(encoding="utf-8").splitlines()
            (folder / name).write_text(f"{head}\n", encoding="utf-8")


def own_files(own: Path) -> Iterator[str]:
    """The names of a clinic's own files, as far as they are there."""
    yield from (name for name in OWN if (own / name).is_file())
    for folder in OWN_FOLDERS:
        for path in sorted((own / folder).glob("*")):
            if path.is_file():
                yield path.relative_to(own).as_posix()


def write_mark(folder: Path, pack: str, more: Mapping[str, Any] | None = None) -> None:
    """Say in a project which pack it was made of."""
    text = json.dumps({**(more or {}), "pack": pack}, ensure_ascii=False, indent=1)
    (folder / MARK).write_text(text, encoding="utf-8")


def read_mark(folder: Path) -> dict[str, Any]:
    """What a project says it was made of."""
    path = folder / MARK
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {"pack": SHIPPED, **found}


def pack_of(folder: Path) -> str:
    """The pack that a project or a release was made of."""
    return str(read_mark(folder)["pack"])


def take_own(release: Path, folder: Path) -> None:
    """Make the own files of `folder` those of a release, and no others: after an update, for instance."""
    _remove(folder, own_files(folder))
    lay_own(release, folder)
    _copy(release / MARK, folder / MARK)
    set_recipe(folder)


def set_recipe(folder: Path) -> None:
    """Put into a project's recipe what its mark says of it: the topics on which to be careful."""
    topics = read_mark(folder).get(CAREFUL)
    path = folder / "config.yml"
    if topics is None or not path.is_file():
        return
    listed = f"careful_topics: [{', '.join(map(str, topics))}]"
    text = re.sub(r"careful_topics: \[[^\]]*\]", listed, path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")


def words_of(folder: Path) -> dict[str, Any]:
    """What the clinic says in its own words instead of a skill's: texts by language, by utterance."""
    return dict(read_mark(folder).get(WORDINGS) or {})


def _remove(folder: Path, names: Iterable[str]) -> None:
    for name in [*names]:
        (folder / name).unlink()


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
