"""What the answers of a release are called and which topics they serve."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from content.choice_titles import TITLES
from training.dialogues.texts import plain

SAID, SAID_MORE = "utter_faq/", "utter_more/"
# A button that leads to a person or a call serves these.
TO_A_PERSON = frozenset({"callback", "talk_to_human"})
# Topics that something other than an answer serves: they stand in conversations of any clinic.
OF_SKILLS = TO_A_PERSON
_PERSON_BUTTONS = ("callback", "talk_to_human")


class Answers:
    """The answers of one release, by name and by title."""

    def __init__(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        """`answers` as the release's manifest has them."""
        self._topics = {name: frozenset(map(str, each.get("topics") or ())) for name, each in answers.items()}
        self._by_title = {
            _key(str(title)): self._topics[name]
            for name, each in answers.items()
            for key, title in each.items()
            if key.startswith("title") and title
        }
        for skill in _PERSON_BUTTONS:
            self._by_title |= {_key(title): TO_A_PERSON for title in TITLES[skill].values()}
        self._longest_first = sorted(self._topics, key=len, reverse=True)

    @property
    def topics(self) -> frozenset[str]:
        """Every topic that an answer serves."""
        return frozenset().union(*self._topics.values())

    def topics_of(self, answer: str) -> frozenset[str]:
        """The topics that an answer serves."""
        return self._topics[answer]

    def name_of(self, utterance: str, details: Mapping[str, Any]) -> str | None:
        """Which answer a message gives, as a whole or by a further passage; None when it gives none."""
        named = str(details.get("answer") or "")
        for start in (SAID, SAID_MORE):
            if utterance.startswith(start):
                named = utterance.removeprefix(start)
        if named in self._topics:
            return named
        return next((known for known in self._longest_first if named.startswith(f"{known}_")), None)

    def topics_of_title(self, title: str) -> frozenset[str]:
        """The topics that a button leads to; none when it leads to no answer and no person."""
        return self._by_title.get(_key(title), frozenset())


def _key(title: str) -> str:
    return re.sub(r"[^\w ]", "", plain(title)).casefold().strip()
