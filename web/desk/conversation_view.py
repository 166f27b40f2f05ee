"""One conversation as staff see it: who said what, what the bot understood, notes in between."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select

from web.bot.manifest import ANSWER_PREFIX, Manifest
from web.chat import handoff_events, messages
from web.chat.messages import Message
from web.core import formatting, pii
from web.core.db import Transaction
from web.desk import flagged_answers, notes
from web.desk.queue_views import shortened, title_of
from web.safety.crisis_outcomes import OUTCOMES
from web.schema import callbacks, conversations, ratings, turns

_AUTHORS = {"visitor": "Visitor", "bot": "Bot", "staff": "Our team", "system": "Front Desk"}
_OUTCOMES = {
    "answered": "Answered",
    "asked_back": "Asked a clarifying question",
    "declined": "Had no answer",
    "skill": "Skill",
    "safety": "Safety",
    "failed": "Failed",
    "person": "Left to a person",
}
_DEEDS = {
    "requested": "Asked for a person",
    "urgent": "Safety alert",
    "opened": "{name} opened it",
    "unopened": "Nobody opened it in time",
    "unanswered": "Nobody answered in time",
    "escalated": "Nobody answered in time: passed to {to}",
    "on_call": "Nobody on duty answered in time: on-call was told",
    "nobody_left": "Nobody on duty answered in time, and no on-call is set up",
    "claimed": "{name} took over",
    "assigned": "{name} assigned it to {to}",
    "handed_back": "{name} handed it back",
    "lapsed": "{holder} was {why}: returned to the list",
    "resolved": "{name} resolved it",
    "left": "Closed automatically: the visitor left",
    "answered_away": "Closed automatically: answered, and the visitor had left",
    "not_a_crisis": "{name}: not a crisis",
    "reopened": "{name} reopened it",
    "undone": "{name} undid it: {did}",
    "step": "{name}: {step}",
}
UNDONE = {
    "resolve": "resolved",
    "hand_back": "handed back",
    "not_a_crisis": "not a crisis",
    "read_all": "marked as read",
    "call": "the call",
}
_WHY = {"away": "away", "off_shift": "off shift", "silent": "silent"}


@dataclass(frozen=True)
class MessageReading:
    """What the bot made of a visitor's message."""

    outcome: str
    intent: str
    title: str
    confidence: str
    runners_up: list[tuple[str, str]]
    release: str
    safety: str


@dataclass(frozen=True)
class TranscriptLine:
    """One line of a transcript: a message, or a note."""

    id: str
    author: str
    who: str
    kind: str
    at: datetime
    clock: str
    text: str
    answer: str = ""
    is_approved: bool = False
    language: str = "en"
    understood: MessageReading | None = None
    can_be_wrong: bool = False
    wrong: str = ""
    rated: str = ""  # whether it helped, as the visitor said
    complaint: str = ""  # and what they wrote when it did not
    sent: str = ""  # what became of the link to it, when the visitor had gone


@dataclass(frozen=True)
class Transcript:
    """A conversation from its beginning."""

    conversation_id: str
    visitor: str
    began: str
    language: str
    language_name: str
    time_zone: str | None
    lines: list[TranscriptLine]
    history: list[tuple[str, str]]
    callbacks: list[RowMapping] = field(default_factory=list)
    last_seq: int = 0
    first_words: str = ""  # of the visitor: they tell chats of one minute apart
    heard: list[str] = field(default_factory=list)  # the kinds of danger that safety spoke up on


