"""Groups of missed questions that somebody put together or apart; what comes later joins its likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import delete, insert, select

from content.questions import normalised
from web.core.db import Transaction
from web.schema import missed_groups, new_id


class Member(Protocol):
    """One message of a group."""

    @property
    def message_id(self) -> str: ...

    @property
    def text(self) -> str: ...


M = TypeVar("M", bound=Member)


async def chosen(tx: Transaction) -> dict[str, str]:
    """The group that each message was put into by hand."""
    rows = await tx.execute(select(missed_groups.c.message_id, missed_groups.c.group_id))
    return {row.message_id: row.group_id for row in rows}


async def put(
    tx: Transaction, groups: Sequence[Sequence[tuple[str, str]]], *, by: str, now: datetime
) -> None:
    """Put the messages of each list, (conversation, message) each, into a group of their own."""
    for members in groups:
        await _into(tx, new_id(), members, by=by, now=now)


async def _into(
    tx: Transaction, group_id: str, members: Sequence[tuple[str, str]], *, by: str, now: datetime
) -> None:
    for conversation_id, message_id in dict.fromkeys(members):
        await tx.execute(delete(missed_groups).where(missed_groups.c.message_id == message_id))
        row = {"id": new_id(), "conversation_id": conversation_id, "message_id": message_id}
        await tx.execute(insert(missed_groups).values(**row, group_id=group_id, set_by=by, set_at=now))


async def join(
    tx: Transaction, which: Sequence[tuple[str, str]], other: tuple[str, str], *, by: str, now: datetime
) -> None:
    """Put messages into the group of another one; the rest of that group comes along."""
    there = (await chosen(tx)).get(other[1])
    if there is None:
        await put(tx, [[*which, other]], by=by, now=now)
    else:
        await _into(tx, there, which, by=by, now=now)


def regrouped(groups: Sequence[Sequence[M]], by_hand: Mapping[str, str]) -> list[list[M]]:
    """Groups by meaning, with what somebody put together or apart; the largest first.

    Who is in no group by hand goes with the same words, else with most of the others of its group.
    """
    found: dict[str, list[M]] = {}
    by_words = {
        normalised(each.text): by_hand[each.message_id]
        for members in groups
        for each in members
        if each.message_id in by_hand
    }
    for number, members in enumerate(groups):
        counted = Counter(by_hand[each.message_id] for each in members if each.message_id in by_hand)
        home = counted.most_common(1)[0][0] if counted else f"by meaning {number}"
        for each in members:
            mine = by_hand.get(each.message_id) or by_words.get(normalised(each.text), home)
            found.setdefault(mine, []).append(each)
    return sorted(found.values(), key=lambda members: -len(members))
