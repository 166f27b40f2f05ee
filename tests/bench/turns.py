"""One visitor at a time: what a turn takes at the bot's own door, and how it grows with a conversation."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.settings import LOOPBACK
from tests.bench.figures import Times
from tests.bench.parties import Party
from tests.clients.wire import Wire

CONVERSATIONS, TURNS = 40, 5
LONG_TURNS = 200
# Turns around the 5th and the 200th: one alone says little.
EARLY, LATE = slice(3, 8), slice(LONG_TURNS - 5, LONG_TURNS)
FACTS = {"name": "the clinic", "can_call_back": True, "open_now": None, "chat_days": "30"}

Say = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class TurnFigures:
    """Times of a turn in conversations of five, and around the 5th and the 200th of a long one."""

    short: Times
    turn_5: Times
    turn_200: Times


async def measure(party: Party, texts: Sequence[str]) -> TurnFigures:
    """Talk to the bot itself: our turn channel, or stock Rasa's REST channel."""
    wire = Wire(LOOPBACK, party.bot_port)
    talk = _our_talk if party.token else _stock_talk
    short: list[float] = []
    for number in range(CONVERSATIONS):
        say = talk(wire, party)
        for turn in range(TURNS):
            short.append(await _timed(say, texts[(number * TURNS + turn) % len(texts)]))
    say = talk(wire, party)
    long = [await _timed(say, texts[turn % len(texts)]) for turn in range(LONG_TURNS)]
    wire.cut()
    return TurnFigures(Times(tuple(short)), Times(tuple(long[EARLY])), Times(tuple(long[LATE])))


async def _timed(say: Say, text: str) -> float:
    started_s = time.perf_counter()
    await say(text)
    return time.perf_counter() - started_s


def _our_talk(wire: Wire, party: Party) -> Say:
    events: list[Any] = []
    headers = {"authorization": f"Bearer {party.token}"}
    conversation_id = secrets.token_hex(8)

    async def say(text: str) -> None:
        nonlocal events
        turn = {
            "conversation_id": conversation_id,
            "message_id": secrets.token_hex(8),
            "text": text,
            "events": events,
            "facts": FACTS,
            "language": "en",
        }
        answer = await wire.ask("POST", "/webhooks/turn/turn", body=turn, headers=headers)
        told = answer.json()
        if not told.get("replies"):
            raise RuntimeError(f"No reply to '{text}': {told}")
        events = told["events"]

    return say


def _stock_talk(wire: Wire, _: Party) -> Say:
    sender = secrets.token_hex(8)

    async def say(text: str) -> None:
        await ask_stock(wire, sender, text)

    return say


async def ask_stock(wire: Wire, sender: str, text: str) -> None:
    """One message to stock Rasa; an empty list is its way to fail."""
    message = {"sender": sender, "message": text}
    answer = await wire.ask("POST", "/webhooks/rest/webhook", body=message)
    if answer.status != 200 or not answer.json():
        raise RuntimeError(f"Stock Rasa said nothing to '{text}'.")