async def read_transcript(
    tx: Transaction,
    conversation_id: str,
    *,
    manifest: Manifest,
    zone: ZoneInfo | None,
    is_masked: bool = False,
) -> Transcript | None:
    """Read one conversation; None when it is unknown or was deleted.

    `is_masked` takes names and numbers out, for those who need not know who it was.
    """
    mine = select(conversations).where(conversations.c.id == conversation_id)
    row = (await tx.execute(mine)).mappings().first()
    if row is None or row["deleted_at"] is not None:
        return None
    understood = await _understood(tx, conversation_id, manifest)
    wrong = await flagged_answers.of_conversation(tx, conversation_id)
    said = await messages.after(tx, conversation_id)
    rated = await _ratings(tx, conversation_id)
    lines = [_rated(_line(message, understood, wrong, manifest, zone), rated) for message in said]
    kept = [_note(note, zone) for note in await notes.of_conversation(tx, conversation_id)]
    # As the visitor sees it: `seq` alone orders messages. Clocks differ; a note finds its place by time.
    lines = list(heapq.merge(lines, kept, key=lambda line: line.at))
    events = await handoff_events.of_conversation(tx, conversation_id)
    asked = await tx.execute(
        select(callbacks)
        .where(callbacks.c.conversation_id == conversation_id)
        .order_by(callbacks.c.created_at)
    )
    requests = list(asked.mappings())
    if is_masked:
        names = _names(requests)
        lines = [
            replace(
                line,
                text=pii.mask(line.text, names=names),
                wrong=pii.mask(line.wrong, names=names),
                complaint=pii.mask(line.complaint, names=names),
            )
            for line in lines
        ]
    return Transcript(
        conversation_id=conversation_id,
        visitor=_visitor([] if is_masked else requests, row["created_at"], zone),
        began=formatting.when(row["created_at"], zone),
        language=row["language"],
        language_name=formatting.LANGUAGES.get(row["language"], row["language"]),
        time_zone=row["time_zone"],
        lines=_dated(lines, zone),
        history=[(formatting.when(event["at"], zone), _deed(event)) for event in events if _deed(event)],
        callbacks=requests,
        last_seq=said[-1].seq if said else 0,
        first_words=next((shortened(line.text) for line in lines if line.author == "visitor"), ""),
        heard=list(dict.fromkeys(str(message.details["kind"]) for message in said if _is_card(message))),
    )


async def _ratings(tx: Transaction, conversation_id: str) -> dict[str, RowMapping]:
    """What the visitor thought of answers, by the message."""
    found = await tx.execute(select(ratings).where(ratings.c.conversation_id == conversation_id))
    return {row["message_id"]: row for row in found.mappings()}


def _rated(line: TranscriptLine, rated: Mapping[str, RowMapping]) -> TranscriptLine:
    mine = rated.get(line.id)
    if mine is None:
        return line
    words = "Helped" if mine["helpful"] else "Did not help"
    return replace(line, rated=words, complaint=mine["sentence"] or "")


def _is_card(message: Message) -> bool:
    return message.kind in ("card", "check") and bool(message.details.get("kind"))


def _names(requests: list[RowMapping]) -> list[str]:
    """The names that the visitor left with a request for a call: whole, and each part."""
    whole = [str(row["first_name"] or "") for row in requests]
    return whole + [part for name in whole for part in name.split() if len(part) > 1]


def _visitor(requests: list[RowMapping], began_at: datetime, zone: ZoneInfo | None) -> str:
    """Whom staff write to: the name that was left last, or when they came."""
    names = [str(row["first_name"]) for row in requests if row["first_name"]]
    return names[-1] if names else f"Visitor, {formatting.weekday(began_at, zone)}"


def _dated(lines: list[TranscriptLine], zone: ZoneInfo | None) -> list[TranscriptLine]:
    """Give the first line of each day its date; the others their time alone."""
    days = [line.at.astimezone(zone or UTC).date() for line in lines]
    return [
        line if at and days[at] == days[at - 1] else replace(line, clock=formatting.when(line.at, zone))
        for at, line in enumerate(lines)
    ]


async def _understood(tx: Transaction, conversation_id: str, manifest: Manifest) -> dict[str, MessageReading]:
    """What was understood, by the visitor's message."""
    mine = (turns.c.conversation_id == conversation_id, turns.c.state == "done")
    found = await tx.execute(select(turns).where(*mine))
    return {row["message_id"]: understanding(row, manifest) for row in found.mappings()}


