"""The three lists as staff see them: each case in words, with what matters in a second first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from web.accounts.staff import Person
from web.bot.manifest import Manifest
from web.chat import handoffs
from web.core import formatting, pii
from web.core.db import Transaction
from web.desk import queues, visitor_presence
from web.desk.calls import times as call_times
from web.desk.calls import work as call_work
from web.desk.queues import LISTS, Case, List
from web.hours.staff_activity import is_looking, is_writing

MAX_WORDS = 160
REST = "more-urgent"  # the row that counts what the list has no room for
TITLES: dict[List, str] = {"waiting": "Waiting now", "to_call": "To call", "to_read": "To read"}
EMPTY: dict[List, str] = {
    "waiting": "Nobody is waiting. Anyone who asks for a person appears here automatically.",
    "to_call": "No calls to make.",
    "to_read": "Nothing to read.",
}


@dataclass(frozen=True)
class QueueRow:
    """One case in a list."""

    id: str
    href: str
    why: str
    also: str
    topic: str
    since: datetime
    waited: str
    last_words: str
    is_here: bool
    presence: str
    is_urgent: bool
    is_missed: bool
    is_new: bool
    told_at: str
    holder: str
    holder_id: str
    language: str
    name: str
    best_time: str
    best_time_here: str
    wish: str = ""  # for the call, whole: half a wish may say the opposite
    is_mine: bool = False  # as one member of staff sees it
    has_draft: bool = False  # the same
    is_unread: bool = False  # by whoever holds it
    is_unanswered: bool = False
    words_seq: int = 0
    missed: str = ""  # what nobody did in time
    given_by: str = ""  # a colleague gave it to the holder, who has not looked yet
    given_at: str = ""
    lookers: tuple[tuple[str, str], ...] = ()  # who has it open now: id, and name with what they do
    passed_to: str = ""  # the id of whom it was passed to, because nobody had answered
    passed: str = ""  # the same in words
    passed_at: str = ""
    is_for_me: bool = False  # it was passed to the one who looks
    folded: int = 0  # so many urgent chats stand in this row


async def lists(
    tx: Transaction, *, manifest: Manifest, zone: ZoneInfo | None, now: datetime, most_urgent: int
) -> dict[List, list[QueueRow]]:
    """Every case on its list; what is folded comes after the urgent ones that stand by themselves."""
    found, rest = await queues.lists(tx, now=now, most_urgent=most_urgent)
    rows = {name: [row_of(case, name, manifest, now, zone) for case in found[name]] for name in LISTS}
    urgent = sum(row.is_urgent for row in rows["waiting"])
    folded = [_row_of_fold(fold, now) for fold in await handoffs.folds(tx)]
    rows["waiting"][urgent:urgent] = [*([_row_of_rest(rest, now)] if rest else ()), *folded]
    return rows


async def urgent(
    tx: Transaction, *, manifest: Manifest, zone: ZoneInfo | None, now: datetime, after: int, most: int
) -> tuple[list[QueueRow], int]:
    """A page of all urgent cases that stand by themselves and that nobody holds; and how many there are."""
    cases, total = await queues.urgent(tx, now=now, after=after, most=most)
    return [row_of(case, "waiting", manifest, now, zone) for case in cases], total


def row_of(
    case: Case,
    on: List,
    manifest: Manifest,
    now: datetime,
    zone: ZoneInfo | None,
    *,
    is_masked: bool = False,
) -> QueueRow:
    """One case in words. `is_masked`: without what says who it is."""
    holder = _holder(case, on, now)
    words = case.strongest_words or (case.complaint if on == "to_read" else "") or case.last_words
    given_by, given_at = _given(case)
    passed_to, passed, passed_at = _passed(case)
    callback = case.callbacks[0] if case.callbacks and not is_masked else None
    wish = str(callback["note"] or "") if callback else ""
    return QueueRow(
        id=case.conversation_id,
        href=_href(case, on),
        why=_why(case, on, is_masked),
        also=_also(case, on),
        topic=title_of(manifest, case.intent),
        since=case.since,
        waited=_waited(case, on, now),
        # A wish that is all they wrote is not shown twice.
        last_words="" if words == wish else shortened(pii.mask(words) if is_masked else words),
        is_here=visitor_presence.is_here(case.seen_at, now),
        presence=presence(case.seen_at, now),
        is_urgent=case.is_urgent,
        is_missed=bool(_missed(case)),
        is_new=_is_new(case, on),
        told_at=_told_at(case),
        holder=holder.name,
        holder_id=holder.id,
        language=formatting.LANGUAGES.get(case.language, case.language) if case.language != "en" else "",
        name=str(callback["first_name"] or "") if callback else "",
        best_time=str(callback["best_time"] or "") if callback else "",
        best_time_here=call_times.in_short(callback, zone, now) if callback else "",
        wish=wish,
        is_unread=case.is_unread,
        is_unanswered=case.handoff is not None and case.unanswered_since is not None,
        words_seq=case.words_seq,
        lookers=_lookers(case, now),
        missed=_missed(case),
        given_by=given_by,
        given_at=given_at,
        passed_to=passed_to,
        passed=passed,
        passed_at=passed_at,
    )


def _passed(case: Case) -> tuple[str, str, str]:
    """Whom an unanswered request was passed to, in words and when, until somebody has it."""
    handoff = case.handoff
    if handoff is None or case.is_held or not (handoff["escalated_to"] or handoff["on_call_at"]):
        return "", "", ""
    words = "On-call was told" if handoff["on_call_at"] else f"Passed to {handoff['escalated_name']}"
    moment = handoff["escalated_at"] or handoff["on_call_at"]
    return handoff["escalated_to"] or "", words, moment.isoformat()


def _is_new(case: Case, on: List) -> bool:
    """Whether nobody has looked at it yet, or called."""
    if on == "to_call":
        return case.callbacks[0]["state"] == "new"
    return case.handoff is not None and case.handoff["opened_at"] is None and not case.is_held


def _missed(case: Case) -> str:
    if case.handoff is None or case.is_held or not case.handoff["told_again_at"]:
        return ""
    is_unopened = case.handoff["opened_at"] is None and case.handoff["back_at"] is None
    return "Not opened in time" if is_unopened else "Not answered in time"


def _given(case: Case) -> tuple[str, str]:
    """Who gave it to its holder, until they have looked at it."""
    if case.handoff is None or not case.is_held or not case.handoff["assigned_by"]:
        return "", ""
    held_by, given_at = case.handoff["claimed_by"], case.handoff["claimed_at"]
    if any(row["staff_id"] == held_by and row["read_seq"] is not None for row in case.onlookers):
        return "", ""
    return str(case.handoff["assigned_by"]), given_at.isoformat()


def _lookers(case: Case, now: datetime) -> tuple[tuple[str, str], ...]:
    """Who has it open, with what they do there."""
    return tuple(
        (row["staff_id"], f"{row['name']} is {'writing' if is_writing(row, now) else 'looking'}")
        for row in case.onlookers
        if is_looking(row, now)
    )


def _holder(case: Case, on: List, now: datetime) -> Person:
    """Who speaks with the visitor, or is calling them."""
    handoff = case.handoff
    if handoff is not None and case.is_held:
        return Person(str(handoff["claimed_by"] or ""), str(handoff["claimed_name"] or ""))
    calling = (call_work.caller(row, now) for row in case.callbacks if on == "to_call")
    return next(filter(None, calling), Person("", ""))


def _row_of_fold(fold: RowMapping, now: datetime) -> QueueRow:
    """Urgent chats from one address beyond those that are shown each."""
    count = int(fold["open"])
    why = f"And {count} more urgent {_chats(count)} from the same place"
    return _row_of_many(fold, fold["fold_id"], f"/desk/folded/{fold['fold_id']}", why, now)


def _row_of_rest(rest: RowMapping, now: datetime) -> QueueRow:
    """Urgent chats from many places beyond those that the list has room for."""
    count = int(rest["open"])
    return _row_of_many(rest, REST, "/desk/urgent", f"And {count} more urgent {_chats(count)}: see all", now)


def _chats(count: int) -> str:
    return "chat" if count == 1 else "chats"


def _row_of_many(fold: RowMapping, row_id: str, href: str, why: str, now: datetime) -> QueueRow:
    return QueueRow(
        id=row_id,
        href=href,
        why=why,
        also="",
        topic="",
        since=fold["since"],
        waited=f"Waiting {formatting.how_long(now, fold['since'])}",
        last_words="",
        is_here=False,
        presence="",
        is_urgent=True,
        is_missed=False,
        is_new=fold["unopened"] is not None,
        told_at=fold["told_at"].isoformat() if fold["told_at"] else "",
        holder="",
        holder_id="",
        language="",
        name="",
        best_time="",
        best_time_here="",
        folded=int(fold["open"]),
    )


def _waited(case: Case, on: List, now: datetime) -> str:
    """How long it is open; nobody waits for what is only to read, but who wanted a person asked once."""
    if on == "to_call" or (on == "to_read" and case.has_open_wish):
        return f"Asked {formatting.age(now, case.since)}"
    if on != "waiting":
        return ""
    if case.is_held and case.unanswered_since is None:
        return "Answered"
    return f"{'Unanswered' if case.is_held else 'Waiting'} {formatting.how_long(now, case.since)}"


def presence(seen_at: datetime | None, now: datetime) -> str:
    """Whether the visitor is there."""
    if visitor_presence.is_here(seen_at, now):
        return "Visitor here"
    return f"Left {formatting.age(now, seen_at)}" if seen_at else "Left"


def title_of(manifest: Manifest, intent: str | None) -> str:
    """The title of the answer that an intent means; empty for skills."""
    if not intent or not intent.startswith("faq/"):
        return ""
    return str(manifest.answers.get(intent.removeprefix("faq/"), {}).get("title") or "")


def shortened(text: str) -> str:
    """The beginning of what was written, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_WORDS else f"{line[: MAX_WORDS - 1].rstrip()}…"


