"""A visitor of the turn channel: hands back the events of each turn with the next, as the web half does."""

from __future__ import annotations

from typing import Any

from training.local_bots import LocalBot


class Visitor:
    """One conversation with a running bot; `turns` are all results so far."""

    def __init__(self, bot: LocalBot, *, facts: dict[str, Any] | None = None, name: str = "c") -> None:
        self._bot = bot
        self._facts = {"name": "Elm Street", "can_call_back": True, **(facts or {})}
        self._name = name
        self.events: list[dict[str, Any]] = []
        self.turns: list[dict[str, Any]] = []

    def says(self, text: str) -> list[str]:
        """Type a message; gives the names of what the bot said."""
        return self._take(text=text)

    def presses(self, title: str) -> list[str]:
        """Press a choice of the last turn by its title."""
        choice = next(c for r in self.turns[-1]["replies"] for c in r["choices"] if c["title"] == title)
        return self._take(choice=choice)

    def is_told(self, **facts: Any) -> None:
        """From now on these facts come with every message."""
        self._facts |= facts

    @property
    def choices(self) -> list[str]:
        return [c["title"] for reply in self.turns[-1]["replies"] for c in reply["choices"]]

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [request for turn in self.turns for request in turn["requests"]]

    @property
    def understood(self) -> str:
        return str(self.turns[-1]["understood"]["intent"])

    def values(self, utterance: str) -> dict[str, str]:
        """What the bot filled into an utterance of the last turn."""
        return next(r["values"] for r in self.turns[-1]["replies"] if r["utterance"] == utterance)

    def _take(self, **message: Any) -> list[str]:
        result = self._bot.turn(conversation_id=self._name, events=self.events, facts=self._facts, **message)
        self.events = result["events"]
        self.turns.append(result)
        return [reply["utterance"] for reply in result["replies"]]
