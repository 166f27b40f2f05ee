"""Callback requests: somebody asked to be called. New, called, reached, done, cancelled.

Every step is an event: who did what, when. A request holds what is needed to reach one person, and
what they agreed to; nothing of it leaves in a mail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

import phonenumbers
from sqlalchemy import RowMapping, bindparam, insert, select, update

from content.opening_hours import SPANISH_MONTHS, clock_in_words
from web import callers
from web.core.db import Transaction
from web.core.errors import BotFailed, NotFound, NotPossible
from web.core.i18n import say
from web.core.limits import MAX_OPEN_CALLS_FOR_ONE_NUMBER
from web.core.pii import tells
from web.notifications import outbox
from web.notifications.push import queue as push
from web.schema import callback_events, callbacks, conversations, messages, new_id
from web.schema.base import is_one_of
from web.schema.sealed import Secret

_TEXTS = {
    "first_name": 200,
    "phone": 40,
    "email": 320,
    "best_time": 500,
    "channel": 16,
    "patient": 16,
    "extension": 12,
    "note": 600,
}
# By which hashes a sealed request is found.
HASHES = {"phone": "phone_hash", "email": "email_hash"}
# What a message that repeats it is sealed for.
TELLING = ("first_name", "phone", "email")
OPEN = ("new", "called", "reached")
CLOSED = ("done", "cancelled")
IS_OPEN = is_one_of(callbacks.c.state, OPEN)
# Of every turn: made once, for making a statement costs more than it does.
_OPEN_IN = (
    select(callbacks)
    .where(callbacks.c.conversation_id == bindparam("conversation"), IS_OPEN)
    .order_by(callbacks.c.created_at.desc())
)
# From each state, where it may go. "Called" again is another attempt; a closed one can be reopened.
STEPS: Mapping[str, tuple[str, ...]] = {
    "new": ("called", "reached", "done", "cancelled"),
    "called": ("called", "reached", "done", "cancelled"),
    "reached": ("called", "done", "cancelled"),
    "done": ("new",),
    "cancelled": ("new",),
}
# What came of an attempt to reach somebody.
OUTCOMES = ("reached", "voicemail", "no_answer", "busy", "wrong_number")
NOBODY_CALLS: Mapping[str, None] = {"claimed_by": None, "claimed_name": None, "claimed_at": None}
MAX_NOTE_CHARS = 500
# What became of a request: a row of its own, an earlier one changed, or only a mark at somebody else's.
NEW, CHANGED, FOLDED = "new", "changed", "folded"
_AT_ONCE = 1_000  # ids in one question: databases have a limit


class Stored(NamedTuple):
    """A request as it was really stored: the row's id, and NEW, CHANGED or FOLDED."""

    id: str
    how: str


def read_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a callback may hold. Raises BotFailed when there is no way to reach the visitor."""
    kept: dict[str, Any] = {}
    for name, max_chars in _TEXTS.items():
        value = fields.get(name)
        if value is None or value == "":
            continue
        if not isinstance(value, str) or len(value) > max_chars:
            raise BotFailed(f"callback field {name} is not a text of at most {max_chars}")
        kept[name] = value
    if not ("phone" in kept or "email" in kept):
        raise BotFailed("a callback without a way to reach the visitor")
    if "extension" in kept and not kept["extension"].isdecimal():
        raise BotFailed("callback field extension is not a number")
    if "phone" in kept and not is_e164(kept["phone"]):
        raise BotFailed("callback field phone is not a number in E.164")
    if "email" in kept and not is_email(kept["email"]):
        raise BotFailed("callback field email is not an address")
    may_leave_message = fields.get("may_leave_message")
    if may_leave_message is not None and not isinstance(may_leave_message, bool):
        raise BotFailed("callback field may_leave_message is not true or false")
    return {**kept, "may_leave_message": may_leave_message}


def is_e164(phone: str) -> bool:
    """Whether a number is written as +, country and number, and could exist."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return False
    form = phonenumbers.PhoneNumberFormat.E164
    return phonenumbers.format_number(number, form) == phone and phonenumbers.is_possible_number(number)


def is_email(address: str) -> bool:
    """Whether a text is an e-mail address; nobody is asked whether it exists."""
    return bool(re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)+", address))


