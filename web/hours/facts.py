"""What is true now: the clinic's facts, who can be reached, when it opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from content.facts import Clinic
from web.core.i18n import say
from web.core.settings import Settings
from web.hours.calendar import calendar_of
from web.hours.hours import HoursState, closed_today, next_opening_in_words, open_or_closed, who_answers


def depends_on_watching(settings: Settings) -> bool:
    """Whether it matters when somebody was last seen at the desk."""
    return settings.desk and not settings.can_tell and settings.mode != "demo"


def can_call_back(settings: Settings, *, last_sign_in_at: datetime | None, now: datetime) -> bool:
    """Whether somebody will see a request: a mailbox or webhook, or a desk where somebody was.

    In demo the desk alone is enough: there is nobody yet who could have signed in.
    """
    if not depends_on_watching(settings):
        return settings.can_tell or settings.desk
    watched = timedelta(days=settings.limits.watched_days)
    return last_sign_in_at is not None and now - last_sign_in_at <= watched


def facts_now(
    clinic: Clinic,
    settings: Settings,
    state: HoursState,
    *,
    last_sign_in_at: datetime | None,
    language: str = "en",
) -> dict[str, Any]:
    """Collect the facts of the moment of `state`. A fact that is not known is not in it."""
    sentences = {
        "next_opening": next_opening_in_words(state, language),
        "who_answers": who_answers(state, language),
        "person_here": say("here", language) if state.staff_here else None,
        "closed_today": closed_today(state, language),
        "open_or_closed": open_or_closed(state, language),
    }
    calendar = calendar_of(clinic, state.closures, state.now, language)
    return {
        **clinic.facts(language),
        **{name: text for name, text in sentences.items() if text},
        "can_call_back": can_call_back(settings, last_sign_in_at=last_sign_in_at, now=state.now),
        "open_now": state.is_open,
        "staff_here": state.staff_here,
        "chat_days": str(settings.limits.chat_days),
        **({"calendar": calendar} if calendar else {}),
    }


def worded(facts: Mapping[str, Any]) -> dict[str, str]:
    """Only the facts that a sentence can hold."""
    return {name: value for name, value in facts.items() if isinstance(value, str)}
