"""Whether a message is a whole question of its own, or leans on what was answered before it.

A whole question is answered on its own; leaning is for fragments, and for what points back.
"""

from __future__ import annotations

import re

from components.decision.words import words
from components.segments import asks

# Fewer words are a fragment, however they are put.
MIN_WORDS = 4
# "It" may be the treatment that the whole page is about: beside two words of its own it points nowhere.
MIN_CONTENT_WITH_IT = 2
LONG = 6  # words hardly point back, however small they are
_LEANS, _SMALL = words("leans"), words("small_words")
# "In the evening too?" asks by its sign alone: a fragment.
_STARTS = re.compile(r"(?:hi|hey|hello|ok|okay|well|um+|please)?[,.! ]*(?:what|when|where|who|how)'?s\b")
_IT, _WORD = re.compile(r"\bit\b", re.IGNORECASE), re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def content_words(text: str) -> list[str]:
    """The words of a text that name something."""
    return [word for word in _WORD.findall(text.lower()) if not _SMALL.fullmatch(_plain(word))]


def is_whole_question(text: str) -> bool:
    """Whether a text asks something that is clear without what was said before it."""
    begins = text.lower().replace("?", "")
    asks_whole = asks(begins) or bool(_STARTS.match(begins))
    if len(text.split()) < MIN_WORDS or not asks_whole or _LEANS.search(text):
        return False
    n_content = len(content_words(text))
    if _IT.search(text):
        return n_content >= MIN_CONTENT_WITH_IT
    return n_content > 0 or len(text.split()) >= LONG


def _plain(word: str) -> str:
    """A word without its ending: "who's" and "don't" are as small as "who" and "dont"."""
    start, _, end = word.replace("’", "'").partition("'")
    return start + end if end in ("t", "nt") else start
