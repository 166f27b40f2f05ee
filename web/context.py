"""What the rooms of the service share: settings, the record, the bot, the words, the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from content.facts import Clinic
from content.texts import TextRules
from web.accounts import accounts
from web.bot import overrides
from web.bot.manifest import Manifest, Manifests
from web.bot.pool import Bots
from web.core.db import Database, Transaction
from web.core.encryption import Encryption
from web.core.pubsub import PubSub
from web.core.settings import Settings
from web.hours import clinic_facts, closures, on_duty, staff_activity, staff_schedule
from web.hours.facts import depends_on_watching, facts_now
from web.hours.hours import HoursState, state_at
from web.hours.on_duty import Here
from web.hours.policies import rules_of
from web.last_known import LastKnown
from web.safety.workers import Verdicts
from web.schema import new_id


def utc_now() -> datetime:
    """The time now, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class AppContext:
    """One running service's shared things; `web/app.py` builds it."""

    settings: Settings
    clinic: Clinic  # as the file has it; `clinic_now` knows what staff changed since
    db: Database
    bot: Bots
    manifests: Manifests
    encryption: Encryption
    verdicts: Verdicts
    pubsub: PubSub = field(default_factory=PubSub)
    clock: Callable[[], datetime] = utc_now
    last_known: LastKnown = field(default_factory=LastKnown)
    latest: dict[str, str] = field(default_factory=dict)
    process: str = field(default_factory=new_id)  # under this name it claims turns

    async def clinic_now(self, tx: Transaction) -> Clinic:
        """The clinic as `clinic.yml` and the record know it now."""
        clinic = await clinic_facts.current(tx, self.clinic, self.rules)
        self.latest["name"] = clinic.name
        return clinic

    @property
    def rules(self) -> TextRules:
        """What facts and notices must be; of the clinic's name as its file has it."""
        return rules_of(self.settings, self.clinic.name)

    @property
    def name(self) -> str:
        """The clinic's name as this process read it last, for the head of every page."""
        return self.latest.get("name", self.clinic.name)

    async def hours(self, tx: Transaction) -> HoursState:
        """Whether the clinic is open now, and who is at the desk."""
        return await self._hours_of(tx, await self.clinic_now(tx))

    async def facts(self, tx: Transaction, language: str = "en") -> dict[str, Any]:
        """What is true now, as far as the clinic told us."""
        clinic = await self.clinic_now(tx)
        return facts_now(
            clinic,
            self.settings,
            await self._hours_of(tx, clinic),
            last_sign_in_at=await self._last_watched(tx) if depends_on_watching(self.settings) else None,
            language=language,
        )

    async def words(self, tx: Transaction) -> Manifest:
        """The published words, as signatures and withdrawals have them now."""
        return (await overrides.read(tx)).over(self.manifests.current())

    async def _last_watched(self, tx: Transaction) -> datetime | None:
        """When somebody who works at the desk last signed in, or last had a page of it open."""
        seen = await staff_activity.last_at_the_desk(tx)
        theirs = ((each.last_sign_in_at, seen.get(each.id)) for each in await accounts.of_the_desk(tx))
        return max((moment for each in theirs for moment in each if moment), default=None)

    async def scheduled(self, tx: Transaction) -> Sequence[Here]:
        """Who is on the staff schedule now, whether they have come or not."""
        clinic, now = await self.clinic_now(tx), self.clock()
        known = await staff_schedule.read(tx, now=now)
        return known.at(now, clinic, await closures.list_all(tx, now=now))

    async def on_duty(self, tx: Transaction) -> set[str]:
        """Who is on duty now, by their own word or by the schedule, page open or not."""
        here = await on_duty.here(tx, self.clock())
        return {each.staff_id for each in (*here, *await self.scheduled(tx))}

    async def watching(self, tx: Transaction, scheduled: Sequence[Here] | None = None) -> Sequence[Here]:
        """Who is at the desk now with a page open: by their own word, or by the schedule.

        `scheduled`: who is on it, where the caller has read that already.
        """
        if scheduled is None:
            scheduled = await self.scheduled(tx)
        unseen = self.settings.limits.patience.unseen
        return await on_duty.watching(tx, self.clock(), unseen=unseen, scheduled=scheduled)

    async def _hours_of(self, tx: Transaction, clinic: Clinic) -> HoursState:
        now = self.clock()
        closed = await closures.list_all(tx, now=now)
        scheduled = (await staff_schedule.read(tx, now=now)).at(now, clinic, closed)
        return state_at(clinic, closed, await self.watching(tx, scheduled), now)
