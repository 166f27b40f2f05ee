"""False alarms of safety: what staff said was no crisis, looked at before anybody learns from it.

Accepted, a text becomes an example: masked, read by whoever accepted it, and kept without its chat.
The next build tries it (`training/safety_report.py`), `python -m web safety-examples` exports it for
the corpus.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update

from safety.cleaning import tidy
from web.accounts.staff import Person
from web.core import pii
from web.core.db import Transaction
from web.core.errors import MessageRefused, NotFound
from web.core.i18n import say
from web.releases import replay_samples
from web.safety.verdicts import Verdict
from web.schema import false_alarms, messages, safety_examples

MOST_SHOWN = 100
MAX_CHARS = 2000
# What safety should have made of it: the labels of its corpus.
LABELS = {
    "none": "Nothing: the normal answer alone",
    "info": "Nothing: it is a question about the topic",
    "check": "It should have asked, not shown the card",
}
_ABOUT_OTHERS = ("crisis_other", "check_other")
_OPEN = false_alarms.c.review.is_(None)


@dataclass(frozen=True)
class Alarm:
    """One message that is to be reviewed; `text` is masked."""

    id: str
    conversation_id: str
    kind: str
    name: str
    at: datetime
    text: str


async def open_ones(tx: Transaction) -> list[Alarm]:
    """What nobody has reviewed, the newest first."""
    query = select(false_alarms).where(_OPEN).order_by(false_alarms.c.created_at.desc(), false_alarms.c.id)
    rows = list((await tx.execute(query.limit(MOST_SHOWN))).mappings())
    texts = await replay_samples.texts(tx, [row["message_id"] for row in rows])
    return [
        Alarm(
            row["id"],
            row["conversation_id"],
            row["kind"],
            row["name"],
            row["created_at"],
            texts.get(row["message_id"], ""),
        )
        for row in rows
    ]


async def examples(tx: Transaction) -> list[dict[str, Any]]:
    """Every accepted example, the newest first."""
    query = select(safety_examples).order_by(safety_examples.c.accepted_at.desc(), safety_examples.c.id)
    return [dict(row) for row in (await tx.execute(query)).mappings()]


def read_text(raw: str) -> str:
    """The words of an example, in one line. Raises MessageRefused when they could point at somebody."""
    text = tidy(" ".join(raw.split()))
    if not text or len(text) > MAX_CHARS:
        raise MessageRefused(f"An example has 1 to {MAX_CHARS:,} characters.")
    if "[" in text or pii.mask(text) != text:
        raise MessageRefused("This could still identify somebody. Please change names and numbers.")
    return text


def must_not_be_explicit(verdict: Verdict) -> None:
    """Refuse words that always bring their card: nothing may teach safety otherwise."""
    if verdict.explicit:
        raise MessageRefused("These words are explicit and always bring their card. Dismiss it instead.")


async def accept(tx: Transaction, alarm_id: str, *, text: str, label: str, by: Person, now: datetime) -> None:
    """Make an example of it. Raises NotFound when somebody has reviewed it, or the chat is gone."""
    row = await _review(tx, alarm_id, "accepted", by=by, now=now)
    spoken = select(messages.c.language).where(messages.c.id == row["message_id"])
    values: dict[str, Any] = {"accepted_by": by.id, "accepted_by_name": by.name, "accepted_at": now}
    values |= {"language": (await tx.execute(spoken)).scalar_one_or_none() or "en"}
    kind = _kind(label, row["kind"])
    await tx.execute(insert(safety_examples).values(id=alarm_id, text=text, label=label, kind=kind, **values))


async def dismiss(tx: Transaction, alarm_id: str, *, by: Person, now: datetime) -> None:
    """Learn nothing from it. Raises NotFound."""
    await _review(tx, alarm_id, "dismissed", by=by, now=now)


async def take_back(tx: Transaction, example_id: str) -> None:
    """Remove an example; its message is to be reviewed again while its chat is kept. Raises NotFound."""
    gone = await tx.execute(delete(safety_examples).where(safety_examples.c.id == example_id))
    if gone.rowcount != 1:
        raise NotFound(say("no_such_page"))
    fresh = {"review": None, "reviewed_by": None, "reviewed_at": None}
    await tx.execute(update(false_alarms).where(false_alarms.c.id == example_id).values(**fresh))


async def _review(tx: Transaction, alarm_id: str, review: str, *, by: Person, now: datetime) -> RowMapping:
    mine = false_alarms.c.id == alarm_id
    values = {"review": review, "reviewed_by": by.id, "reviewed_at": now}
    done = await tx.execute(update(false_alarms).where(mine, _OPEN).values(**values))
    if done.rowcount != 1:
        raise NotFound("Somebody has reviewed this already, or the visitor has deleted the chat.")
    return (await tx.execute(select(false_alarms).where(mine))).mappings().one()


def _kind(label: str, heard: str) -> str:
    """The corpus' word for what it is."""
    if label == "check":
        return "other" if heard in _ABOUT_OTHERS else "self"
    return "topic" if label == "info" else "idiom"
