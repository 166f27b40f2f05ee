"""Reads the value of one fact. Each raises ValueError with what is wrong, to be read behind the key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

MAX_FACT_CHARS = 300


def text(value: Any) -> str:
    """A short text, on one line."""
    if not isinstance(value, str):
        raise ValueError("must be a text: put it in quotes.")
    words = " ".join(value.split())
    if not words:
        raise ValueError("is empty: write the fact, or null.")
    if len(words) > MAX_FACT_CHARS:
        raise ValueError(f"is longer than {MAX_FACT_CHARS} characters: say it in a sentence or two.")
    if re.search(r"[{}]|\$[^\W\d]", words):
        raise ValueError("may not hold { } or $ with a letter behind it.")
    return words


def phone(value: Any, country: str) -> str:
    """A number as people of its country write it."""
    try:
        number = phonenumbers.parse(text(value), country)
    except phonenumbers.NumberParseException as error:
        raise ValueError("is not a phone number.") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("is not a phone number: it has too few or too many digits.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def country(value: Any) -> str:
    """Two letters of a country."""
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("must be a country's two letters, for example US.")
    return str(value)


def email(value: Any) -> str:
    """An e-mail address."""
    if not re.fullmatch(r"[^@\s{}]+@[^@\s{}]+\.[^@\s{}]+", text(value)):
        raise ValueError("is not an e-mail address.")
    return text(value)


def link(value: Any) -> str:
    """An address on the web."""
    if not re.fullmatch(r"https://[^\s{}<>\"]+", text(value)):
        raise ValueError("must be an address that starts with https://.")
    return text(value)


def zone(value: Any) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return ZoneInfo(text(value))
    except (KeyError, OSError) as error:
        raise ValueError("is not a time zone: write one like America/New_York.") from error


def holiday(entry: Any) -> date:
    """The date of a holiday."""
    if not isinstance(entry, Mapping) or set(entry) - {"date", "name"}:
        raise ValueError("A holiday has a date and a name.")
    if not isinstance(entry.get("date"), str):
        raise ValueError('Put the date in quotes: "2026-12-25".')
    try:
        return date.fromisoformat(entry["date"])
    except ValueError as error:
        raise ValueError(f"'{entry['date']}' is not a date like 2026-12-25.") from error
