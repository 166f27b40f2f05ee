"""A real conversation as a test: what was said without who said it, and what came as what has to come."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from web.bot.manifest import ANSWER_PREFIX
from web.chat import messages
from web.chat.messages import Message
from web.core.db import Transaction
from web.core.errors import NotFound
from web.core.i18n import say
from web.core.pii import mask
from web.schema import callbacks, conversations, turns
from web.studio.testing.own_tests import MAX_STEPS
from web.studio.testing.steps import NAME, STAND_INS, KeptStep

# Whatever is said after these is a name, also one that no rule would take for one.
_ASKS_FOR_A_NAME = ("utter_ask_first_name", "utter_ask_their_name")


@dataclass
class Said:
    """One message of a visitor, what came before it and what came of it."""

    message: Message
    before: str = ""  # the reply that it follows
    outcome: str = ""
    replies: list[Message] = field(default_factory=list)


async def steps_of(
    tx: Transaction, conversation_id: str, known: Collection[str]
) -> tuple[str, list[KeptStep]]:
    """Its language and its steps, up to where a person took over. `known`: the answers. Raises NotFound."""
    mine = select(conversations.c.language, conversations.c.deleted_at)
    row = (await tx.execute(mine.where(conversations.c.id == conversation_id))).first()
    if row is None or row.deleted_at is not None:
        raise NotFound(say("no_such_page"))
    outcomes = await _outcomes(tx, conversation_id)
    names = await _names(tx, conversation_id)
    read = [*_read(await messages.after(tx, conversation_id), outcomes)]
    return row.language, [_step(said, names, known) for said in read[:MAX_STEPS]]


def masked(text: str, names: Sequence[str] = ()) -> str:
    """A text with stand-ins for names, numbers and addresses: a form can still be filled in with them."""
    text = mask(text, names=names)
    for mark, stand_in in STAND_INS.items():
        text = text.replace(mark, stand_in)
    return text


def wanted_of(outcome: str, replies: Sequence[Mapping[str, Any]], known: Collection[str]) -> KeptStep:
    """What came, as what has to come. Each reply: its `kind`, `utterance` and `details`."""
    cards = [str((each["details"] or {}).get("kind") or "any") for each in replies if each["kind"] == "card"]
    if cards:
        return KeptStep("", "card", tuple(dict.fromkeys(cards)))
    if outcome == "safety":  # a question back, perhaps: a card would be no worse
        return KeptStep("")
    answers = dict.fromkeys(name for each in replies if (name := _answer(each, known)))
    if answers:
        return KeptStep("", "answers", tuple(answers))
    if outcome == "declined":
        return KeptStep("", "declined")
    if outcome == "asked_back":
        return KeptStep("", "asks_back")
    said = [str(each["utterance"]) for each in replies if each["utterance"]]
    return KeptStep("", "reply", (said[0],)) if said else KeptStep("", "no_card" if replies else "nothing")


def _read(every: Sequence[Message], outcomes: Mapping[str, str]) -> Iterator[Said]:
    """What the visitor said, each with all that came before they spoke again."""
    said, before = None, ""
    for message in every:
        if message.author == "staff":
            break
        if message.author == "visitor":
            if said is not None:
                yield said
            said = Said(message, before, outcomes.get(message.id, ""))
        elif said is not None:
            said.replies.append(message)
        before = message.utterance or before if message.author != "visitor" else before
    if said is not None and outcomes.get(said.message.id) != "person":
        yield said


def _step(said: Said, names: Sequence[str], known: Collection[str]) -> KeptStep:
    told = [{"kind": e.kind, "utterance": e.utterance, "details": e.details} for e in said.replies]
    wanted = wanted_of(said.outcome, told, known)
    is_pressed = said.message.choice_id is not None
    is_name = not is_pressed and said.before.startswith(_ASKS_FOR_A_NAME)
    text = NAME if is_name else said.message.text if is_pressed else masked(said.message.text, names)
    return KeptStep.from_data({**wanted.as_data(), "said": text, "is_pressed": is_pressed})


def _answer(reply: Mapping[str, Any], known: Collection[str]) -> str:
    """Which answer a reply gives, or one of its passages; empty when it gives none."""
    named = str((reply["details"] or {}).get("answer") or "")
    utterance = str(reply["utterance"] or "")
    if utterance.startswith(ANSWER_PREFIX):
        named = utterance.removeprefix(ANSWER_PREFIX)
    if named in known:
        return named
    longest_first = sorted(known, key=len, reverse=True)
    return next((name for name in longest_first if named.startswith(f"{name}_")), "")


async def _outcomes(tx: Transaction, conversation_id: str) -> dict[str, str]:
    columns = (turns.c.message_id, turns.c.outcome)
    rows = await tx.execute(select(*columns).where(turns.c.conversation_id == conversation_id))
    return {row.message_id: row.outcome or "" for row in rows}


async def _names(tx: Transaction, conversation_id: str) -> list[str]:
    mine = callbacks.c.conversation_id == conversation_id
    rows = await tx.execute(select(callbacks.c.first_name).where(mine))
    return [row.first_name for row in rows if row.first_name]
