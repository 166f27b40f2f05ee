"""Reads telephone numbers and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from components.form_extractors.kinds import EMAIL, PHONE, Detail

MIN_NUMBER_DIGITS = 5
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\+?\(?\d[\d\s().-]{3,}\d")


def contacts(text: str, asked_for: str | None, region: str) -> Iterator[Detail]:
    """Numbers that could be dialled, and addresses; a poor number too when one was asked for."""
    for match in _EMAIL.finditer(text):
        yield Detail(EMAIL, match.group(), match.start(), match.end())
    for match in _DIGITS.finditer(text):
        digits = sum(character.isdigit() for character in match.group())
        is_number = number_in_e164(match.group(), region=region) is not None
        if is_number or (asked_for == PHONE and digits >= MIN_NUMBER_DIGITS):
            yield Detail(PHONE, match.group().strip(), match.start(), match.end())


def number_in_e164(raw: str, *, region: str = "US") -> str | None:
    """A number as it is dialled (E.164), or None when it cannot be one.

    Possible is enough: whether a number is in use is known to nobody but its carrier.
    """
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def number_in_words(e164: str) -> str:
    """A number as people write it, to read it back."""
    return phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.NATIONAL)
