"""Searches that somebody keeps under a name, for themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, delete, func, insert, select

from web.accounts.staff import Person
from web.core.db import Transaction
from web.core.errors import BadRequest
from web.schema import new_id, saved_searches

MAX_EACH, MAX_NAME_CHARS, MAX_QUERY_CHARS = 20, 40, 600


async def save(tx: Transaction, name: str, query: str, *, by: Person, now: datetime) -> None:
    """Keep a search; the same name replaces it. Raises BadRequest in a sentence."""
    name = " ".join(name.split())
    if not name or not query:
        raise BadRequest("Please search for something first, and give the search a name.")
    if len(name) > MAX_NAME_CHARS or len(query) > MAX_QUERY_CHARS:
        raise BadRequest(f"The name of a search has at most {MAX_NAME_CHARS} characters.")
    mine = saved_searches.c.staff_id == by.id
    await tx.execute(delete(saved_searches).where(mine, saved_searches.c.name == name))
    count = (await tx.execute(select(func.count()).select_from(saved_searches).where(mine))).scalar_one()
    if count >= MAX_EACH:
        raise BadRequest(f"You have {MAX_EACH} saved searches. Remove one first.")
    values = {"staff_id": by.id, "name": name, "query": query, "created_at": now}
    await tx.execute(insert(saved_searches).values(id=new_id(), **values))


async def remove(tx: Transaction, search_id: str, *, by: Person) -> None:
    """Forget one of one's own; one that is gone is gone."""
    mine = (saved_searches.c.id == search_id, saved_searches.c.staff_id == by.id)
    await tx.execute(delete(saved_searches).where(*mine))


async def of_staff(tx: Transaction, staff_id: str) -> list[RowMapping]:
    """Somebody's saved searches, by name."""
    mine = select(saved_searches).where(saved_searches.c.staff_id == staff_id)
    return list((await tx.execute(mine.order_by(saved_searches.c.name))).mappings())
