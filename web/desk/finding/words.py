"""Words as people look for them: in any order, without accents, capitals and the dashes of a number."""

from __future__ import annotations

import re
import unicodedata

from content.folding import folded

_DIGITS = re.compile(r"\d(?:[().\-\s]{0,3}\d)*")
MIN_DIGITS = 4  # fewer are a word like any other
AROUND = 90

Pieces = list[tuple[str, bool]]  # of a text, in order: the words, and whether they were looked for


def terms(looked_for: str) -> list[str]:
    """What is looked for, word by word; a phone number is one word, whatever stands between its digits."""
    numbers: list[str] = []

    def number(match: re.Match[str]) -> str:
        digits = _only_digits(match[0])
        if len(digits) < MIN_DIGITS:
            return match[0]
        numbers.append(digits)
        return " "

    rest = _DIGITS.sub(number, looked_for)
    return list(dict.fromkeys([*folded(rest).split(), *numbers]))


def is_number(term: str) -> bool:
    """Whether a term is looked for digit by digit."""
    return term.isdigit() and len(term) >= MIN_DIGITS


def has(text: str, term: str) -> bool:
    """Whether one term of `terms` stands in a text."""
    return bool(_places(text, term)) if is_number(term) else term in folded(text)


def has_all(text: str, looked_for: str) -> bool:
    """Whether every word that is looked for stands in a text."""
    return all(has(text, term) for term in terms(looked_for))


def snippet(text: str, looked_for: str) -> Pieces:
    """The part of a text that begins with the first of what is looked for, in pieces."""
    text = " ".join(text.split())
    places = sorted(place for term in terms(looked_for) for place in _places(text, term))
    start = max(0, places[0][0] - AROUND // 3) if places else 0
    end = min(len(text), start + 2 * AROUND)
    pieces: Pieces = [("…", False)] if start else []
    for first, last in places:
        if first < start or last > end:
            continue
        pieces += [(text[start:first], False), (text[first:last], True)]
        start = last
    pieces += [(text[start:end] + ("…" if end < len(text) else ""), False)]
    return [piece for piece in pieces if piece[0]]


def _only_digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _places(text: str, term: str) -> list[tuple[int, int]]:
    """Where a term stands, as places in the text itself."""
    if is_number(term):
        return [found.span() for found in _DIGITS.finditer(text) if term in _only_digits(found[0])]
    plain, at = [], []
    for place, character in enumerate(text):
        for each in folded(character):
            plain.append(each)
            at.append(place)
    whole, start = "".join(plain), 0
    places: list[tuple[int, int]] = []
    while (found := whole.find(term, start)) >= 0:
        start = found + len(term)
        last = at[start - 1] + 1
        while last < len(text) and unicodedata.combining(text[last]):
            last += 1
        if not places or at[found] >= places[-1][1]:
            places.append((at[found], last))
    return places
