"""The three lists of the desk. A case is a conversation that needs staff; it is on exactly one list.

*Waiting now*: the visitor is there and wants a person, or safety spoke up, or somebody holds it.
*To call*: a callback is open. *To read*: nobody waits. What has nothing open is no case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, func, select, tuple_

from web.bot.manifest import ANSWER_PREFIX
from web.chat import callbacks, conversations, handoffs, review_queue
from web.core.db import Transaction
from web.desk import callback_reasons, queue_activity, visitor_presence
from web.desk.calls import times as call_times
from web.schema import messages, ratings, turns

List = Literal["waiting", "to_call", "to_read"]
LISTS: tuple[List, ...] = ("waiting", "to_call", "to_read")


@dataclass
class Case:
    """A conversation and everything that is open in it."""

    conversation_id: str
    language: str
    handoff: RowMapping | None = None
    callbacks: list[RowMapping] = field(default_factory=list)
    reads: list[RowMapping] = field(default_factory=list)
    seen_at: datetime | None = None
    last_words: str = ""
    strongest_words: str = ""  # of a crisis
    complaint: str = ""  # what a visitor wrote when an answer did not help
    intent: str | None = None
    # Of an open request: the visitor's words that nobody answered yet, and who has seen them.
    unanswered_since: datetime | None = None
    was_answered: bool = False  # staff have spoken in it
    words_seq: int = 0
    onlookers: list[RowMapping] = field(default_factory=list)

    @property
    def is_urgent(self) -> bool:
        """Whether safety spoke up and nobody said that it is no crisis."""
        return self.handoff is not None and bool(self.handoff["urgent"])

    @property
    def is_held(self) -> bool:
        """Whether somebody of the staff speaks with the visitor."""
        return self.handoff is not None and self.handoff["state"] == "claimed"

    @property
    def has_open_wish(self) -> bool:
        """Whether they wanted a person or a call and left before the team was told."""
        return any(row["reason"] in review_queue.OPEN_WISHES for row in self.reads)

    @property
    def since(self) -> datetime:
        """Since when it waits: the request for a person, the callback, or what is to read."""
        if self.handoff is not None:
            return self._since(self.handoff)
        of = self.callbacks or self.reads
        return min(row["created_at"] for row in of)

    def _since(self, handoff: RowMapping) -> datetime:
        if self.is_held:
            return self.unanswered_since or handoff["claimed_at"]
        if not self.was_answered:
            return handoff["requested_at"]
        return max(filter(None, (handoff["requested_at"], handoff["back_at"], self.unanswered_since)))

    @property
    def is_unread(self) -> bool:
        """Whether whoever holds it has not had the visitor's last words before their eyes."""
        if self.handoff is None or not self.is_held:
            return False
        read = (row["read_seq"] for row in self.onlookers if row["staff_id"] == self.handoff["claimed_by"])
        return self.words_seq > (next(read, None) or 0)


def place(case: Case, now: datetime) -> List | None:
    """The one list a case is on; None when nothing is open."""
    if case.handoff is not None:
        if case.is_urgent or case.is_held or visitor_presence.is_here(case.seen_at, now):
            return "waiting"
        # Who left with a number is called; who left without one waits to be closed (handoff timeouts).
        return "to_call" if case.callbacks else "waiting"
    # What staff put off is on no list until it is due.
    if any(not call_times.is_put_off(row, now) for row in case.callbacks):
        return "to_call"
    return "to_read" if any(_is_due(row, case, now) for row in case.reads) else None


def _is_due(row: RowMapping, case: Case, now: datetime) -> bool:
    """Whether it is to be read now: a wish is unfinished once the visitor has gone."""
    return row["reason"] not in review_queue.OPEN_WISHES or not visitor_presence.is_here(case.seen_at, now)


def sort_key(case: Case) -> tuple[bool, bool, datetime]:
    """Urgent first, then who waits for an answer, then who was answered; in each the longest wait."""
    return (not case.is_urgent, case.is_held and case.unanswered_since is None, case.since)


async def lists(
    tx: Transaction, *, now: datetime, most_urgent: int | None = None
) -> tuple[dict[List, list[Case]], RowMapping | None]:
    """Every case, on its list and in its order; with `most_urgent` also what counts the other urgent ones."""
    placed: dict[List, list[Case]] = {name: [] for name in LISTS}
    cases, rest = await every_case(tx, now=now, most_urgent=most_urgent)
    for case in cases.values():
        found = place(case, now)
        if found is not None:
            placed[found].append(case)
    for name in LISTS:
        placed[name].sort(key=sort_key)
    # The newest first, as nobody waits; before all, who wanted somebody and reached nobody.
    placed["to_read"].sort(key=lambda case: (case.has_open_wish, case.since), reverse=True)
    return placed, rest


async def urgent(tx: Transaction, *, now: datetime, after: int, most: int) -> tuple[list[Case], int]:
    """A page of all urgent cases that nobody holds, as they are listed; and how many there are."""
    here_since = now - visitor_presence.HERE_FOR
    rows, total = await handoffs.urgent_ones(tx, here_since=here_since, after=after, most=most)
    return await _of_rows(tx, rows), total


