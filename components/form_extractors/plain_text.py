"""A visitor's text as rules compare it; spans stay where they were."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = frozenset("’‘ʼ`´′＇")
_QUOTES = frozenset("“”„«»＂")
_NOT_A_WORD = re.compile(r"[^\w\s@+#👍👎✅❌👌🆗🙏🚫]")
# One spelling for what people write in several ways; apostrophes are gone by then.
_SAME = (
    (re.compile(r"\b(do|does|did|is|are|was|were|would|could|should|have|has) not\b"), r"\1nt"),
    (re.compile(r"\b(?:can ?not|can t)\b"), "cant"),
    (re.compile(r"\bwill not\b"), "wont"),
    (re.compile(r"\b(do|does|did|is|are|was|were|would|could|should|have|has|won|ca[n]) t\b"), r"\1t"),
    (re.compile(r"\bi (?:am|m)\b"), "im"),
    (re.compile(r"\b(that|it|what|who|there|here) (?:is|s)\b"), r"\1s"),
    (re.compile(r"(?<!do )(?<!should )(?<!must )\bi (?:have|ve)\b"), "ive"),
    (re.compile(r"\bi (?:will|ll)\b"), "ill"),
    (re.compile(r"\bi (?:would|d)\b"), "id"),
    (re.compile(r"\b(?:pls|plz|plss|pleas)\b"), "please"),
    (re.compile(r"\b(?:u)\b"), "you"),
    (re.compile(r"\b(?:e mail|mail)\b"), "email"),
    (re.compile(r"\b(?:thx|ty|tysm|tks)\b"), "thanks"),
    (re.compile(r"\bdont wanna\b"), "dont want to"),
    (re.compile(r"\b(?:gonna)\b"), "going to"),
)


@lru_cache(maxsize=4096)
def _one(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Pd" or character == "\u2212":
        return "-"
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(character))
    if character in _APOSTROPHES:
        return "'"
    return '"' if character in _QUOTES else character


def folded(text: str) -> str:
    """The text with plain dashes, quotes, spaces and digits, character for character."""
    return "".join(map(_one, text))


def bare(text: str) -> str:
    """Lower-case words alone, one space between, "do not" and "don't" both as "dont"."""
    lowered = folded(text).lower().replace("'", "")
    words = " ".join(_NOT_A_WORD.sub(" ", lowered).split())
    for pattern, spelling in _SAME:
        words = pattern.sub(spelling, words)
    return words
