"""One message of a kept conversation and what has to come: stored, edited, and written for a build."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from content.answers import one_line

WANTED = {
    "answers": "This answer",
    "declined": "It says that it has no answer",
    "asks_back": "It asks which question was meant",
    "card": "A crisis card",
    "no_card": "Anything but a crisis card",
    "reply": "The same reply as then",
    "nothing": "Anything",
}
MAX_SAID_CHARS = 500
# What stands in a kept conversation for whoever it was, so that a form can still be filled in.
NAME, NUMBER = "Alex Morgan", "{tel}"
STAND_INS = {
    "[name]": NAME,
    "[number]": NUMBER,
    "[mail]": "alex@example.com",
    "[link]": "https://www.example.com",
    "[address]": "12 Main Street",
}


@dataclass(frozen=True)
class KeptStep:
    """What a visitor says or presses, and what has to come. `names`: answers, cards or a reply."""

    said: str
    wanted: str = "nothing"
    names: tuple[str, ...] = ()
    is_pressed: bool = False

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> KeptStep:
        """Read it as the record or a page has it; what is not known is taken as nothing."""
        wanted = str(data.get("wanted") or "")
        names = tuple(str(name)[:200] for name in data.get("names") or ())
        said = one_line(str(data.get("said") or ""))[:MAX_SAID_CHARS]
        return cls(said, wanted if wanted in WANTED else "nothing", names, bool(data.get("is_pressed")))

    def as_data(self) -> dict[str, Any]:
        """For the record."""
        told = {"said": self.said, "wanted": self.wanted, "names": list(self.names)}
        return {**told, "is_pressed": self.is_pressed}

    def as_turn(self, topics: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """For a build (`training/dialogues/schema.yml`). `topics`: of each answer's draft."""
        expect = self._expected(topics)
        return {**self._deed(), **({"expect": expect} if expect else {})}

    def _deed(self) -> dict[str, str]:
        if self.is_pressed:
            return {"press": f"^{re.escape(self.said)}$", "or_say": self.said}
        return {"say": self.said}

    def _expected(self, topics: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        if self.wanted == "answers" and self.names:
            served = [list(topics.get(name) or (name,)) for name in self.names]
            return {"topic": served[0]} if len(served) == 1 else {"topics_all": served}
        if self.wanted in ("declined", "asks_back"):
            return {self.wanted: True}
        if self.wanted == "card":
            return {"card": [*self.names] or ["any"]}
        if self.wanted == "no_card":
            return {"card": "none"}
        if self.wanted == "reply" and self.names:
            return {"utterance": [f"^{re.escape(name)}$" for name in self.names]}
        return {}
