"""What is true now: the clinic's facts, who can be reached, when it opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from clinic.facts import Clinic
from web.hours import opening
from web.settings import Settings


def can_call_back(settings: Settings, *, last_sign_in_at: datetime | None, now: datetime) -> bool:
    """Whether somebody will see a request: a mailbox, or an in-tray that people sign in to.

    In demo the in-tray alone is enough: there is nobody yet who could have signed in.
    """
    if settings.has_mailbox:
        return True
    if not settings.in_tray:
        return False
    if settings.mode == "demo":
        return True
    watched = timedelta(days=settings.limits.watched_days)
    return last_sign_in_at is not None and now - last_sign_in_at <= watched


def facts_now(
    clinic: Clinic,
    settings: Settings,
    *,
    last_sign_in_at: datetime | None,
    now: datetime,
    language: str = "en",
) -> dict[str, Any]:
    """Collect the facts of this moment. A fact that is not known is not in it."""
    state = opening(clinic, now=now, language=language)
    facts: dict[str, Any] = {
        **clinic.facts(),
        "can_call_back": can_call_back(settings, last_sign_in_at=last_sign_in_at, now=now),
        "open_now": state.open_now,
        "chat_days": str(settings.limits.chat_days),
    }
    if state.next_opening:
        facts["next_opening"] = state.next_opening
    return facts


def worded(facts: Mapping[str, Any]) -> dict[str, str]:
    """Only the facts that a sentence can hold."""
    return {name: value for name, value in facts.items() if isinstance(value, str)}
