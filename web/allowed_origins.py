"""On which websites the chat may stand: those of the settings, and those named on the set-up page."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import delete, select

from web.accounts import audit
from web.core.db import Transaction, upsert
from web.core.errors import Refused
from web.core.settings import Settings, origin_of
from web.schema import sites

MAX_CHARS = 300
# It goes into a header of the chat's page: nothing but a name with dots, or this machine, and a port.
_HOST = re.compile(r"(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+)(:\d{1,5})?")


async def allowed(tx: Transaction, settings: Settings) -> tuple[str, ...]:
    """Every origin on which the chat may stand, each once."""
    return tuple(dict.fromkeys((*settings.allowed_sites, *await named(tx))))


async def named(tx: Transaction) -> list[str]:
    """The origins that were named on the set-up page."""
    return list((await tx.execute(select(sites.c.origin).order_by(sites.c.added_at))).scalars())


async def add(tx: Transaction, address: str, *, by: str, now: datetime) -> str:
    """Allow a website; the answer is its origin. Raises Refused when the address is none."""
    text = address.strip()
    origin = origin_of(text if "://" in text else f"https://{text}")
    if len(origin) > MAX_CHARS or not _HOST.fullmatch(origin.partition("://")[2]):
        raise Refused("Please write your website's address, for example https://www.example.com.")
    await upsert(tx, sites, {"origin": origin}, {"added_by": by, "added_at": now})
    await audit.note(tx, by=by, did="site.allowed", about="sites", details={"site": origin}, now=now)
    return origin


async def remove(tx: Transaction, origin: str, *, by: str, now: datetime) -> None:
    """Allow a website no longer; one of the settings stays."""
    gone = await tx.execute(delete(sites).where(sites.c.origin == origin))
    if gone.rowcount:
        await audit.note(tx, by=by, did="site.removed", about="sites", details={"site": origin}, now=now)
