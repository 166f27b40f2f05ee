"""The clinic's rule for requests that nobody answers: after how many minutes, and who is on call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from web.core.db import Transaction, upsert
from web.core.errors import Refused
from web.core.settings import Settings
from web.notifications import reply_contacts
from web.schema import desk_settings

ABOUT = "on_call"  # in the outbox
MINUTES, ADDRESS = "escalation_minutes", "on_call_address"
MAX_MINUTES = 120


@dataclass(frozen=True)
class EscalationRule:
    """After so many minutes an unanswered request is passed on; 0: never. Who is mailed in the end."""

    minutes: int = 0
    address: str = ""

    @property
    def after(self) -> timedelta:
        """The minutes as a span."""
        return timedelta(minutes=self.minutes)


async def rule(tx: Transaction) -> EscalationRule:
    """The rule as administrators have set it."""
    known = {
        row.name: row.value for row in await tx.execute(select(desk_settings.c.name, desk_settings.c.value))
    }
    return EscalationRule(int(known.get(MINUTES) or 0), known.get(ADDRESS, ""))


def read_rule(minutes: str, address: str) -> EscalationRule:
    """A rule as it was typed. Raises Refused."""
    minutes, address = minutes.strip(), address.strip()
    if minutes and not (minutes.isascii() and minutes.isdigit() and int(minutes) <= MAX_MINUTES):
        raise Refused(
            f"Please give whole minutes, 1 to {MAX_MINUTES}, or leave the field empty to switch it off."
        )
    if address and reply_contacts.read(address, ("email",)) is None:
        raise Refused("The on-call address is not an e-mail address. Please check it.")
    return EscalationRule(int(minutes or 0), address)


async def save(tx: Transaction, wanted: EscalationRule, *, by: str, now: datetime) -> None:
    """Keep a rule; it holds at once."""
    for name, value in ((MINUTES, str(wanted.minutes)), (ADDRESS, wanted.address)):
        await upsert(tx, desk_settings, {"name": name}, {"value": value, "set_by": by, "set_at": now})


def can_reach(settings: Settings, known: EscalationRule) -> str:
    """By which way on-call is told: "address", "webhook", "mail", or nothing."""
    if settings.has_mailbox and known.address:
        return "address"
    if settings.webhook_url:
        return "webhook"
    return "mail" if settings.has_mailbox else ""
