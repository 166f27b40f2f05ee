"""What staff see in the in-tray: open requests and transcripts, in words and local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import phonenumbers
from sqlalchemy import RowMapping, select

from clinic.facts import clock_in_words
from web import callbacks, handoffs, messages
from web.db import Transaction
from web.messages import Message
from web.schema import conversations

_AUTHORS = {"visitor": "Visitor", "bot": "Bot", "staff": "Our team", "system": "System"}
_REASONS = {
    "crisis": "May be thinking about suicide or self-harm",
    "crisis_other": "Worried that somebody else may be in danger",
    "emergency": "Possible medical emergency",
    "harm": "Possible harm, abuse or assault",
    "unsure": "The safety check failed on a message: please read it",
}
_CHANNELS = {"phone": "a call", "text": "a text message", "email": "an e-mail"}
_LANGUAGES = {"es": "Spanish"}


@dataclass(frozen=True)
class Entry:
    """One open request."""

    kind: str  # callback, handoff
    id: str
    conversation_id: str
    is_urgent: bool
    title: str
    since: datetime
    when: str
    age: str
    way: str
    way_href: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class Line:
    """One message of a transcript."""

    author: str
    who: str
    kind: str
    when: str
    text: str


@dataclass(frozen=True)
class Transcript:
    """A conversation from its beginning."""

    conversation_id: str
    began: str
    language: str
    lines: list[Line]


async def entries(tx: Transaction, *, zone: ZoneInfo | None, now: datetime) -> list[Entry]:
    """Everything open: urgent first, then the oldest."""
    open_handoffs = [_handoff(row, zone, now) for row in await handoffs.open_ones(tx)]
    open_callbacks = [_callback(row, zone, now) for row in await callbacks.open_ones(tx)]
    every = open_handoffs + open_callbacks
    return sorted(every, key=lambda entry: (not entry.is_urgent, entry.since))


async def transcript(tx: Transaction, conversation_id: str, *, zone: ZoneInfo | None) -> Transcript | None:
    """Read one conversation; None when it is unknown or was deleted."""
    mine = select(conversations).where(conversations.c.id == conversation_id)
    row = (await tx.execute(mine)).mappings().first()
    if row is None:
        return None
    said = await messages.after(tx, conversation_id)
    if row["deleted_at"] is not None:
        said = [_stone(row)]
    return Transcript(
        conversation_id=conversation_id,
        began=_when(row["created_at"], zone),
        language=_LANGUAGES.get(row["language"], "English"),
        lines=[_line(message, zone) for message in said],
    )


def _stone(row: RowMapping) -> Message:
    """What stands where the words of a deleted conversation were."""
    sentence = "Deleted by the visitor."
    return Message(row["id"], 0, "system", "notice", sentence, row["language"], row["deleted_at"])


def _handoff(row: RowMapping, zone: ZoneInfo | None, now: datetime) -> Entry:
    since = row["requested_at"]
    return Entry(
        kind="handoff",
        id=row["id"],
        conversation_id=row["conversation_id"],
        is_urgent=row["urgent"],
        title=_REASONS.get(row["reason"], "Asks for a person"),
        since=since,
        when=_when(since, zone),
        age=_age(now, since),
        way="",
        way_href="",
        lines=_language_line(row["language"]),
    )


def _callback(row: RowMapping, zone: ZoneInfo | None, now: datetime) -> Entry:
    way, href = _way(row)
    name = row["first_name"]
    lines = [
        ("Best time", row["best_time"] or "not said"),
        (
            "May we leave a message?",
            {True: "yes", False: "no"}.get(row["may_leave_message"], "not said"),
        ),
        ("Patient", row["patient"] or "not said"),
    ]
    if row["channel"]:
        lines.insert(0, ("Prefers", _CHANNELS.get(row["channel"], row["channel"])))
    return Entry(
        kind="callback",
        id=row["id"],
        conversation_id=row["conversation_id"],
        is_urgent=False,
        title=f"{name} asks for {_CHANNELS.get(row['channel'], 'a call')}" if name else "Asks for a call",
        since=row["created_at"],
        when=_when(row["created_at"], zone),
        age=_age(now, row["created_at"]),
        way=way,
        way_href=href,
        lines=lines + _language_line(row["language"]),
    )


def _way(row: RowMapping) -> tuple[str, str]:
    """How to reach the visitor, to read and to press."""
    if not row["phone"]:
        return row["email"], f"mailto:{row['email']}"
    scheme = "sms" if row["channel"] == "text" else "tel"
    return _phone_in_words(row["phone"]), f"{scheme}:{row['phone']}"


def _phone_in_words(phone: str) -> str:
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    is_american = number.country_code == 1
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if is_american else form.INTERNATIONAL)


def _line(message: Message, zone: ZoneInfo | None) -> Line:
    return Line(
        author=message.author,
        who=_AUTHORS.get(message.author, message.author),
        kind=message.kind,
        when=_when(message.created_at, zone),
        text=message.text,
    )


def _language_line(language: str) -> list[tuple[str, str]]:
    return [("Language", _LANGUAGES[language])] if language in _LANGUAGES else []


def _when(moment: datetime, zone: ZoneInfo | None) -> str:
    local = moment.astimezone(zone or UTC)
    suffix = "" if zone else " UTC"
    return f"{local:%a, %b} {local.day}, {clock_in_words(local.time())}{suffix}"


def _age(now: datetime, since: datetime) -> str:
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"