def understanding(turn: RowMapping, manifest: Manifest) -> MessageReading:
    """What the bot made of one message, in words."""
    parsed: Mapping[str, Any] = turn["understood"] or {}
    intent = str(parsed.get("intent") or "")
    ranking = [each for each in parsed.get("ranking") or [] if isinstance(each, dict)]
    return MessageReading(
        outcome=_OUTCOMES.get(turn["outcome"] or "", turn["outcome"] or ""),
        intent=intent,
        title=title_of(manifest, intent),
        confidence=percent(parsed.get("confidence")),
        runners_up=[
            (
                title_of(manifest, str(each.get("intent"))) or str(each.get("intent")),
                percent(each.get("confidence")),
            )
            for each in ranking
            if each.get("intent") != intent
        ][:4],
        release=str(turn["release"] or ""),
        safety=_safety(parsed.get("safety")),
    )


def _name(manifest: Manifest, intent: str) -> str:
    return title_of(manifest, intent) or intent


def percent(confidence: object) -> str:
    """A confidence as people read it."""
    return f"{confidence:.0%}" if isinstance(confidence, float | int) else ""


def _safety(found: object) -> str:
    kind = found.get("kind") if isinstance(found, Mapping) else None
    return formatting.reason(kind) if isinstance(kind, str) and kind != "none" else ""


def _line(
    message: Message,
    understood: Mapping[str, MessageReading],
    wrong: Mapping[str, RowMapping],
    manifest: Manifest,
    zone: ZoneInfo | None,
) -> TranscriptLine:
    mark = wrong.get(message.id)
    is_answer = bool(message.utterance and message.utterance.startswith(ANSWER_PREFIX))
    name = message.details.get("name") if message.author == "staff" else None
    return TranscriptLine(
        id=message.id,
        author=message.author,
        who=str(name or _AUTHORS.get(message.author, message.author)),
        kind=message.kind,
        at=message.created_at,
        clock=formatting.clock(message.created_at, zone),
        text=message.text,
        answer=_called((message.utterance or "").removeprefix(ANSWER_PREFIX), manifest) if is_answer else "",
        is_approved=bool(message.details.get("approved")),
        language=message.language,
        understood=understood.get(message.id) if message.author == "visitor" else None,
        can_be_wrong=message.author == "bot" and message.kind == "text",
        wrong=_mark(mark, manifest) if mark else "",
    )


def _called(answer_id: str, manifest: Manifest) -> str:
    """The title of an answer; its id when the published release does not have it any more."""
    return title_of(manifest, f"faq/{answer_id}") or answer_id


def _mark(mark: RowMapping, manifest: Manifest) -> str:
    right = title_of(manifest, f"faq/{mark['right_answer']}") or mark["right_answer"]
    parts = [f"Marked wrong by {mark['name']}"]
    if right:
        parts.append(f"right answer: {right}")
    return "; ".join([*parts, mark["remark"]] if mark["remark"] else parts)


def _note(note: RowMapping, zone: ZoneInfo | None) -> TranscriptLine:
    return TranscriptLine(
        id=note["id"],
        author="note",
        who=f"Note by {note['name']}",
        kind="note",
        at=note["created_at"],
        clock=formatting.clock(note["created_at"], zone),
        text=note["text"],
    )


def _deed(event: RowMapping) -> str:
    is_safety = event["did"] == "requested" and event["details"].get("urgent")
    words = _DEEDS["urgent" if is_safety else event["did"]] if event["did"] in _DEEDS else ""
    details = {"to": "", "holder": "", "why": "", "step": "", "did": "", **event["details"]}
    details["did"] = UNDONE.get(details["did"], details["did"])
    details["why"] = _WHY.get(details["why"], details["why"])
    said = words.format(**{**details, "name": event["name"] or "Somebody"})
    return said + _more(event, is_safety=is_safety or event["did"] == "urgent")


def _more(event: RowMapping, *, is_safety: bool) -> str:
    """What safety heard, how a crisis ended, or that a tick was taken back."""
    details = event["details"]
    if is_safety and details.get("kind"):
        return f": {formatting.danger(details['kind'])}"
    if event["did"] == "resolved" and details.get("outcome") in OUTCOMES:
        return f": {OUTCOMES[details['outcome']]}"
    return " (undone)" if event["did"] == "step" and not details.get("done") else ""
