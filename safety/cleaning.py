"""Owns the one function every text from outside goes through first; what the text means is for others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

MAX_MESSAGE_CHARS = 2_000
MAX_MARKS_PER_LETTER = 3
# Longer than this is refused unread: cleaning cannot be made to cost by what it removes.
MAX_RAW_CHARS = 16_000

# Emoji families and some scripts are spelled with these two, so what is shown keeps them.
_JOINERS = frozenset("\u200c\u200d")
# Invisible, though Unicode calls them letters or marks.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\ufffd")
_SPACES = re.compile(r"\s+")
_MORE_THAN_TWICE = re.compile(r"([^\W\d_])\1{2,}")
_QUOTES = str.maketrans(
    {**dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4`\u055a\ua78c", "'")}
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
)
# Texts of these alone, nearly all that people type, hide nothing and turn nothing around: each of their
# characters stays what it is, and need not be looked at.
_EVERYDAY = re.compile("[ -~\u00a1\u00bfáéíñóúüÁÉÍÑÓÚÜ\u2013\u2014\u2018\u2019\u201c\u201d]*")
# One character that stands for a whole phrase (U+FDFA) would make a text many times as long.
MAX_LETTERS_IN_ONE = 4
_VARIATION_SELECTORS = frozenset(chr(code) for code in range(0xFE00, 0xFE10))
# A text may be of any of a million characters, and what became of each is remembered for so many.
MAX_REMEMBERED = 4_096


class TextRefused(ValueError):
    """A text that cannot become a message; `reason` is empty, too_long or not_text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class CleanText:
    """A text to store and show."""

    text: str

    @property
    def normalised(self) -> str:
        """Its lower-case copy to match on."""
        return normalise(self.text)


def clean(raw: object) -> CleanText:
    """Give the text that may be stored and shown.

    Raises TextRefused for what is no text, is empty, or is longer than MAX_MESSAGE_CHARS once clean.
    """
    if not isinstance(raw, str):
        raise TextRefused("not_text")
    if len(raw) > MAX_RAW_CHARS:
        raise TextRefused("too_long")
    text = tidy(raw)
    if not text:
        raise TextRefused("empty")
    if len(text) > MAX_MESSAGE_CHARS:
        raise TextRefused("too_long")
    return CleanText(text)


def is_everyday(text: str) -> bool:
    """Tell whether a text is of everyday characters alone, on one line."""
    return _EVERYDAY.fullmatch(text) is not None


def tidy(raw: str, *, hidden: str = "") -> str:
    """Drop what nobody can see or what turns the page around; `hidden` takes its place."""
    if is_everyday(raw):
        return " ".join(raw.split())
    # A pair of surrogates is one character; a lone one becomes U+FFFD here and is dropped below.
    paired = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _cap_marks(_SPACES.sub(" ", paired.translate(_VISIBLE[hidden])).strip())


def normalise(text: str) -> str:
    """Give the copy for matching: NFKC, lower case, straight quotes, no letter more than twice."""
    if is_everyday(text):
        return _MORE_THAN_TWICE.sub(r"\1\1", " ".join(text.translate(_QUOTES).casefold().split()))
    previous, current = "", text.translate(_phrases_in(text))
    # Each step can make work for another (a folded letter composes anew), so until nothing moves.
    while current != previous:
        previous = current
        folded = unicodedata.normalize("NFKC", current).translate(_QUOTES).casefold()
        seen = _cap_marks(folded.translate(_UNHIDDEN))
        current = _MORE_THAN_TWICE.sub(r"\1\1", _SPACES.sub(" ", seen).strip())
    return current


def _phrases_in(text: str) -> dict[int, str]:
    """Give a gap for each character that stands for more letters than a text may grow by."""
    rare = (character for character in set(text) if not character.isascii())
    return {
        ord(character): " "
        for character in rare
        if len(unicodedata.normalize("NFKC", character)) > MAX_LETTERS_IN_ONE
    }


def _visible(character: str, *, hidden: str) -> str:
    if character.isspace():
        return " "
    if character in _JOINERS and not hidden:
        return character
    if character in _BLANKS or unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return hidden
    return character


def _unhidden(character: str) -> str:
    is_hidden = character in _BLANKS or character in _VARIATION_SELECTORS
    return "" if is_hidden or unicodedata.category(character) in ("Cc", "Cf") else character


class _Remembered(dict[int, str]):
    """What becomes of each character, worked out when it is first seen: str.translate asks it."""

    def __init__(self, becomes: Callable[[str], str]) -> None:
        super().__init__()
        self._becomes = becomes

    def __missing__(self, code: int) -> str:
        given = self._becomes(chr(code))
        if len(self) < MAX_REMEMBERED:
            self[code] = given
        return given


_VISIBLE = {hidden: _Remembered(partial(_visible, hidden=hidden)) for hidden in ("", " ")}
_UNHIDDEN = _Remembered(_unhidden)
_MARKS = _Remembered(lambda character: "m" if unicodedata.category(character) in ("Mn", "Me") else ".")
_TOO_MANY_MARKS = re.compile(f"(?<=m{{{MAX_MARKS_PER_LETTER}}})m+")


def _cap_marks(text: str) -> str:
    """Leave at most MAX_MARKS_PER_LETTER combining marks in a row."""
    if text.isascii():
        return text
    kept: list[str] = []
    end = 0
    for too_many in _TOO_MANY_MARKS.finditer(text.translate(_MARKS)):
        kept.append(text[end : too_many.start()])
        end = too_many.end()
    return "".join((*kept, text[end:]))
