"""Handoffs: a visitor needs a person. Requested, claimed, resolved; at most one open at a time.

While somebody holds one the bot is silent. Every change of hands is said in the chat, in the
visitor's language, and kept in `web/chat/handoff_events.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, exists, func, insert, or_, select, update

from web.accounts.staff import Person
from web.chat import handoff_events, messages, turns
from web.chat.turns import GONE
from web.core import formatting
from web.core.db import Transaction
from web.core.errors import BadRequest, HandoffTaken, NotFound, NotYours
from web.core.i18n import say
from web.notifications import outbox
from web.notifications.push import queue as push
from web.safety import false_alarms
from web.safety.crisis_outcomes import NOT_A_CRISIS, OUTCOMES
from web.schema import conversations, handoffs, new_id, visits
from web.schema.base import is_one_of

# Staff who were told of a crisis and have not looked yet are not told of each message in it.
TOLD_EVERY = timedelta(minutes=2)
# Nor of each urgent chat of one address that has too many: once in so long of all of them.
FOLD_TOLD_EVERY = timedelta(minutes=10)
_UNHELD: dict[str, None] = {"claimed_by": None, "claimed_name": None, "claimed_at": None, "assigned_by": None}
# Nobody has looked at it as it is now: `web/desk/handoff_timeouts.py` watches that somebody does.
_NOT_PASSED_ON: dict[str, None] = dict.fromkeys(
    ("escalated_to", "escalated_name", "escalated_at", "on_call_at")
)
_UNSEEN: dict[str, None] = {"opened_at": None, "told_again_at": None, **_NOT_PASSED_ON}
IS_OPEN = is_one_of(handoffs.c.state, ("requested", "claimed"))
_OPEN_ONE = select(handoffs).where(handoffs.c.conversation_id == bindparam("conversation"), IS_OPEN)

_FOLDS = (
    select(
        handoffs.c.fold_id,
        func.count().label("open"),
        func.min(handoffs.c.requested_at).label("since"),
        func.max(handoffs.c.urgent_at).label("told_at"),
        func.min(handoffs.c.conversation_id).filter(handoffs.c.opened_at.is_(None)).label("unopened"),
    )
    .where(IS_OPEN, handoffs.c.fold_id.is_not(None))
    .group_by(handoffs.c.fold_id)
    .order_by(func.min(handoffs.c.requested_at))
)
# Urgent, shown by itself, and nobody has it yet.
_IS_FREE = handoffs.c.state == "requested"
_STANDS_ALONE = and_(handoffs.c.urgent, _IS_FREE, handoffs.c.fold_id.is_(None))
_REST = select(
    func.count().label("open"),
    func.min(handoffs.c.requested_at).label("since"),
    func.max(handoffs.c.urgent_at).label("told_at"),
    func.min(handoffs.c.conversation_id).filter(handoffs.c.opened_at.is_(None)).label("unopened"),
).where(IS_OPEN, _STANDS_ALONE)


@dataclass(frozen=True)
class Holder:
    """Who speaks with the visitor now, and since when."""

    handoff_id: str
    id: str
    name: str
    since: datetime


async def request(
    tx: Transaction,
    conversation_id: str,
    *,
    message_id: str,
    reason: str,
    urgent: bool,
    now: datetime,
    mail: bool,
    fold_id: str | None = None,
    strength: float = 0.0,
) -> str:
    """Ask for a person. A second request can make the open handoff urgent, never less so.

    Every urgent one is told, also in a chat that somebody has looked at before. Of several the one with
    the greatest `strength` says why. `fold_id`: its address has too many of them; it is shown and told
    with the others of this fold.
    """
    heard = {"kind": reason, "message_id": message_id} if urgent else {}
    known = await open_one(tx, conversation_id)
    if known is not None:
        handoff_id = str(known["id"])
        if not urgent:
            await _change(tx, handoff_id, wants_person=True)
            return handoff_id
        fold_id = known["fold_id"]  # one that stood by itself before goes on doing so
        await _change(tx, handoff_id, urgent=True, outcome=None, message_id=message_id)
        if _is_stronger(known, strength):
            await _change(tx, handoff_id, reason=reason, words_id=message_id, strength=strength)
        await handoff_events.note(tx, conversation_id, handoff_id, "urgent", now=now, details=heard)
        is_news = await _is_time_to_tell_of(tx, fold_id, now) if fold_id else _is_news(known, now)
        if not is_news:
            return handoff_id
        # It is another thing now than what somebody may have looked at before.
        await _change(tx, handoff_id, urgent_at=now, **_UNSEEN)
    else:
        is_news = fold_id is None or await _is_time_to_tell_of(tx, fold_id, now)
        handoff_id = await _insert(
            tx,
            conversation_id,
            message_id=message_id,
            reason=reason,
            urgent=urgent,
            urgent_at=now if urgent and is_news else None,
            fold_id=fold_id,
            strength=strength if urgent else None,
            now=now,
        )
        details = {"urgent": True, **heard} if urgent else {}
        await handoff_events.note(tx, conversation_id, handoff_id, "requested", now=now, details=details)
    if is_news:
        await push.plan(tx, about="handoff", conversation_id=conversation_id, urgent=urgent, now=now)
    if mail and is_news:
        await outbox.enqueue(
            tx,
            about="handoff",
            about_id=handoff_id,
            conversation_id=conversation_id,
            urgent=urgent,
            now=now,
        )
    return handoff_id


async def holder(tx: Transaction, conversation_id: str) -> Holder | None:
    """Who holds the conversation; None while the bot has it."""
    known = await open_one(tx, conversation_id)
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
    known = await open_one(tx, conversation_id)
    if known is None:
        mine = await _insert(
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
        await _opened(tx, mine, now=now)
        await turns.hand_over(tx, conversation_id, now=now)
        await handoff_events.note(tx, conversation_id, mine, "claimed", by=by, now=now)
        await _tell(tx, conversation_id, "staff_joined", by.name, language, now=now)
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
        await _change(tx, held.handoff_id, assigned_by=None, **claimed)
        await _tell(tx, conversation_id, "staff_changed", held.name, language, now=now, to=to.name)
        taken = Holder(held.handoff_id, to.id, to.name, now)
    if to.id != by.id:
        await _change(tx, taken.handoff_id, assigned_by=by.name)
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
        .values(state="requested", back_at=now, **_UNHELD, **_UNSEEN)
    )
    if ended.rowcount != 1:
        return False
    details = {"why": why, "holder": held.name} if why else {}
    await handoff_events.note(tx, conversation_id, held.handoff_id, did, by=by, now=now, details=details)
    await _tell(tx, conversation_id, "staff_away", held.name, language, now=now)
    return True


async def resolve(
    tx: Transaction,
    conversation_id: str,
    *,
    by: Person | None,
    now: datetime,
    resolution: str = "resolved",
    outcome: str | None = None,
) -> bool:
    """Close the open handoff; False when none is open. Raises NotYours while another holds it.

    A crisis is closed with its `outcome` (`web/safety/crisis_outcomes.py`). Raises BadRequest without.
    """
    language = (await turns.lock_known(tx, conversation_id)).language
    known = await open_one(tx, conversation_id)
    if known is None:
        return False
    is_held = known["state"] == "claimed"
    if is_held and (by is None or known["claimed_by"] != by.id):
        raise NotYours(f"{known['claimed_name']} holds this conversation. Take it over first.")
    ended: dict[str, Any] = {"outcome": outcome} if known["urgent"] else {}
    if known["urgent"] and outcome not in OUTCOMES:
        raise BadRequest("Please say how this crisis ended.")
    if known["urgent"] and outcome == NOT_A_CRISIS and by is not None:
        await _play_down(tx, known, by=by, now=now)
        ended = {}
    await _close(tx, known, by=by, now=now, resolution=resolution, **ended)
    await handoff_events.note(tx, conversation_id, known["id"], resolution, by=by, now=now, details=ended)
    if is_held:
        await _tell(tx, conversation_id, "staff_left", known["claimed_name"], language, now=now)
    return True


async def resume(tx: Transaction, conversation_id: str, handoff_id: str, *, now: datetime) -> None:
    """Go on with a request whose end was taken back: who held it speaks again, and the visitor is told."""
    known = await open_one(tx, conversation_id)
    if known is None or known["id"] != handoff_id or known["state"] != "claimed":
        return
    language = (await turns.lock_known(tx, conversation_id)).language
    await turns.hand_over(tx, conversation_id, now=now)
    await _tell(tx, conversation_id, "staff_joined", known["claimed_name"], language, now=now)


async def reopen(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> bool:
    """Put the last resolved handoff back on the list; False when one is open, or never was any."""
    await turns.lock_known(tx, conversation_id)
    if await open_one(tx, conversation_id) is not None:
        return False
    mine = handoffs.c.conversation_id == conversation_id
    last = await tx.execute(
        select(handoffs.c.id).where(mine).order_by(handoffs.c.requested_at.desc(), handoffs.c.id).limit(1)
    )
    handoff_id = last.scalar_one_or_none()
    if handoff_id is None:
        return False
    fresh: dict[str, Any] = {**_UNHELD, "back_at": None, "told_again_at": None}
    fresh |= {"resolved_at": None, "resolved_by": None, "resolution": None, "fold_id": None}
    fresh |= {"outcome": None, **_NOT_PASSED_ON}
    # The list counts the wait from now: before, it was closed, and nobody waited.
    await _change(tx, handoff_id, state="requested", requested_at=now, opened_at=now, **fresh)
    await handoff_events.note(tx, conversation_id, handoff_id, "reopened", by=by, now=now)
    return True


async def not_a_crisis(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> bool:
    """Take the urgency away. Who had not asked for a person is then no case any more.

    What safety had heard becomes false alarms, for review (`web/safety/false_alarms.py`).
    """
    await turns.lock_known(tx, conversation_id)
    known = await open_one(tx, conversation_id)
    if known is None or not known["urgent"]:
        return False
    await _play_down(tx, known, by=by, now=now)
    if known["state"] == "requested" and not known["wants_person"]:
        await _close(tx, known, by=by, now=now, resolution=NOT_A_CRISIS)
    return True


async def _play_down(tx: Transaction, known: RowMapping, *, by: Person, now: datetime) -> None:
    """Say that a crisis is none, and keep what safety heard as something to learn from."""
    words_id = known["words_id"] or known["message_id"]
    details = {"reason": known["reason"], "message_id": words_id, "outcome": NOT_A_CRISIS}
    of, handoff_id = known["conversation_id"], known["id"]
    await false_alarms.keep(tx, known, by=by, now=now)
    await handoff_events.note(tx, of, handoff_id, NOT_A_CRISIS, by=by, now=now, details=details)
    reason = "asked" if known["wants_person"] else "staff"
    calm: dict[str, Any] = {"urgent": False, "fold_id": None, "words_id": None, "strength": None}
    await _change(tx, handoff_id, reason=reason, outcome=NOT_A_CRISIS, **calm)


async def _close(
    tx: Transaction, known: RowMapping, *, by: Person | None, now: datetime, resolution: str, **more: Any
) -> None:
    who = by.id if by else None
    values = {"state": "resolved", "resolved_at": now, "resolved_by": who, "resolution": resolution}
    await _change(tx, known["id"], **values, **more)


async def open_by(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> None:
    """Note that somebody at the desk looks at the request."""
    known = await open_one(tx, conversation_id)
    if known is not None and await _opened(tx, known["id"], now=now):
        await handoff_events.note(tx, conversation_id, known["id"], "opened", by=by, now=now)


async def open_one(tx: Transaction, conversation_id: str) -> RowMapping | None:
    """The open handoff of a conversation."""
    return (await tx.execute(_OPEN_ONE, {"conversation": conversation_id})).mappings().first()


async def is_urgent(tx: Transaction, conversation_id: str) -> bool:
    """Whether a crisis is live here: safety spoke up, and nobody has ended it."""
    known = await open_one(tx, conversation_id)
    return known is not None and bool(known["urgent"])


async def open_ones(tx: Transaction) -> list[RowMapping]:
    """Every open handoff that is shown by itself: urgent ones first, then the oldest."""
    return await _open_ones(tx, handoffs.c.fold_id.is_(None))


async def listed_ones(
    tx: Transaction, *, most_urgent: int, here_since: datetime
) -> tuple[list[RowMapping], RowMapping | None]:
    """Those, with at most so many urgent ones that nobody holds; and what counts the rest of these.

    Whose visitor was there since `here_since` comes first, then the longest wait: somebody in danger
    waits, a script mostly does not. The rest has `open`, `since`, `told_at` and `unopened`.
    """
    calm = await _open_ones(tx, handoffs.c.fold_id.is_(None), or_(~handoffs.c.urgent, ~_IS_FREE))
    order = (_is_here(here_since).desc(), handoffs.c.requested_at, handoffs.c.id)
    urgent = await _open_ones(tx, _STANDS_ALONE, order=order, most=most_urgent)
    if len(urgent) < most_urgent:
        return [*urgent, *calm], None
    shown = [row["id"] for row in urgent]
    rest = (await tx.execute(_REST.where(handoffs.c.id.not_in(shown)))).mappings().one()
    return [*urgent, *calm], rest if rest["open"] else None


async def urgent_ones(
    tx: Transaction, *, here_since: datetime, after: int, most: int
) -> tuple[list[RowMapping], int]:
    """A page of all urgent ones that nobody holds, as they are listed; and how many there are."""
    order = (_is_here(here_since).desc(), handoffs.c.requested_at, handoffs.c.id)
    rows = await _open_ones(tx, _STANDS_ALONE, order=order, most=most, after=after)
    return rows, int((await tx.execute(_REST)).mappings().one()["open"])


async def watched_ones(tx: Transaction) -> list[RowMapping]:
    """Those, and of each fold the ones that staff were told of: somebody has to look at them in time."""
    return await _open_ones(tx, or_(handoffs.c.fold_id.is_(None), handoffs.c.urgent_at.is_not(None)))


async def of_fold(tx: Transaction, fold_id: str, *, most: int) -> list[RowMapping]:
    """The open handoffs of one fold, the oldest first."""
    return await _open_ones(tx, handoffs.c.fold_id == fold_id, most=most)


async def count_of_fold(tx: Transaction, fold_id: str) -> int:
    """How many are open in one fold."""
    of = select(func.count()).select_from(handoffs).where(IS_OPEN, handoffs.c.fold_id == fold_id)
    return int((await tx.execute(of)).scalar_one())


async def folds(tx: Transaction) -> list[RowMapping]:
    """What is folded: how many are open in each, since when, and when staff were last told."""
    found = await tx.execute(_FOLDS)
    return list(found.mappings())


async def _open_ones(
    tx: Transaction, *conditions: Any, most: int | None = None, order: Any = (), after: int | None = None
) -> list[RowMapping]:
    found = await tx.execute(
        select(handoffs, conversations.c.language)
        .join(conversations, conversations.c.id == handoffs.c.conversation_id)
        .where(IS_OPEN, *conditions)
        .order_by(*(order or (handoffs.c.urgent.desc(), handoffs.c.requested_at)))
        .limit(most)
        .offset(after)
    )
    return list(found.mappings())


def _is_here(since: datetime) -> Any:
    seen = (visits.c.conversation_id == handoffs.c.conversation_id, visits.c.seen_at >= since)
    return exists().where(*seen)


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


async def _insert(
    tx: Transaction,
    conversation_id: str,
    *,
    message_id: str,
    reason: str,
    urgent: bool,
    now: datetime,
    urgent_at: datetime | None = None,
    fold_id: str | None = None,
    opened_at: datetime | None = None,
    strength: float | None = None,
) -> str:
    handoff_id = new_id()
    await tx.execute(
        insert(handoffs).values(
            id=handoff_id,
            conversation_id=conversation_id,
            message_id=message_id,
            state="requested",
            reason=reason,
            urgent=urgent,
            wants_person=not urgent and reason != "staff",
            requested_at=now,
            urgent_at=urgent_at,
            fold_id=fold_id,
            opened_at=opened_at,
            words_id=message_id if urgent else None,
            strength=strength,
        )
    )
    return handoff_id


def _is_stronger(known: RowMapping, strength: float) -> bool:
    """Whether these words say more than what is quoted already."""
    before = known["strength"] if known["urgent"] else None
    return before is None or strength > before


def _is_news(known: RowMapping, now: datetime) -> bool:
    """Whether staff have to be told that safety spoke up (again)."""
    told_at = known["urgent_at"] if known["urgent"] else None
    return told_at is None or known["opened_at"] is not None or now - told_at >= TOLD_EVERY


async def _is_time_to_tell_of(tx: Transaction, fold_id: str, now: datetime) -> bool:
    """Whether staff have to be told (again) of the urgent chats of one fold."""
    last = await tx.execute(select(func.max(handoffs.c.urgent_at)).where(handoffs.c.fold_id == fold_id))
    told_at = last.scalar_one_or_none()
    return told_at is None or now - told_at >= FOLD_TOLD_EVERY


async def _opened(tx: Transaction, handoff_id: str, *, now: datetime) -> bool:
    unopened = (handoffs.c.id == handoff_id, handoffs.c.opened_at.is_(None))
    return (await tx.execute(update(handoffs).where(*unopened).values(opened_at=now))).rowcount == 1


async def _change(tx: Transaction, handoff_id: str, **values: Any) -> None:
    await tx.execute(update(handoffs).where(handoffs.c.id == handoff_id).values(**values))


async def _tell(
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
