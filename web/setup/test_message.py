"""A test message: goes the way of a visitor's, shows what came back, and leaves nothing behind."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from web.chat import conversations, messages, retention
from web.chat.inbound import Inbound
from web.chat.messages import Message
from web.context import AppContext
from web.core.errors import Refused
from web.schema import new_id

PATIENCE_S = 12.0


@dataclass(frozen=True)
class Tried:
    """What was asked, what was said in reply, by whom, and how long it took."""

    question: str
    answer: str
    by_bot: bool
    seconds: float


async def try_it(context: AppContext, inbound: Inbound, question: str, *, address: str) -> Tried:
    """Ask as a visitor would and wait for the reply. Raises Refused when the text is no message."""
    began = context.clock()
    async with context.db.write() as tx:
        started = await conversations.start(tx, starters=[], language="en", now=began)
    try:
        async with context.db.read() as tx:
            conversation = await conversations.open_with(tx, started.id, started.token)
        await inbound.take(conversation, {"client_id": new_id(), "text": question}, address=address)
        reply = await _reply(context, started.id)
    finally:
        await _forget(context, started.id)
    return _tried(question, reply, began=began, now=context.clock())


async def _reply(context: AppContext, conversation_id: str) -> Message | None:
    """The first thing that is said in reply; None when nothing was said in time."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while (left_s := deadline - asyncio.get_running_loop().time()) > 0:
        with context.pubsub.listening(conversation_id) as listener:
            async with context.db.read() as tx:
                said = [
                    each for each in await messages.after(tx, conversation_id) if each.author != "visitor"
                ]
            if said:
                return said[0]
            await listener.news(timeout_s=left_s)
    return None


async def _forget(context: AppContext, conversation_id: str) -> None:
    async with context.db.write() as tx:
        await retention.forget(tx, conversation_id, by="staff", keep_callbacks=False, now=context.clock())
    context.pubsub.publish(conversation_id)


def _tried(question: str, reply: Message | None, *, began: datetime, now: datetime) -> Tried:
    if reply is None:
        raise Refused("There was no reply. Is the bot running? `var/logs/bot.log` says why not.")
    return Tried(question, reply.text, reply.author == "bot", (now - began).total_seconds())