def pulse(found: dict[List, list[QueueRow]], *, is_locked: bool = False) -> dict[str, Any]:
    """What the page needs for its counts and its sounds: ids and numbers, no words of a visitor.

    Beside them who is in danger in the first urgent one, for a screen that is not locked.

    An urgent one goes by its time as well: a second crisis in the same chat is heard like the first.
    """
    waiting = [row for row in found["waiting"] if not row.holder or row.is_mine]
    danger = next((row.why for row in waiting if row.is_urgent and not row.folded), "")
    return {
        "danger": "" if is_locked else danger,
        "urgent": [f"{row.id} {row.told_at}" for row in waiting if row.is_urgent],
        "person": [row.id for row in waiting if not row.is_urgent and not row.is_mine],
        "call": [row.id for row in found["to_call"]],
        "missed": [f"{row.id} {row.told_at}" for row in waiting if row.is_missed],
        "assigned": [
            *(f"{row.id} {row.given_at}" for row in waiting if row.is_mine and row.given_by),
            *(f"{row.id} {row.passed_at}" for row in waiting if row.is_for_me),
        ],
        "given_by": next((row.given_by for row in waiting if row.is_mine and row.given_by), ""),
        "words": [
            f"{row.id} {row.words_seq}"
            for row in waiting
            if row.is_mine and row.is_unread and not row.given_by
        ],
        "counts": {name: len(found[name]) for name in LISTS} | {"yours": _yours(waiting)},
    }


