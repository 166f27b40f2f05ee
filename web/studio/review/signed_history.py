"""The history of an answer with who signed which version, what was published, and what replaced it."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, select

from content.answers import Answer
from web.core.db import Transaction
from web.core.markdown import blocks
from web.releases import publishing
from web.schema import signatures
from web.studio.answers import Draft
from web.studio.diff import Change, changes

MAX_PUBLICATIONS = 12


@dataclass
class VersionMarks:
    """What became of one version: signatures under it, and releases that spoke it."""

    signatures: list[RowMapping] = field(default_factory=list)
    published: list[tuple[str, datetime]] = field(default_factory=list)


@dataclass(frozen=True)
class SignedText:
    """The words that a clinician signed last, beside the ones that stand now."""

    version: int
    signed_by: str
    signed_at: datetime
    answer: Answer
    differs: list[Change]

    @property
    def is_replaced(self) -> bool:
        """Whether other words stand now."""
        return bool(self.differs)

    def replies(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The signed replies by language, as trees."""
        return replies_of(self.answer)


def replies_of(answer: Answer) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every reply of an answer with its language, as a tree."""
    return [(wording.language, blocks(wording.text)) for wording in answer.wordings]


@dataclass(frozen=True)
class Beside:
    """One reply as it was and as it is; either may be missing."""

    language: str
    was: list[dict[str, Any]]
    now: list[dict[str, Any]]


def beside(was: Answer, now: Answer) -> list[Beside]:
    """The replies that differ between two versions, in their order."""
    pairs = itertools.zip_longest(was.wordings, now.wordings)
    return [
        Beside((new or old).language, blocks(old.text) if old else [], blocks(new.text) if new else [])
        for old, new in pairs
        if old != new
    ]


async def marks(
    tx: Transaction, rows: Sequence[RowMapping], releases: Path, answer_id: str
) -> dict[int, VersionMarks]:
    """For each version (the newest first in `rows`) its signatures and publishings."""
    found = {row["version"]: VersionMarks() for row in rows}
    mine = signatures.c.answer_id == answer_id
    for row in (await tx.execute(select(signatures).where(mine).order_by(signatures.c.signed_at))).mappings():
        version = _version_at(rows, row["fingerprint"], row["signed_at"])
        if version is not None and row["language"] not in _languages(found[version], row):
            found[version].signatures.append(row)
    for move in (await publishing.history(tx))[:MAX_PUBLICATIONS]:
        fingerprint = fingerprints(releases / move.release / "manifest.json").get(answer_id, "")
        version = _version_at(rows, fingerprint, move.published_at)
        if version is not None:
            found[version].published.append((move.release, move.published_at))
    return found


def _languages(known: VersionMarks, row: RowMapping) -> list[str]:
    """Languages that the same person signed at the same moment: one line says them all."""
    same = (each for each in known.signatures if each["signed_at"] == row["signed_at"])
    return [row["language"] for _ in same]


def _version_at(rows: Sequence[RowMapping], fingerprint: str, moment: datetime) -> int | None:
    """The newest version with these words at a moment."""
    hits = (row for row in rows if row["fingerprint"] == fingerprint and row["changed_at"] <= moment)
    return next((int(row["version"]) for row in hits), None)


def last_signed(
    rows: Sequence[RowMapping], found: dict[int, VersionMarks], draft: Draft
) -> SignedText | None:
    """The words that were signed last and not taken back, and how the present ones differ."""
    for row in rows:
        standing = [each for each in found[row["version"]].signatures if each["taken_back_at"] is None]
        if standing:
            signed = Answer.from_data(row["content"])
            given = standing[-1]
            return SignedText(
                row["version"],
                given["signed_by_name"],
                given["signed_at"],
                signed,
                [each for each in changes(signed, draft.answer) if each.is_read],
            )
    return None


def fingerprints(manifest: Path) -> dict[str, str]:
    """The fingerprint of each answer in a release; nothing when it cannot be read."""
    try:
        return _fingerprints(manifest, manifest.stat().st_mtime_ns)
    except (OSError, ValueError):
        return {}


@functools.lru_cache(maxsize=16)
def _fingerprints(manifest: Path, _changed: int) -> dict[str, str]:
    answers = json.loads(manifest.read_text(encoding="utf-8")).get("answers", {})
    return {name: str(about.get("fingerprint", "")) for name, about in answers.items()}