async def every_case(
    tx: Transaction, *, now: datetime, most_urgent: int | None = None
) -> tuple[dict[str, Case], RowMapping | None]:
    """Every conversation with something open, by its id."""
    found: dict[str, Case] = {}

    def case_of(row: RowMapping) -> Case:
        return found.setdefault(row["conversation_id"], Case(row["conversation_id"], row["language"]))

    here_since, rest = now - visitor_presence.HERE_FOR, None
    if most_urgent is None:
        open_ones = await handoffs.open_ones(tx)
    else:
        open_ones, rest = await handoffs.listed_ones(tx, most_urgent=most_urgent, here_since=here_since)
    for row in open_ones:
        case_of(row).handoff = row
    for row in await callbacks.open_ones(tx):
        case_of(row).callbacks.append(row)
    for row in await review_queue.unread(tx):
        case_of(row).reads.append(row)
    return await _whole(tx, found), rest


async def one(tx: Transaction, conversation_id: str) -> Case | None:
    """What is open in one conversation, folded or not; None when nothing is."""
    handoff = await handoffs.open_one(tx, conversation_id)
    calls = list(reversed(await callbacks.open_in(tx, conversation_id)))
    reads = await review_queue.unread(tx, of=conversation_id)
    if handoff is None and not calls and not reads:
        return None
    language = await conversations.language_of(tx, conversation_id)
    case = Case(conversation_id, language, handoff=handoff, callbacks=calls, reads=reads)
    return (await _whole(tx, {conversation_id: case}))[conversation_id]


async def in_fold(tx: Transaction, fold_id: str, *, most: int) -> list[Case]:
    """The urgent cases that one row stands for, the longest wait first."""
    return await _of_rows(tx, await handoffs.of_fold(tx, fold_id, most=most))


async def _of_rows(tx: Transaction, rows: Iterable[RowMapping]) -> list[Case]:
    found = {
        row["conversation_id"]: Case(row["conversation_id"], row["language"], handoff=row) for row in rows
    }
    return list((await _whole(tx, found)).values())


async def _whole(tx: Transaction, found: dict[str, Case]) -> dict[str, Case]:
    await _add_visits(tx, found)
    await _add_topics(tx, found)
    await _add_strongest(tx, found)
    await _add_complaints(tx, found)
    await queue_activity.add(tx, found)
    return found


async def _add_strongest(tx: Transaction, found: dict[str, Case]) -> None:
    """Add the words in which a crisis is plainest: the last ones may be "ok"."""
    by_message = {
        case.handoff["words_id"] or case.handoff["message_id"]: case
        for case in found.values()
        if case.handoff is not None and case.is_urgent
    }
    quoted = select(messages.c.id, messages.c.text).where(messages.c.id.in_(by_message))
    for row in await tx.execute(quoted):
        by_message[row.id].strongest_words = row.text


async def _add_complaints(tx: Transaction, found: dict[str, Case]) -> None:
    """Add the answer that did not help, and what its visitor wrote about it."""
    reads = (row for case in found.values() for row in case.reads if row["reason"] == "not_helpful")
    ids = [row["message_id"] for row in reads if row["message_id"]]
    if not ids:
        return
    query = (
        select(ratings.c.conversation_id, ratings.c.sentence, messages.c.utterance)
        .join(messages, messages.c.id == ratings.c.message_id)
        .where(ratings.c.message_id.in_(ids), ratings.c.helpful.is_(False))
        .order_by(ratings.c.created_at)
    )
    for row in await tx.execute(query):
        case = found[row.conversation_id]
        case.complaint = row.sentence or case.complaint
        if str(row.utterance or "").startswith(ANSWER_PREFIX):
            case.intent = f"faq/{row.utterance.removeprefix(ANSWER_PREFIX)}"


async def _add_visits(tx: Transaction, found: dict[str, Case]) -> None:
    """Add the last words; whoever writes was there when they wrote."""
    for conversation_id, seen_at in (await visitor_presence.seen_at(tx, found)).items():
        found[conversation_id].seen_at = seen_at
    for row in await _last(tx, messages, found, messages.c.author == "visitor"):
        case = found[row["conversation_id"]]
        case.last_words = row["text"]
        case.seen_at = max(filter(None, (case.seen_at, row["created_at"])))
    # Who asks for a call ends with "yes": what it is about came before.
    calls = [case.conversation_id for case in found.values() if case.callbacks and case.handoff is None]
    for conversation_id, words in (await callback_reasons.before_the_form(tx, calls)).items():
        found[conversation_id].last_words = words


async def _add_topics(tx: Transaction, found: dict[str, Case]) -> None:
    understood = turns.c.understood.is_not(None) & turns.c.outcome.in_(("answered", "asked_back"))
    for row in await _last(tx, turns, found, understood):
        intent = (row["understood"] or {}).get("intent")
        found[row["conversation_id"]].intent = intent if isinstance(intent, str) else None


async def _last(
    tx: Transaction, table: Any, conversation_ids: Iterable[str], condition: Any
) -> list[RowMapping]:
    """The last row of each conversation that meets a condition."""
    ids = list(conversation_ids)
    if not ids:
        return []
    newest = (
        select(table.c.conversation_id, func.max(table.c.seq))
        .where(table.c.conversation_id.in_(ids), condition)
        .group_by(table.c.conversation_id)
    )
    found = await tx.execute(select(table).where(tuple_(table.c.conversation_id, table.c.seq).in_(newest)))
    return list(found.mappings())