def _yours(waiting: list[QueueRow]) -> int:
    """How many of them need the one who looks: nobody has them, or their words are unanswered."""
    return sum(not row.is_mine or row.is_unanswered for row in waiting)


def _told_at(case: Case) -> str:
    told_at = case.handoff["urgent_at"] if case.handoff is not None else None
    return told_at.isoformat() if told_at else ""


def _href(case: Case, on: List) -> str:
    if on == "to_call":
        return f"/desk/callbacks#{case.callbacks[0]['id']}"
    return f"/desk/conversations/{case.conversation_id}"


def _why(case: Case, on: List, is_masked: bool) -> str:
    if case.handoff is not None and on == "waiting":
        return formatting.reason(case.handoff["reason"], is_urgent=case.is_urgent)
    if case.callbacks:
        row = case.callbacks[0]
        wish = formatting.CHANNELS.get(row["channel"], "a call")
        name = "" if is_masked else row["first_name"]
        return f"{name} asks for {wish}" if name else f"Asks for {wish}"
    reasons = {row["reason"] for row in case.reads}
    return "; ".join(words for name, words in formatting.TO_READ_REASONS.items() if name in reasons)


def _also(case: Case, on: List) -> str:
    """What else is open in it: it is worked with the case, not on a second list."""
    more = []
    if on == "waiting" and case.callbacks:
        more.append("asked for a call")
    if on == "to_call" and case.handoff is not None:
        more.append("wanted a person, then left")
    return ", ".join(more)
