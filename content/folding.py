"""A text as words are compared where capitals and accents must not matter: José is jose."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Give the text in small letters without accents; compatible characters count as one (½ is 1⁄2)."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in apart if not unicodedata.combining(each))
