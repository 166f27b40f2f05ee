"""Times, numbers and reasons as staff read them: the clinic's local time, plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import phonenumbers

from content.opening_hours import clock_in_words

REASONS = {
    "crisis": "May be thinking about suicide or self-harm",
    "crisis_other": "Worried that somebody else may be in danger",
    "check": "May be in despair: was asked about suicide",
    "check_other": "Worried about somebody: was asked about suicide",
    "emergency": "Possible medical emergency, or took too much",
    "harm": "Possible harm, abuse or assault",
    "unsure": "The safety check failed on a message: please read it",
    "staff": "Taken over by the team",
    "came_back": "Came back and answered your message",
}
ASKS_FOR_A_PERSON = "Asks for a person"
TO_READ_REASONS = {
    "unfinished": "Left a number, but did not send the request for a call",
    "wished": "Wanted a person or a call, was asked something back and left",
    "unsure": "The bot had no answer",
    "not_helpful": "An answer did not help",
    "left": "Wanted a person, left without a number",
}
CHANNELS = {"phone": "a call", "text": "a text message", "email": "an e-mail"}
LANGUAGES = {"en": "English", "es": "Spanish"}


def reason(name: str, *, is_urgent: bool = False) -> str:
    """Why a handoff was asked for."""
    return danger(name) if is_urgent else REASONS.get(name, ASKS_FOR_A_PERSON)


def danger(kind: str) -> str:
    """Who is in danger and from what, as safety heard it; also for a kind that has no words here yet."""
    return REASONS.get(kind, "Somebody may be in danger")


def when(moment: datetime, zone: ZoneInfo | None, *, with_year: bool = False) -> str:
    """A moment with its day: "Tue, Nov 24, 10 am", and "UTC" where the clinic's zone is not known."""
    local = moment.astimezone(zone or UTC)
    year = f", {local.year}" if with_year else ""
    return f"{local:%a, %b} {local.day}{year}, {clock(moment, zone)}"


def clock(moment: datetime, zone: ZoneInfo | None) -> str:
    """The time of day alone."""
    local = moment.astimezone(zone or UTC)
    return f"{clock_in_words(local.time())}{'' if zone else ' UTC'}"


def weekday(moment: datetime, zone: ZoneInfo | None) -> str:
    """The day of the week and the time to the second, to tell things apart: "Monday 9:14:05 am"."""
    local = moment.astimezone(zone or UTC)
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%A} {local.hour % 12 or 12}:{local:%M:%S} {half}{'' if zone else ' UTC'}"


def how_long(now: datetime, since: datetime) -> str:
    """A span: "4 min", "3 h", "2 days"."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def span(seconds: float) -> str:
    """A span to the second: "40 s", "1 min 51 s", "2 h 5 min"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    if not hours and (rest or not minutes):
        parts.append(f"{rest} s")
    return " ".join(filter(None, parts))


def age(now: datetime, since: datetime) -> str:
    """How long ago it was."""
    return "just now" if (now - since).total_seconds() < 60 else f"{how_long(now, since)} ago"


def phone(number: str) -> str:
    """A phone number as people write it."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    form = phonenumbers.PhoneNumberFormat
    is_american = parsed.country_code == 1
    return phonenumbers.format_number(parsed, form.NATIONAL if is_american else form.INTERNATIONAL)


def masked(text: str) -> str:
    """A number or an address for those who need not see it: only its end, or its first letter."""
    if "@" in text:
        return f"{text[:1]}•••@•••"
    digits = [character for character in text if character.isdigit()]
    return f"••• {''.join(digits[-2:])}" if digits else "•••"
