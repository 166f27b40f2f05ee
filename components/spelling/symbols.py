"""What pictures and bare marks say: an emoji alone is a message, "🚗 after?" asks about driving.

The table is content, in Rasa's own form: synonyms (`data/emoji.yml`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Skin tones, presentation and joined-on signs change how a picture looks, not what it says.
_VARIANTS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[\u2640\u2642]")
_REPEATED = re.compile(r"(.)\1+")
_LETTER = re.compile(r"[^\W_]")


class Symbols:
    """Puts words in for pictures."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        plain = {_VARIANTS.sub("", key): meaning for key, meaning in meanings.items()}
        self._marks = {key: said for key, said in plain.items() if key.isascii()}
        self._pictures = {key: said for key, said in plain.items() if key and not key.isascii()}
        longest_first = sorted(self._pictures, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def spelled_out(self, text: str) -> str:
        """The text in words. Beside words a picture counts only when it names a thing."""
        seen = _REPEATED.sub(r"\1", _VARIANTS.sub("", text)).strip()
        if not _LETTER.search(seen) and not self._any.search(seen):
            return self._marks.get(seen.replace(" ", ""), text)
        if not self._any.search(seen):
            return text
        if _LETTER.search(seen):
            return self._any.sub(self._thing, _VARIANTS.sub("", text)).strip() or text
        if re.search(r"[^\s\W]|[^\s\x00-\x7f]", self._any.sub("", seen)):
            return text  # with a picture that nobody explained
        said = dict.fromkeys(self._pictures[found] for found in self._any.findall(seen))
        return " ".join(said) + ("?" if "?" in seen else "")

    def _thing(self, found: re.Match[str]) -> str:
        meaning = self._pictures[found.group()]
        return meaning if " " not in meaning else " "
