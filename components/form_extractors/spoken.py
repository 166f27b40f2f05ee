"""Numbers that are said in words: "seven two zero", "triple five", "oh one forty two"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.form_extractors.number_words import TEENS, TENS, UNITS

MIN_SPOKEN_DIGITS = 7
_UNITS = {word: str(value) for value, word in enumerate(UNITS, 1)}
_UNITS |= {"zero": "0", "oh": "0", "o": "0", "nought": "0", "won": "1", "fore": "4", "ate": "8", "niner": "9"}
_UNITS |= {
    word: str(value)
    for value, word in enumerate(
        ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
    )
}
_TEENS = {word: str(value) for value, word in enumerate(TEENS, 10)}
_TENS = {word: str(value) for value, word in enumerate(TENS, 2)} | {"fourty": "4"}
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_WORD = "|".join(sorted([*_UNITS, *_TEENS, *_TENS, *_TIMES, "hundred", "thousand"], key=len, reverse=True))
_NUMBER = rf"(?:\d+|(?:{_WORD})s?(?!\w))"
_RUN = re.compile(
    rf"(?<![\w@.])\+?{_NUMBER}(?:(?:[\s,./()-]+(?:(?:and|dash|hyphen|dot"
    rf"|space)(?!\w)[\s,./()-]*)?){_NUMBER})+(?![\w@])",
    re.IGNORECASE,
)
# "My old one. 206 ..." points at a number and is no digit of the next.
_POINTING_ONE = re.compile(
    r"(?<=\bold )one\b|(?<=\bnew )one\b|(?<=\bthat )one\b|(?<=\bthis )one\b|(?<=\bright )one\b"
    r"|(?<=\bwrong )one\b|(?<=\bother )one\b|(?<=\bfirst )one\b|(?<=\bwhich )one\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(rf"\+?\d+|\b(?:{_WORD})s?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Spoken:
    """Digits that were said, and where they stand in the text."""

    digits: str
    start: int
    end: int


def spoken_numbers(text: str) -> list[Spoken]:
    """Every run of said digits that is long enough for a number and holds a word."""
    found = []
    text = _POINTING_ONE.sub(lambda match: " " * len(match.group()), text)
    for run in _RUN.finditer(text):
        tokens = _TOKEN.findall(run.group())
        if all(token.lstrip("+").isdigit() for token in tokens):
            continue
        digits = _digits_of([token.lower() for token in tokens])
        if len(digits.lstrip("+")) >= MIN_SPOKEN_DIGITS:
            found.append(Spoken(digits, run.start(), run.end()))
    return found


def digits_said(text: str) -> str:
    """The digits that the number words at the beginning of a text say."""
    words = []
    for word in re.findall(r"[a-z]+", text.lower()):
        if not _TOKEN.fullmatch(word):
            break
        words.append(word)
    return _digits_of(words)


def _digits_of(tokens: list[str]) -> str:
    said, index = "", 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if token in _TIMES and (unit := _unit(following)):
            said, index = said + unit * _TIMES[token], index + 1
        elif token in _TENS:
            unit = _unit(following)
            is_pair = bool(unit) and unit != "0" and not following.isdigit()
            said, index = said + _TENS[token] + (unit if is_pair else "0"), index + is_pair
        elif (unit := _unit(token)) and following in ("hundred", "hundreds"):
            said, index = said + unit + "00", index + 1
        elif (unit := _unit(token)) and following == "thousand":
            said, index = said + unit + "000", index + 1
        elif token.lstrip("+").isdigit():
            said += token
        else:
            said += _unit(token) or _TEENS.get(token, "")
        index += 1
    return said


def _unit(token: str) -> str:
    if token.isdigit() and len(token) == 1:
        return token
    return _UNITS.get(token, _UNITS.get(token.removesuffix("s"), ""))
