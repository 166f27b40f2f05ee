"""What this clinic brings beside its answers: the pack it began with, and what it changed of it.

The record holds it, version by version. From it a folder `own` is made in `var`, with the files that a
build and the checks of words read; it is made anew at a start and whenever the record is newer.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString as Block
from sqlalchemy import func, insert, select

from content import packs
from web.core.db import Transaction
from web.core.settings import Settings
from web.hours.policies import OWN_FOLDER, base_of
from web.schema import new_id, project_parts

PACK = "pack"
CARDS = "cards"
PARTS = (PACK, "out_of_scope", "must_answer", "words", "clinical", "careful", "wordings", CARDS)
# The names under which a release holds the words of a card (web/safety/crisis_cards.py).
CARD_NAMES = {"text": "card/", "next_step": "card_next/"}
MAX_WHY_CHARS = 300
_making = threading.Lock()  # one thread at a time makes the folder


@dataclass(frozen=True)
class Part:
    """One part as it stands: its content, which version that is, and who wrote it when and why."""

    name: str
    version: int
    content: Mapping[str, Any]
    changed_by_name: str
    changed_at: datetime
    why: str


async def parts(tx: Transaction) -> dict[str, Part]:
    """Every part that was ever set, as it is now."""
    newest = select(project_parts.c.name, func.max(project_parts.c.version).label("version"))
    last = newest.group_by(project_parts.c.name).subquery()
    same = (project_parts.c.name == last.c.name, project_parts.c.version == last.c.version)
    rows = (await tx.execute(select(project_parts).join(last, same[0] & same[1]))).mappings()
    return {row["name"]: _part(row) for row in rows}


async def versions(tx: Transaction, name: str) -> list[Part]:
    """Every version of a part, the newest first."""
    mine = select(project_parts).where(project_parts.c.name == name)
    ordered = mine.order_by(project_parts.c.version.desc())
    return [_part(row) for row in (await tx.execute(ordered)).mappings()]


async def put(
    tx: Transaction,
    name: str,
    content: Mapping[str, Any],
    *,
    by: str,
    by_name: str,
    why: str,
    now: datetime,
) -> bool:
    """Store a part as its next version; whether it is another one than before."""
    standing = (await parts(tx)).get(name)
    if standing is not None and dict(standing.content) == dict(content):
        return False
    version = standing.version + 1 if standing else 1
    await tx.execute(
        insert(project_parts).values(
            id=new_id(),
            name=name,
            version=version,
            content=dict(content),
            changed_by=by,
            changed_by_name=by_name,
            changed_at=now,
            why=why[:MAX_WHY_CHARS],
        )
    )
    return True


def _part(row: Mapping[Any, Any]) -> Part:
    return Part(**{name: row[name] for name in Part.__dataclass_fields__})


def pack_of(standing: Mapping[str, Part]) -> str:
    """The pack that this installation began with."""
    return str(standing[PACK].content["name"]) if PACK in standing else packs.SHIPPED


def keep_up(settings: Settings, standing: Mapping[str, Part]) -> None:
    """Make the folder of own files what the record says, unless it is so already."""
    with _making:
        folder, wanted = settings.var / OWN_FOLDER, _stamp(standing)
        if (packs.read_mark(folder).get("parts") or {}) != wanted:
            make(settings, standing)


def make(settings: Settings, standing: Mapping[str, Part]) -> None:
    """Make the folder of own files, whole or not at all."""
    wanted = _stamp(standing)
    if not wanted:
        shutil.rmtree(settings.var / OWN_FOLDER, ignore_errors=True)
        return
    draft = settings.var / f"{OWN_FOLDER}.{new_id()}"
    draft.mkdir(mode=0o700)
    try:
        _fill(draft, source_of(settings, standing), standing)
        mark = packs.read_mark(source_of(settings, standing))
        more = {**mark, "parts": wanted, **_marked(standing, mark.get(packs.WORDINGS) or {})}
        packs.write_mark(draft, pack_of(standing), more)
        _swap(draft, settings.var / OWN_FOLDER)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _stamp(standing: Mapping[str, Part]) -> dict[str, int]:
    return {name: part.version for name, part in sorted(standing.items())}


def _marked(standing: Mapping[str, Part], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is no file of its own: it goes into the recipe and the manifest of a release.

    `said`: the wordings that the pack brings.
    """
    found: dict[str, Any] = {}
    if "careful" in standing:
        found[packs.CAREFUL] = list(standing["careful"].content["topics"])
    if "wordings" in standing:
        said = standing["wordings"].content["texts"]
    if "wordings" in standing or CARDS in standing:
        found[packs.WORDINGS] = {**said, **_on_cards(standing)}
    return found


