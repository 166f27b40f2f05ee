"""Words as people look for them: in any order, without accents, capitals and the dashes of a number."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"\d(?:[().\-\s]{0,3}\d)*")
MIN_DIGITS = 3  # fewer are a word like any other


def folded(text: str) -> str:
    """A text without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


def terms(looked_for: str) -> list[str]:
    """What is looked for, word by word; a phone number is one word, whatever stands between its digits."""
    numbers: list[str] = []

    def number(match: re.Match[str]) -> str:
        digits = "".join(filter(str.isdigit, match[0]))
        if len(digits) <= MIN_DIGITS:
            return match[0]
        numbers.append(digits)
        return " "

    rest = _DIGITS.sub(number, looked_for)
    return list(dict.fromkeys([*folded(rest).split(), *numbers]))


def digits_of(text: str) -> str:
    """All digits of a text, number after number."""
    return " ".join("".join(filter(str.isdigit, found)) for found in _DIGITS.findall(text))


def has(text: str, term: str) -> bool:
    """Whether one term of `terms` stands in a text."""
    if term in folded(text):
        return True
    return term.isdigit() and len(term) >= MIN_DIGITS and term in digits_of(text)


def has_all(text: str, looked_for: str) -> bool:
    """Whether every word that is looked for stands in a text."""
    return all(has(text, term) for term in terms(looked_for))
