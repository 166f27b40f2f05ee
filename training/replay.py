"""Lets a release understand many messages in this process, without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training.models import MODEL
from training.quiet import be_quiet

BATCH = 64
Share = Callable[[float], None]


@dataclass(frozen=True)
class Ask:
    """One message to understand, and what the same visitor was told just before."""

    id: str
    text: str
    topic: str | None = None  # intent of the answer before
    it: str | None = None  # what "it" means after that answer
    after: str | None = None  # or, when those are not known: the message before

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Ask:
        """From a line of JSON."""
        return cls(str(data["id"]), str(data["text"]), data.get("topic"), data.get("it"))


@dataclass(frozen=True)
class Fate:
    """What becomes of a message: its outcome, and which answers or skill it gets."""

    outcome: str  # answered, asked_back, declined, skill, safety
    gets: tuple[str, ...] = ()

    @classmethod
    def of(cls, decision: Mapping[str, Any]) -> Fate:
        """From the pipeline's decision. What is offered when it asks back is no part of it."""
        outcome = str(decision["outcome"])
        if outcome in ("asked_back", "declined"):
            return cls(outcome)
        parts = tuple(str(part["intent"]) for part in decision["parts"])
        return cls(outcome, parts or (str(decision["intent"]),))


class Understander:
    """A release's model, loaded."""

    def __init__(self, folder: Path) -> None:
        be_quiet()
        from rasa.core.agent import Agent

        self._processor = Agent.load(str(folder / MODEL)).processor
        assert self._processor is not None

    def decisions(self, asks: Sequence[Ask], share: Share = lambda done: None) -> list[dict[str, Any]]:
        """The pipeline's decision on each message, in order; what is asked twice is understood once."""
        different = list(dict.fromkeys(replace(ask, id="") for ask in asks))
        decided = dict(zip(different, self._decisions(different, share), strict=True))
        return [decided[replace(ask, id="")] for ask in asks]

    def _decisions(self, asks: Sequence[Ask], share: Share) -> list[dict[str, Any]]:
        decided: dict[int, dict[str, Any]] = {}
        leans = [bool(ask.topic or ask.it or ask.after) for ask in asks]
        alone = [(at, ask) for at, ask in enumerate(asks) if not leans[at]]
        leaning = [(at, ask) for at, ask in enumerate(asks) if leans[at]]
        for start in range(0, len(alone), BATCH):
            batch = alone[start : start + BATCH]
            parsed = self._parse([ask.text for _, ask in batch])
            decided.update((at, found) for (at, _), found in zip(batch, parsed, strict=True))
            share(len(decided) / len(asks))
        for at, ask in leaning:
            topic, it = self._before(ask)
            (decided[at],) = self._parse([ask.text], topic=topic, it=it)
            share(len(decided) / len(asks))
        return [decided[at] for at in range(len(asks))]

    def _before(self, ask: Ask) -> tuple[str | None, str | None]:
        """What was answered before, and what "it" stands for: as action_after_answer remembers."""
        if not ask.after:
            return ask.topic, ask.it
        parts = self._parse([ask.after])[0]["parts"]
        return (parts[-1]["intent"], parts[-1]["it"]) if parts else (None, None)

    def _parse(self, texts: Iterable[str], *, topic: str | None = None, it: str | None = None) -> list[Any]:
        from components.understanding import understand

        parsed = understand(self._processor, list(texts), slots={"topic": topic, "it": it})
        return [message.get("decision") for message in parsed]