def _on_cards(standing: Mapping[str, Part]) -> dict[str, dict[str, str]]:
    """The clinic's words on the cards: by the name that a release has for them, then by language."""
    texts = standing[CARDS].content["texts"] if CARDS in standing else {}
    return {
        f"{prefix}{kind}": {language: said[name] for language, said in by_language.items()}
        for kind, by_language in texts.items()
        for name, prefix in CARD_NAMES.items()
    }


def source_of(settings: Settings, standing: Mapping[str, Part]) -> Path:
    """Where the files come from that the clinic has not changed."""
    pack = pack_of(standing)
    return base_of(settings) if pack == packs.SHIPPED else packs.source_of(pack)


def _fill(folder: Path, source: Path, standing: Mapping[str, Part]) -> None:
    packs.lay_own(source, folder, is_empty=pack_of(standing) == packs.EMPTY)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "tests").mkdir(exist_ok=True)
    if "out_of_scope" in standing:
        _out_of_scope(folder / "data" / "out_of_scope.yml", standing["out_of_scope"].content)
    if "must_answer" in standing:
        _must_answer(folder / "tests" / "must_answer.tsv", standing["must_answer"].content)
    if "words" in standing:
        _lists(folder / "data" / "policy.yml", "policy", standing["words"].content)
    if "clinical" in standing:
        _lists(folder / "data" / "clinical.yml", "clinical", standing["clinical"].content)


def _out_of_scope(path: Path, content: Mapping[str, Any]) -> None:
    document = _read(path)
    removed = set(content.get("removed", ()))
    for item in document.get("nlu", ()):
        if item.get("intent") == "out_of_scope":
            kept = [line for line in examples_of(item) if line not in removed]
            every = dict.fromkeys([*kept, *content.get("added", ())])
            item["examples"] = Block("".join(f"- {line}\n" for line in every))
        else:
            item["examples"] = Block(item["examples"])
    _write(path, document)


def _must_answer(path: Path, content: Mapping[str, Any]) -> None:
    written = io.StringIO()
    table = csv.writer(written, delimiter="\t", quoting=csv.QUOTE_NONE, escapechar=None, lineterminator="\n")
    table.writerow(("answer", "text"))
    table.writerows((row["answer"], " ".join(row["text"].split())) for row in content["rows"])
    path.write_text(written.getvalue(), encoding="utf-8")


def _lists(path: Path, key: str, content: Mapping[str, Any]) -> None:
    document = _read(path)
    document.setdefault(key, {}).update(content)
    _write(path, document)


def examples_of(item: Mapping[str, Any]) -> list[str]:
    """The questions of one intent of a data file."""
    rows = (row.strip() for row in str(item.get("examples") or "").splitlines())
    return [row[1:].strip() for row in rows if row.startswith("-") and row[1:].strip()]


def _read(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8") if path.is_file() else 'version: "3.1"\n'
    return dict(YAML(typ="safe").load(text) or {})


def _write(path: Path, document: Mapping[str, Any]) -> None:
    writer = YAML()
    writer.width = 1_000_000
    with path.open("w", encoding="utf-8") as file:
        writer.dump({**document, "version": "3.1"}, file)


def _swap(draft: Path, folder: Path) -> None:
    """Put a folder in the place of another; who reads in between finds the files a moment later."""
    old = folder.with_name(f"{folder.name}.{new_id()}.old")
    try:
        with contextlib.suppress(FileNotFoundError):
            folder.rename(old)
        draft.rename(folder)
    except OSError:  # another process made the same a moment ago
        if not (folder / packs.MARK).is_file():
            raise
    shutil.rmtree(old, ignore_errors=True)


def release_pack(folder: Path) -> str:
    """The pack that a release was made of; the shipped clinic's for those that do not say."""
    try:
        return packs.pack_of(folder)
    except (OSError, json.JSONDecodeError):
        return packs.SHIPPED
