"""What visitors' first pages need of the record, also while it is away: the facts as last known.

They are kept in memory and in a small file in `var`, so that a service that starts without its record
knows the phone, the hours and the websites all the same. Nothing in it is of any visitor.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from content.facts import Clinic, read_clinic
from web import allowed_origins as sites
from web.bot import overrides as live
from web.bot.manifest import Manifest
from web.bot.overrides import Live
from web.core.db import RECORD_AWAY, Transaction
from web.hours import clinic_facts, closures, notices
from web.hours.closures import Closure
from web.hours.facts import facts_now
from web.hours.hours import state_at
from web.hours.notices import Notice

if TYPE_CHECKING:
    from web.context import AppContext

logger = logging.getLogger(__name__)
FILE = "last-known.json"
READ_WITHIN_S = 1.0
# After a failure nobody waits for the record again for so long.
LOOK_AGAIN_S = 1.0


@dataclass(frozen=True)
class Public:
    """What is told to everybody."""

    facts: Mapping[str, Any]
    words: Manifest
    sites: tuple[str, ...]
    notices: Sequence[Notice]
    is_from_record: bool
    is_off: bool = False  # the bot was switched off: nothing of it is said


@dataclass(frozen=True)
class _Kept:
    clinic: Clinic
    sites: tuple[str, ...] = ()
    closures: Sequence[Closure] = ()
    notices: Sequence[Notice] = ()
    live: Live = field(default_factory=Live)


class LastKnown:
    """Reads what is public, and remembers it."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None
        self._written = ""
        self._look_again_at_s = 0.0

    async def public(self, context: AppContext, language: str) -> Public:
        """What holds now, or what was last known. Never raises because of the record."""
        if time.monotonic() >= self._look_again_at_s:
            try:
                async with asyncio.timeout(READ_WITHIN_S), context.db.read() as tx:
                    return await self._from_record(tx, context, language)
            except RECORD_AWAY as error:
                logger.error("Alert: the record cannot be read: %s", type(error).__name__)
                self._look_again_at_s = time.monotonic() + LOOK_AGAIN_S
                context.db.forget_connections()
        return self._without_record(context, language)

    async def _from_record(self, tx: Transaction, context: AppContext, language: str) -> Public:
        now = context.clock()
        kept = _Kept(
            clinic=await context.clinic_now(tx),
            sites=await sites.allowed(tx, context.settings),
            closures=await closures.list_all(tx, now=now),
            notices=await notices.shown(tx, now=now, rules=context.rules),
            live=await live.read(tx),
        )
        facts = await context.facts(tx, language)
        self._keep(kept, context.settings.var / FILE)
        words = kept.live.over(context.manifests.current())
        return Public(facts, words, kept.sites, kept.notices, True, kept.live.is_off)

    def _without_record(self, context: AppContext, language: str) -> Public:
        known = self._kept or _read(context.settings.var / FILE)
        kept = self._kept = known or _Kept(clinic_facts.of_file(context.clinic, context.rules))
        now = context.clock()
        state = state_at(kept.clinic, kept.closures, (), now)
        facts = facts_now(kept.clinic, context.settings, state, last_sign_in_at=None, language=language)
        # Nothing can be written down: no request for a call either.
        facts = {**facts, "can_call_back": False}
        allowed = tuple(dict.fromkeys((*context.settings.allowed_sites, *kept.sites)))
        shown = [each for each in kept.notices if each.starts_at <= now < each.ends_at]
        return Public(facts, kept.live.over(context.manifests.current()), allowed, shown, False)

    def _keep(self, kept: _Kept, path: Path) -> None:
        self._kept = kept
        written = json.dumps(_as_document(kept))
        if written == self._written:
            return
        try:
            unfinished = path.with_suffix(".new")
            unfinished.write_text(written, encoding="utf-8")
            unfinished.replace(path)
            self._written = written
        except OSError as error:  # a full disk; memory has it
            logger.error("The facts cannot be kept in %s: %s", path.name, type(error).__name__)


def _as_document(kept: _Kept) -> dict[str, Any]:
    return {
        "clinic": kept.clinic.as_document(),
        "sites": kept.sites,
        "closures": [_span(each) | {"reason": each.reason} for each in kept.closures],
        "notices": [_span(each) | {"texts": dict(each.texts)} for each in kept.notices],
        "withdrawn": sorted(kept.live.withdrawn),
        "is_off": kept.live.is_off,
    }


def _span(each: Closure | Notice) -> dict[str, Any]:
    return {"id": each.id, "starts_at": each.starts_at.isoformat(), "ends_at": each.ends_at.isoformat()}


def _read(path: Path) -> _Kept | None:
    """What an earlier process kept; None when there is nothing, or nothing that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return _Kept(
            clinic=read_clinic(found["clinic"], shown_as=path.name)[0],
            sites=tuple(found["sites"]),
            closures=[Closure(**_with_times(each)) for each in found["closures"]],
            notices=[Notice(**_with_times(each)) for each in found["notices"]],
            live=Live(withdrawn=frozenset(found["withdrawn"]), is_off=found["is_off"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.error("%s cannot be used: %s", path.name, type(error).__name__)
        return None


def _with_times(each: Mapping[str, Any]) -> dict[str, Any]:
    moments = {name: datetime.fromisoformat(each[name]) for name in ("starts_at", "ends_at")}
    return {**each, **moments}
