"""Who has an answer open, and who is typing in it, so that two people do not write over each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from web.accounts import accounts
from web.core.db import Transaction, upsert
from web.schema import editing_presence

FRESH = timedelta(seconds=50)  # a page says every twenty seconds that it is there


@dataclass(frozen=True)
class Colleague:
    """Somebody else who has an answer open."""

    name: str
    is_typing: bool

    @property
    def sentence(self) -> str:
        """What the page says of them."""
        return (
            f"{self.name} is editing this answer." if self.is_typing else f"{self.name} has this answer open."
        )


async def note(tx: Transaction, key: str, *, by: str, is_typing: bool, now: datetime) -> None:
    """Note that somebody has an answer open."""
    values = {"is_typing": int(is_typing), "seen_at": now}
    await upsert(tx, editing_presence, {"account_id": by, "answer_id": key}, values)


async def others(tx: Transaction, key: str, *, but: str, now: datetime) -> list[Colleague]:
    """Who else has an answer open, those who type first."""
    names = await accounts.names(tx)
    mine = (editing_presence.c.answer_id == key, editing_presence.c.account_id != but)
    rows = await tx.execute(select(editing_presence).where(*mine, editing_presence.c.seen_at > now - FRESH))
    found = [Colleague(names.get(row.account_id, "Somebody"), bool(row.is_typing)) for row in rows]
    return sorted(found, key=lambda each: (not each.is_typing, each.name))


async def editing(tx: Transaction, *, but: str, now: datetime) -> dict[str, list[str]]:
    """By answer the names of those who are typing in it now."""
    names = await accounts.names(tx)
    typing = (editing_presence.c.is_typing == 1, editing_presence.c.account_id != but)
    rows = await tx.execute(select(editing_presence).where(*typing, editing_presence.c.seen_at > now - FRESH))
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.answer_id, []).append(names.get(row.account_id, "Somebody"))
    return found
