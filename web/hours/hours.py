"""When the clinic is open and who is at the desk: now, next, and in one true sentence.

Weekly hours, holidays, sudden closures, presence and the time zone decide; nothing here reads a
clock or the record. Nobody is promised what nobody sees: what is not known is not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Protocol

from content.facts import Clinic
from content.opening_hours import SPANISH_MONTHS, WEEKDAYS_SPOKEN, clock_in_words
from web.core.i18n import say
from web.hours.closures import Closure
from web.hours.on_duty import Here

# Two weeks of holidays in a row still find the next opening.
LOOK_AHEAD_DAYS = 21

Reason = Literal["open", "weekly", "holiday", "closure", "unknown"]
Moments = tuple[datetime, datetime]


class Period(Protocol):
    """Anything that lasts from one moment to another."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it is over."""


@dataclass(frozen=True)
class HoursState:
    """Whether the clinic is open, why, and until when. All times are the clinic's own.

    `is_open` is None when nobody told us the hours; `because` is the holiday's name or the words
    of the closure; `next_opening` and `closes_at` are None when they are not known.
    """

    now: datetime
    is_open: bool | None = None
    staff_here: bool = False
    reason: Reason = "unknown"
    because: str = ""
    closes_at: datetime | None = None
    next_opening: datetime | None = None
    closures: Sequence[Closure] = ()


def state_at(
    clinic: Clinic, closures: Sequence[Closure], presence: Sequence[Here], now: datetime
) -> HoursState:
    """Say how it is at `now`."""
    return replace(_state_at(clinic, closures, presence, now), closures=tuple(closures))


def _state_at(
    clinic: Clinic, closures: Sequence[Closure], presence: Sequence[Here], now: datetime
) -> HoursState:
    zone = clinic.time_zone or UTC
    local = now.astimezone(zone)
    staff_here = any(each.since <= now < each.until for each in presence)
    closure = next((each for each in closures if each.starts_at <= now < each.ends_at), None)
    if clinic.time_zone is None or not clinic.hours:
        if closure is None:
            return HoursState(local, staff_here=staff_here)
        return HoursState(local, False, staff_here, "closure", closure.reason)
    reason, because = _why_closed(clinic, closure, local.date())
    for start, end in open_spans(clinic, closures, local.date()):
        if start <= now < end:
            return HoursState(local, True, staff_here, "open", closes_at=end.astimezone(zone))
        if now < start:
            opens_at = start.astimezone(zone)
            return HoursState(local, False, staff_here, reason, because, next_opening=opens_at)
    return HoursState(local, False, staff_here, reason, because)


def next_opening_in_words(state: HoursState, language: str) -> str | None:
    """The next opening as people say it: "tomorrow at 9 am"; None when it is not known."""
    if state.next_opening is None:
        return None
    start, days = state.next_opening, (state.next_opening.date() - state.now.date()).days
    if language == "es":
        return f"{_spanish_day(start.date(), days)} {_spanish_clock('a', start.time())}"
    return f"{_english_day(start.date(), days)} at {clock_in_words(start.time())}"


def who_answers(state: HoursState, language: str) -> str:
    """Say in one or two sentences who is there; empty when nothing is known."""
    opens = next_opening_in_words(state, language)
    if state.staff_here:
        sentences = [say("here_while_closed" if state.is_open is False else "here", language)]
    elif state.is_open:
        sentences = [_open_sentence(state, language)]
    elif state.is_open is False:
        sentences = [closed_today(state, language) or say("closed_now", language)]
    else:
        return ""
    if opens:
        sentences.append(say("we_open", language, next_opening=opens))
    return " ".join(sentences)


def open_or_closed(state: HoursState, language: str) -> str | None:
    """Say whether the clinic is open now, whoever is at the desk; None when it is not known."""
    return who_answers(replace(state, staff_here=False), language) or None


def closed_today(state: HoursState, language: str) -> str | None:
    """Say that today is an exception and why; None on a day like any other."""
    if state.reason == "holiday":
        return say("closed_holiday", language, holiday=state.because)
    if state.reason != "closure":
        return None
    if state.next_opening and state.next_opening.date() == state.now.date():
        return say("closed_for_now", language)
    # What staff wrote is in the clinic's language: it is not put into another one.
    if state.because and language == "en":
        return say("closed_because", language, reason=state.because)
    return say("closed_today", language)


def _why_closed(clinic: Clinic, closure: Closure | None, today: date) -> tuple[Reason, str]:
    if closure is not None:
        return "closure", closure.reason
    if today in clinic.holidays:
        return "holiday", clinic.holidays[today]
    return "weekly", ""


def open_spans(
    clinic: Clinic, closures: Sequence[Closure], first: date, *, days: int = LOOK_AHEAD_DAYS + 1
) -> Iterator[Moments]:
    """The spans in which the clinic is open, from one day on, without what closures take away."""
    for offset in range(days):
        day = first + timedelta(days=offset)
        if day in clinic.holidays:
            continue
        for start, end in clinic.hours.get(day.weekday(), ()):
            yield from without(closures, (moment_of(clinic, day, start, 0), moment_of(clinic, day, end, 1)))


def moment_of(clinic: Clinic, day: date, clock: time, fold: int) -> datetime:
    """A time of the clinic's clock as a moment."""
    # In UTC, because two times of one zone are compared by their clocks, not by their moments. An
    # hour that the clock shows twice counts whole: a span starts in its first and ends in its last.
    return datetime.combine(day, clock.replace(fold=fold), tzinfo=clinic.time_zone).astimezone(UTC)


def without(closures: Iterable[Period], span: Moments) -> Iterator[Moments]:
    """What is left of a span when others are taken away."""
    pieces = [span]
    for closure in closures:
        cut = [
            piece
            for start, end in pieces
            for piece in ((start, min(end, closure.starts_at)), (max(start, closure.ends_at), end))
        ]
        pieces = [(start, end) for start, end in cut if start < end]
    yield from pieces


def _open_sentence(state: HoursState, language: str) -> str:
    assert state.closes_at is not None
    clock = state.closes_at.time()
    closing = _spanish_clock("", clock) if language == "es" else clock_in_words(clock)
    return say("open_until", language, closing=closing)


def _english_day(day: date, days: int) -> str:
    if days < 2:
        return ("today", "tomorrow")[days]
    name = WEEKDAYS_SPOKEN["en"][day.weekday()]
    return name if days < 7 else f"{name}, {day:%B} {day.day}"


def _spanish_day(day: date, days: int) -> str:
    if days < 2:
        return ("hoy", "mañana")[days]
    name = f"el {WEEKDAYS_SPOKEN['es'][day.weekday()]}"
    return name if days < 7 else f"{name} {day.day} de {SPANISH_MONTHS[day.month - 1]}"


def _spanish_clock(preposition: str, clock: time) -> str:
    article = "la" if clock.hour % 12 == 1 else "las"
    return f"{preposition} {article} {clock_in_words(clock)}".strip()
