"""Whether a visitor who writes now would get an answer: asked of the record and of the bot itself.

A bot that is frozen still takes connections, so it is given a turn. Many who ask at once share one
look, and a look holds for a moment: asking costs next to nothing.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from content.wording import DEFAULT_LANGUAGE
from web.context import AppContext
from web.core.db import RECORD_AWAY
from web.core.errors import BotFailed, BotSilent, BotUnreachable

LOOK_EVERY_S = 5.0
RECORD_WITHIN_S = 3.0
NO_FACTS = {"name": "the clinic", "can_call_back": False, "open_now": None, "chat_days": "30"}


@dataclass(frozen=True)
class Health:
    """What is wrong, in words for an operator; nothing when visitors are answered."""

    problems: tuple[str, ...]
    bot_answers: bool = True


class HealthCheck:
    """Looks at most every few seconds, however many ask."""

    def __init__(self, context: AppContext, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._context = context
        self._timer = timer
        self._looking = asyncio.Lock()
        self._seen: tuple[float, Health] | None = None

    async def now(self) -> Health:
        """The last look, or a new one when it is too old."""
        async with self._looking:
            if self._seen is None or self._timer() - self._seen[0] >= LOOK_EVERY_S:
                record, bot = await asyncio.gather(self._record(), self._bot())
                found = Health(tuple(filter(None, (record, bot))), bot_answers=not bot)
                self._seen = (self._timer(), found)
            return self._seen[1]

    async def _record(self) -> str:
        try:
            async with asyncio.timeout(RECORD_WITHIN_S), self._context.db.read() as tx:
                await tx.execute(text("SELECT 1 FROM conversations WHERE id = ''"))
        except RECORD_AWAY as error:
            return f"The record cannot be used ({type(error).__name__})."
        return ""

    async def _bot(self) -> str:
        """Ask as a visitor would, and as long as a visitor waits for an answer."""
        try:
            async with asyncio.timeout(self._context.settings.limits.reply_deadline_s):
                await self._context.bot.turn(_greeting())
        except BotUnreachable:
            return "The bot does not answer: no connection to it. Right after a start it is still loading."
        except (BotSilent, TimeoutError):
            return "The bot does not answer in time: it hangs, or the machine is too busy."
        except BotFailed:
            return "The bot does not answer as it should: it gives errors."
        return ""


def _greeting() -> dict[str, Any]:
    return {
        "conversation_id": f"health-{uuid.uuid4()}",
        "message_id": "1",
        "text": "hello",
        "events": [],
        "facts": NO_FACTS,
        "language": DEFAULT_LANGUAGE,
    }