async def request(
    tx: Transaction,
    conversation_id: str,
    *,
    message_id: str,
    reason: str,
    fields: Mapping[str, Any],
    language: str,
    now: datetime,
    mail: bool,
) -> Stored:
    """Store a request with the turn that caused it, and the mail that tells of it.

    The bot asks for it only after its visitor confirmed what was read back: that is the consent.
    Asking again in the same chat changes the request, its number too: the visitor was told that the
    new details replace the old ones, and a wrong number is a stranger's. A number that is on the
    list often enough already is not put there once more: who types a stranger's number cannot have
    them called all day.
    """
    kept = {**read_fields(fields), "time_zone": await _zone_of(tx, conversation_id)}
    alike = await _open_with_the_same_way(tx, kept)
    mine = await open_in(tx, conversation_id)
    is_here = any(row["conversation_id"] == conversation_id for row in alike)
    if len(alike) >= MAX_OPEN_CALLS_FOR_ONE_NUMBER and not is_here:
        await take_back(tx, conversation_id, now=now)
        first = alike[0]
        wish = str(kept.get("note") or "")[:MAX_NOTE_CHARS]
        await _note(tx, first["id"], first["conversation_id"], did="asked_again", by=None, note=wish, now=now)
        return Stored(str(first["id"]), FOLDED)
    if mine:
        kept["person_id"] = await _person_of_changed(tx, mine[0], kept)
        # What was put off was another request: staff look at this one anew.
        anew = {"consented_at": now, "due_at": None}
        changed = {**dict.fromkeys(_TEXTS), **kept, **_found_by(kept), **anew}
        await tx.execute(update(callbacks).where(callbacks.c.id == mine[0]["id"]).values(**changed))
        await _note(tx, mine[0]["id"], conversation_id, did="changed", by=None, note="", now=now)
        return Stored(str(mine[0]["id"]), CHANGED)
    callback_id = new_id()
    await tx.execute(
        insert(callbacks).values(
            id=callback_id,
            conversation_id=conversation_id,
            message_id=message_id,
            state="new",
            reason=reason,
            language=language,
            consented_at=now,
            created_at=now,
            person_id=await callers.person_of(tx, kept),
            **kept,
        )
    )
    await _note(tx, callback_id, conversation_id, did="new", by=None, note="", now=now)
    await push.plan(tx, about=push.CALLBACK, conversation_id=conversation_id, urgent=False, now=now)
    if mail:
        await outbox.enqueue(
            tx,
            about="callback",
            about_id=callback_id,
            conversation_id=conversation_id,
            urgent=False,
            now=now,
        )
    return Stored(callback_id, NEW)


async def take_back(tx: Transaction, conversation_id: str, *, now: datetime) -> int:
    """Cancel what a visitor has asked for and nobody has closed; how many there were."""
    found = await open_in(tx, conversation_id)
    for row in found:
        await move(tx, row["id"], "cancelled", by=None, now=now)
    return len(found)


async def open_in(tx: Transaction, conversation_id: str) -> list[RowMapping]:
    """The open requests of one conversation, the newest first."""
    return list((await tx.execute(_OPEN_IN, {"conversation": conversation_id})).mappings())


def facts_of(requests: Sequence[RowMapping], *, zone: tzinfo | None, language: str) -> dict[str, Any]:
    """What the bot may tell a visitor of an open request: that there is one, since when, if it is seen."""
    if not requests:
        return {"call_is_open": False, "call_is_seen": False}
    newest = requests[0]
    is_seen = newest["state"] != "new" or newest["claimed_at"] is not None
    local = (newest["consented_at"] or newest["created_at"]).astimezone(zone or UTC)
    day, clock = f"{local:%B} {local.day}", clock_in_words(local.time())
    words = f"{day} at {clock}"
    if language == "es":
        words = f"{local.day} de {SPANISH_MONTHS[local.month - 1]}, {clock}"
    known = {"call_is_open": True, "call_is_seen": is_seen}
    return known | ({"call_sent_at": words} if zone else {})


