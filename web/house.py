"""What the rooms of the service share: settings, the record, the bot, the words, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from clinic.facts import Clinic
from web import staff
from web.bot import Bot
from web.db import Database, Transaction
from web.facts import facts_now
from web.hub import Hub
from web.manifest import Manifests
from web.settings import Settings


def utc_now() -> datetime:
    """The time now, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """One running service's shared things; `web/app.py` builds it."""

    settings: Settings
    clinic: Clinic
    db: Database
    bot: Bot
    manifests: Manifests
    hub: Hub = field(default_factory=Hub)
    clock: Callable[[], datetime] = utc_now

    async def facts(self, tx: Transaction, language: str = "en") -> dict[str, Any]:
        """What is true now, as far as the clinic told us."""
        return facts_now(
            self.clinic,
            self.settings,
            last_sign_in_at=await staff.last_sign_in(tx),
            now=self.clock(),
            language=language,
        )
