"""The checklist beside a crisis: what the clinic does, step by step, and who has done what of it.

The clinic's own text by kind of danger; until it is written, `checklists.yml` stands in. A tick is a
line of the case's history (`web/chat/handoff_events.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import RowMapping, delete, select

from content.yaml_files import read_plain
from safety.cleaning import tidy
from web.accounts.staff import Person
from web.core.db import Transaction, upsert
from web.core.errors import BadRequest
from web.schema import crisis_steps, handoff_events

FALLBACK = "crisis"  # of a kind that has no list of its own
MAX_STEPS, MAX_STEP_CHARS = 20, 300


@dataclass(frozen=True)
class Checklist:
    """The steps of one kind of danger; `changed` names who wrote them, none: they are the default."""

    kind: str
    steps: tuple[str, ...]
    changed: RowMapping | None = None


@dataclass(frozen=True)
class Step:
    """One step of a case; `done` says by whom and when, empty when it is not."""

    text: str
    done_by: str = ""
    done_at: datetime | None = None


@cache
def defaults() -> Mapping[str, tuple[str, ...]]:
    """The steps that are shipped, by kind of danger."""
    text = Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    return {str(kind): tuple(map(str, steps)) for kind, steps in read_plain(text).items()}


async def every(tx: Transaction) -> list[Checklist]:
    """The list of each kind."""
    rows = {row["kind"]: row for row in (await tx.execute(select(crisis_steps))).mappings()}
    return [
        Checklist(kind, tuple(rows[kind]["text"].splitlines()) if kind in rows else steps, rows.get(kind))
        for kind, steps in defaults().items()
    ]


async def of_case(tx: Transaction, handoff: RowMapping) -> list[Step]:
    """The steps for an open crisis, each with who ticked it."""
    kind = handoff["reason"] if handoff["reason"] in defaults() else FALLBACK
    steps = next(each.steps for each in await every(tx) if each.kind == kind)
    ticked: dict[str, RowMapping] = {}
    mine = (handoff_events.c.handoff_id == handoff["id"], handoff_events.c.did == "step")
    of = handoff_events.c.conversation_id == handoff["conversation_id"]
    events = select(handoff_events).where(of, *mine).order_by(handoff_events.c.at, handoff_events.c.id)
    for event in (await tx.execute(events)).mappings():
        ticked[event["details"]["step"]] = event
    # What was ticked before the list or the kind of danger changed stays on it.
    return [_step(text, ticked.get(text)) for text in dict.fromkeys((*steps, *ticked))]


async def save(tx: Transaction, kind: str, raw: str, *, by: Person, now: datetime) -> None:
    """Write the list of one kind, one step a line; nothing brings the default back. Raises BadRequest."""
    if kind not in defaults():
        raise BadRequest("There is no such kind of danger.")
    if not raw.strip():
        await tx.execute(delete(crisis_steps).where(crisis_steps.c.kind == kind))
        return
    lines = list(dict.fromkeys(filter(None, map(tidy, raw.splitlines()))))
    if len(lines) > MAX_STEPS or max(map(len, lines)) > MAX_STEP_CHARS:
        raise BadRequest(f"Please write at most {MAX_STEPS} steps of {MAX_STEP_CHARS} characters each.")
    who = {"changed_by": by.id, "changed_by_name": by.name, "changed_at": now}
    await upsert(tx, crisis_steps, {"kind": kind}, {"text": "\n".join(lines), **who})


def _step(text: str, event: RowMapping | None) -> Step:
    if event is None or not event["details"]["done"]:
        return Step(text)
    return Step(text, event["name"] or "Somebody", event["at"])