async def move(
    tx: Transaction,
    callback_id: str,
    to: str,
    *,
    by: str | None,
    now: datetime,
    note: str = "",
    outcome: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Take a request one step on. Raises NotFound, or NotPossible when somebody was faster.

    `outcome` says what came of an attempt, `due_at` when the next one is due. Whoever was calling has
    finished with it.
    """
    _must_fit(note)
    row = await known(tx, callback_id)
    if to not in STEPS[row["state"]]:
        raise NotPossible(say("callback_step_impossible", "en", state=row["state"]))
    moved = await tx.execute(
        update(callbacks)
        .where(callbacks.c.id == callback_id, callbacks.c.state == row["state"])
        .values(state=to, done_at=now if to in CLOSED else None, due_at=due_at, **NOBODY_CALLS)
    )
    if moved.rowcount != 1:
        raise NotPossible(say("callback_moved_meanwhile"))
    await add_event(tx, row, did=to, by=by, note=note, outcome=outcome, now=now)


async def remark(tx: Transaction, callback_id: str, note: str, *, by: str | None, now: datetime) -> None:
    """Keep a few words about a request, which stays as it is. Raises NotFound and NotPossible."""
    if not note:
        raise NotPossible(say("callback_note_empty"))
    _must_fit(note)
    await add_event(tx, await known(tx, callback_id), did="remarked", by=by, note=note, now=now)


async def note_undone(
    tx: Transaction, callback_id: str, conversation_id: str, *, by: str, now: datetime
) -> None:
    """Keep in the history that the last step was taken back."""
    await _note(tx, callback_id, conversation_id, did="undone", by=by, note="", now=now)


async def finish(tx: Transaction, callback_id: str, *, now: datetime, by: str | None = None) -> bool:
    """Mark a request as done; False when it is unknown or was closed before."""
    row = await one(tx, callback_id)
    if row is None or row["state"] in CLOSED:
        return False
    await move(tx, callback_id, "done", by=by, now=now)
    return True


async def one(tx: Transaction, callback_id: str) -> RowMapping | None:
    """One request; None when it is unknown."""
    return (await tx.execute(select(callbacks).where(callbacks.c.id == callback_id))).mappings().first()


async def known(tx: Transaction, callback_id: str) -> RowMapping:
    """One request. Raises NotFound when it is unknown."""
    row = await one(tx, callback_id)
    if row is None:
        raise NotFound(say("no_callback"))
    return row


async def open_ones(tx: Transaction) -> list[RowMapping]:
    """Every open request, the oldest first."""
    found = await tx.execute(select(callbacks).where(IS_OPEN).order_by(callbacks.c.created_at))
    return list(found.mappings())


async def history(tx: Transaction, callback_id: str) -> list[RowMapping]:
    """Who did what with a request and when, from its beginning."""
    return (await histories(tx, [callback_id]))[callback_id]


async def histories(tx: Transaction, callback_ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    """The history of each of many requests: a few questions to the record, not one for each."""
    found: dict[str, list[RowMapping]] = {callback_id: [] for callback_id in callback_ids}
    for start in range(0, len(callback_ids), _AT_ONCE):
        some = callback_events.c.callback_id.in_(callback_ids[start : start + _AT_ONCE])
        for row in (
            await tx.execute(select(callback_events).where(some).order_by(callback_events.c.number))
        ).mappings():
            found[row["callback_id"]].append(row)
    return found


async def _open_with_the_same_way(tx: Transaction, fields: Mapping[str, Any]) -> list[RowMapping]:
    """The open requests to reach the same number or address, the oldest first."""
    same = (callers.same_number(tx, fields), IS_OPEN)
    found = await tx.execute(select(callbacks).where(*same).order_by(callbacks.c.created_at))
    return list(found.mappings())


async def _person_of_changed(tx: Transaction, row: RowMapping, fields: Mapping[str, Any]) -> str:
    """Whose a request is now: another number may be another person's."""
    is_the_same = all(row[way] == fields.get(way) for way in ("phone", "email"))
    if is_the_same and row["person_id"]:
        return str(row["person_id"])
    return await callers.person_of(tx, fields, but=row["id"])


def _found_by(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the hashes of a changed request are made of."""
    return {column: fields.get(name) for name, column in HASHES.items()}


async def seal_messages(tx: Transaction, conversation_id: str) -> None:
    """Seal the messages of a chat that repeat a name, number or address left for a call."""
    mine = callbacks.c.conversation_id == conversation_id
    left = await tx.execute(select(*(callbacks.c[name] for name in TELLING)).where(mine))
    details = [detail for row in left for detail in row if detail]
    said = select(messages.c.id, messages.c.text).where(messages.c.conversation_id == conversation_id)
    for row in (await tx.execute(said)).all() if details else ():
        if tells(row.text, details):
            change = update(messages).where(messages.c.id == row.id)
            await tx.execute(change.values(text=Secret(row.text)))


async def _zone_of(tx: Transaction, conversation_id: str) -> str | None:
    """The zone in which the visitor means the best time; it stays with a call that outlives the chat."""
    mine = conversations.c.id == conversation_id
    return (await tx.execute(select(conversations.c.time_zone).where(mine))).scalar_one_or_none()


async def add_event(
    tx: Transaction,
    row: RowMapping,
    *,
    did: str,
    by: str | None,
    now: datetime,
    note: str = "",
    outcome: str | None = None,
) -> None:
    """Add to the history of a request. Raises NotPossible when the note is too long."""
    _must_fit(note)
    await _note(tx, row["id"], row["conversation_id"], did=did, by=by, note=note, now=now, outcome=outcome)


def _must_fit(note: str) -> None:
    if len(note) > MAX_NOTE_CHARS:
        raise NotPossible(say("callback_note_too_long"))


async def _note(
    tx: Transaction,
    callback_id: str,
    conversation_id: str,
    *,
    did: str,
    by: str | None,
    note: str,
    now: datetime,
    outcome: str | None = None,
) -> None:
    number = len(await history(tx, callback_id)) + 1
    await tx.execute(
        insert(callback_events).values(
            id=new_id(),
            callback_id=callback_id,
            conversation_id=conversation_id,
            number=number,
            did=did,
            outcome=outcome,
            by=by,
            note=note,
            at=now,
        )
    )
