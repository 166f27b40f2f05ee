"""What the bot of a new clinic begins with: nothing, a general practice's answers, or the clinic that ships.

It can be chosen as long as nobody has written an answer. The skills are the same in each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, select

from content import packs
from web.accounts import audit
from web.context import AppContext
from web.core.db import Transaction
from web.core.errors import Refused
from web.hours import own_project
from web.hours.own_project import PACK, Part
from web.hours.policies import base_of
from web.releases import publishing, withdrawals
from web.schema import answer_versions, answers
from web.studio import seed
from web.studio.answers import Editor

TOO_LATE = "Somebody has already written answers here: what the bot starts with can no longer be changed."


@dataclass(frozen=True)
class Beginning:
    """One choice: how many answers it brings."""

    pack: str
    count: int


def offered(context: AppContext) -> list[Beginning]:
    """Every choice, with how many answers it brings."""
    return [Beginning(pack, len(_files(context, pack))) for pack in packs.PACKS]


async def is_open(tx: Transaction, context: AppContext) -> bool:
    """Whether it can be chosen: the project is the one that ships, and nobody has written an answer."""
    if packs.pack_of(base_of(context.settings)) != packs.SHIPPED:
        return False
    touched = (answer_versions.c.version > 1) | answer_versions.c.changed_by.is_not(None)
    count = await tx.execute(select(func.count()).select_from(answer_versions).where(touched))
    return count.scalar_one() == 0


async def chosen(tx: Transaction) -> str:
    """What was chosen; empty while nobody has."""
    standing = await own_project.parts(tx)
    return str(standing[PACK].content["name"]) if PACK in standing else ""


async def choose(context: AppContext, pack: str, *, by: Editor, now: datetime) -> int:
    """Begin with a pack; returns how many answers there are now. Raises Refused when it is too late.

    Until something of its own is published, the bot of another clinic is switched off: what is
    published was written for the clinic that ships.
    """
    if pack not in packs.PACKS:
        raise Refused("Choose what the bot starts with.")
    async with context.db.write() as tx:
        if not await is_open(tx, context):
            raise Refused(TOO_LATE)
        for table in (answer_versions, answers):
            await tx.execute(delete(table))
        await own_project.put(
            tx, PACK, {"name": pack}, by=by.id, by_name=by.name, why="chosen during setup", now=now
        )
        await audit.note(tx, by=by.id, did="content.chosen", about="answers", details={"pack": pack}, now=now)
        standing = await own_project.parts(tx)
    await asyncio.to_thread(own_project.make, context.settings, standing)
    await _hold_back(context, pack, by=by, now=now)
    return await fill(context, standing, now=now)


async def fill(context: AppContext, standing: Mapping[str, Part], *, now: datetime) -> int:
    """Take the answers of the pack into an empty record; an empty one has none."""
    pack = own_project.pack_of(standing)
    if pack == packs.EMPTY:
        return 0
    source, names = _source(context, pack), (context.clinic.name,)

    async def is_wanted(tx: Transaction) -> bool:
        """Whether nobody has chosen another beginning meanwhile."""
        return (await chosen(tx) or packs.SHIPPED) == pack

    return await seed.fill(context.db, source, now=now, names=names, is_wanted=is_wanted)


async def _hold_back(context: AppContext, pack: str, *, by: Editor, now: datetime) -> None:
    """Switch the bot off while it would speak for another clinic, and on again when it does not."""
    speaks = own_project.release_pack(context.settings.releases / publishing.published(context))
    async with context.db.write() as tx:
        if speaks == pack:
            await withdrawals.begin_to_speak(tx, by=by.id, now=now)
        else:
            await withdrawals.bot_off(tx, by=by.id, reason=withdrawals.NOTHING_OWN, now=now)


def _source(context: AppContext, pack: str) -> Path:
    return base_of(context.settings) if pack == packs.SHIPPED else packs.source_of(pack)


def _files(context: AppContext, pack: str) -> list[Path]:
    folder = _source(context, pack) / "data" / "answers"
    return [] if pack == packs.EMPTY else sorted(folder.glob("*.yml"))
