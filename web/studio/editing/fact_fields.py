"""The kinds of facts (money, times, dates, phone): an example for each, and what people type read into it.

What cannot be read stays as it was typed, so that the facts' own check complains in its words.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from content.facts import LINKS, PHONES

Kind = str  # money, phone, duration, link, email, text
KINDS: dict[str, Kind] = {
    "prices": "money",
    "session_length": "duration",
    "email": "email",
    **dict.fromkeys(PHONES, "phone"),
    **dict.fromkeys(LINKS, "link"),
}
EXAMPLES = {
    "name": "Riverside Clinic",
    "country": "US",
    "time_zone": "America/New_York",
    "phone": "(555) 201-8834, or with an extension: 555 201 8834 ext. 2",
    "sms": "555 201 8834",
    "email": "hello@example.com",
    "address": "12 River Street, third floor",
    "parking": "Behind the building. Level 2 is free on Saturdays.",
    "prices": "$450 a visit, $100 if you cancel late",
    "insurance": "We bill Example Health and send you a receipt for any other plan.",
    "payment": "Cards, cash and checks. You pay at the end of a visit.",
    "cancellation": "Call at least 24 hours before; later changes cost $100.",
    "session_length": "About 2 hours",
    "contact_page": "https://clinic.example/contact",
    "booking_link": "https://clinic.example/book",
    "reviews_link": "https://clinic.example/reviews",
    "privacy_notice": "https://clinic.example/privacy",
    "referral": "No referral is needed.",
    "records": "Ask at the desk for a copy; it takes five days.",
}
SYMBOLS = {"US": "$", "CA": "$", "AU": "$", "NZ": "$", "GB": "£", "IE": "€", "DE": "€", "FR": "€", "ES": "€"}
_UNCLEAR = re.compile(r"[$£€]\s?(\d+[.,]\d(?!\d)|\d{1,3}[.]\d{3}(?!\d)|\d*[OolI]\d*|\d+,\d{2}(?!\d))")
_BARE_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d{2})?|\d+(?:\.\d{2})?")
_BEHIND = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d{2})?)\s?([$£€])(?!\s?\d)")
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?\.?m?\.?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-|–|—|to|until|till)\s*{_CLOCK}", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\s*(.*)")
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(.*)")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\s*(.*)")


def money(text: str, country: str) -> str:
    """An amount as people write it: "450" and "450 $" are "$450". Raises ValueError when it is unclear."""
    symbol = SYMBOLS.get(country, "")
    words = " ".join(text.split())
    if symbol and _BARE_AMOUNT.fullmatch(words):
        return f"{symbol}{words}"
    words = re.sub(r"([$£€])\s+(?=\d)", r"\1", _BEHIND.sub(r"\2\1", words))
    if unclear := _UNCLEAR.search(words):
        raise ValueError(f"'{unclear.group()}' is not a clear amount: write it like $450, $4.50 or $1,200.")
    return words


def duration(text: str) -> str:
    """How long something takes. Raises ValueError for a number that could be minutes or hours."""
    words = " ".join(text.split())
    if re.fullmatch(r"\d+(?:[.,]\d+)?(?:\s*[-–]\s*\d+(?:[.,]\d+)?)?", words):
        raise ValueError(
            f"'{words}' could be minutes or hours: write it like “90 minutes” or “about 2 hours”."
        )
    return words


def span(text: str) -> str:
    """Hours of one day: "9 am to 5 pm", "9-17" and "9.00 – 17.00" are "09:00-17:00"."""
    match = _SPAN.fullmatch(text.strip())
    if not match:
        return text
    hour, minute, half, end_hour, end_minute, end_half = match.groups()
    start, end = (
        _minutes(hour, minute, half or _same_half(hour, end_hour, end_half)),
        _minutes(end_hour, end_minute, end_half),
    )
    return text if start is None or end is None or end <= start else f"{_written(start)}-{_written(end)}"


def _same_half(hour: str, end_hour: str, end_half: str | None) -> str | None:
    """Of "9 - 11 am" the first is in the morning too; of "9 - 5 pm" it is not in the afternoon."""
    return end_half if end_half and int(hour) % 12 < int(end_hour) % 12 else "a" if end_half else None


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if (half and not 1 <= hours <= 12) or hours > 23 or minutes > 59:
        return None
    if half:
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    return hours * 60 + minutes


def _written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def holiday(line: str, country: str) -> tuple[str, str]:
    """Date and name of "2026-12-25 Christmas Day", "12/25/2026 ..." or "December 25, 2026 ..."."""
    words = " ".join(line.split())
    if match := _ISO.fullmatch(words):
        return match[1], match[2]
    if match := _MONTH_FIRST.fullmatch(words):
        if day := _named_month(match[1], match[2], match[3]):
            return day, match[4]
    elif (match := _NUMBERS.fullmatch(words)) and (day := _numbered(match[1], match[2], match[3], country)):
        return day, match[4]
    first, _, rest = words.partition(" ")
    return first, rest


def _named_month(month: str, day: str, year: str) -> str:
    try:
        return datetime.strptime(f"{month[:3]} {day} {year}", "%b %d %Y").date().isoformat()
    except ValueError:
        return ""


def _numbered(first: str, second: str, year: str, country: str) -> str:
    """A date in numbers, where the country or the numbers say which of them is the month."""
    one, two = int(first), int(second)
    if country != "US" and one <= 12 and two <= 12 and one != two:
        return ""  # it could be either; the check asks for 2026-12-25
    month, day = (one, two) if country == "US" or two > 12 else (two, one)
    try:
        return date(int(year), month, day).isoformat()
    except ValueError:
        return ""


def typed(name: str, text: str, country: str) -> str:
    """What somebody typed as a fact, in the form of its kind. Raises ValueError."""
    words = " ".join(text.split())
    if KINDS.get(name) == "money":
        return money(words, country)
    return duration(words) if KINDS.get(name) == "duration" else words
