"""Who speaks with a visitor: taken over, given to another, given back.

While somebody holds a handoff the bot is silent. Every change of hands is said in the chat, in the
visitor's language, and kept in `web/chat/handoff_events.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from web.accounts.staff import Person
from web.chat import handoff_events, messages, turns
from web.chat.handoffs import record
from web.chat.turns import GONE
from web.core import formatting
from web.core.db import Transaction
from web.core.errors import HandoffTaken, NotFound, NotYours
from web.core.i18n import say
from web.schema import handoffs


@dataclass(frozen=True)
class Holder:
    """Who speaks with the visitor now, and since when."""

    handoff_id: str
    id: str
    name: str
    since: datetime


async def open_by(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> None:
    """Note that somebody at the desk looks at the request."""
    known = await record.open_one(tx, conversation_id)
    if known is not None and await record.mark_opened(tx, known["id"], now=now):
        await handoff_events.note(tx, conversation_id, known["id"], "opened", by=by, now=now)


async def holder(tx: Transaction, conversation_id: str) -> Holder | None:
    """Who holds the conversation; None while the bot has it."""
    known = await record.open_one(tx, conversation_id)
    if known is None or known["state"] != "claimed":
        return None
    return Holder(known["id"], known["claimed_by"], known["claimed_name"] or "", known["claimed_at"])


async def claim(
    tx: Transaction, conversation_id: str, *, by: Person, now: datetime, handoff_id: str | None = None
) -> Holder:
    """Take a conversation over. One wins; the others are told who has it and since when.

    With `handoff_id` only that request is meant: one that was resolved meanwhile stays resolved.
    """
    language = (await turns.lock_known(tx, conversation_id)).language
    if handoff_id is not None:
        await _must_be_open(tx, conversation_id, handoff_id)
    known = await record.open_one(tx, conversation_id)
    if known is None:
        mine = await record.insert_one(
            tx, conversation_id, message_id="", reason="staff", urgent=False, now=now, opened_at=now
        )
    else:
        mine = str(known["id"])
    won = await tx.execute(
        update(handoffs)
        .where(handoffs.c.id == mine, handoffs.c.state == "requested")
        .values(
            state="claimed",
            claimed_by=by.id,
            claimed_name=by.name,
            claimed_at=now,
            assigned_by=None,
            fold_id=None,
        )
    )
    if won.rowcount == 1:
        await record.mark_opened(tx, mine, now=now)
        await turns.hand_over(tx, conversation_id, now=now)
        await handoff_events.note(tx, conversation_id, mine, "claimed", by=by, now=now)
        await tell(tx, conversation_id, "staff_joined", by.name, language, now=now)
        return Holder(mine, by.id, by.name, now)
    held = await holder(tx, conversation_id)
    if held is None:
        raise HandoffTaken("This request was closed just now.")
    if held.id != by.id:
        ago = formatting.age(now, held.since)
        since = held.since.isoformat()
        raise HandoffTaken(f"{held.name} took this over already, {ago}.", by=held.name, since=since)
    return held


async def assign(tx: Transaction, conversation_id: str, *, to: Person, by: Person, now: datetime) -> Holder:
    """Give a conversation to somebody, from nobody or from whoever holds it."""
    language = (await turns.lock_known(tx, conversation_id)).language
    held = await holder(tx, conversation_id)
    if held is None:
        taken = await claim(tx, conversation_id, by=to, now=now)
    elif held.id == to.id:
        return held
    else:
        claimed = {"claimed_by": to.id, "claimed_name": to.name, "claimed_at": now}
        await record.change(tx, held.handoff_id, assigned_by=None, **claimed)
        await tell(tx, conversation_id, "staff_changed", held.name, language, now=now, to=to.name)
        taken = Holder(held.handoff_id, to.id, to.name, now)
    if to.id != by.id:
        await record.change(tx, taken.handoff_id, assigned_by=by.name)
    details = {"to": to.name, "from": held.name if held else None}
    await handoff_events.note(
        tx, conversation_id, taken.handoff_id, "assigned", by=by, now=now, details=details
    )
    return taken


async def hand_back(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> None:
    """Give up a claim: back to the list, and the bot speaks again meanwhile. Raises NotYours."""
    held = await _mine(tx, conversation_id, by)
    await give_up(tx, conversation_id, held, did="handed_back", now=now, by=by)


async def give_up(
    tx: Transaction,
    conversation_id: str,
    held: Holder,
    *,
    did: str,
    now: datetime,
    by: Person | None = None,
    why: str | None = None,
) -> bool:
    """End a claim without resolving; False when it is not held like this any more."""
    language = (await turns.lock_known(tx, conversation_id)).language
    ended = await tx.execute(
        update(handoffs)
        .where(
            handoffs.c.id == held.handoff_id,
            handoffs.c.state == "claimed",
            handoffs.c.claimed_by == held.id,
        )
        .values(state="requested", back_at=now, **record.UNHELD, **record.UNSEEN)
    )
    if ended.rowcount != 1:
        return False
    details = {"why": why, "holder": held.name} if why else {}
    await handoff_events.note(tx, conversation_id, held.handoff_id, did, by=by, now=now, details=details)
    await tell(tx, conversation_id, "staff_away", held.name, language, now=now)
    return True


async def _mine(tx: Transaction, conversation_id: str, by: Person) -> Holder:
    await turns.lock_known(tx, conversation_id)
    held = await holder(tx, conversation_id)
    if held is None or held.id != by.id:
        raise NotYours(f"{held.name} holds this conversation." if held else "Nobody holds this conversation.")
    return held


async def _must_be_open(tx: Transaction, conversation_id: str, handoff_id: str) -> None:
    mine = (handoffs.c.id == handoff_id, handoffs.c.conversation_id == conversation_id)
    state = (await tx.execute(select(handoffs.c.state).where(*mine))).scalar_one_or_none()
    if state is None:
        raise NotFound(GONE)
    if state == "resolved":
        raise HandoffTaken("This was resolved already. Reopen it if there is more to do.")


async def tell(
    tx: Transaction,
    conversation_id: str,
    what: str,
    name: str,
    language: str,
    *,
    now: datetime,
    **more: str,
) -> None:
    """Say in the chat who speaks from now on."""
    await messages.append(
        tx,
        conversation_id,
        author="system",
        kind="notice",
        text=say(what, language, name=name, **more),
        language=language,
        details={"event": what, "name": name, **more},
        now=now,
    )
