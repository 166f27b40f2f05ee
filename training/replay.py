"""Lets a release understand many messages in this process, without a server."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from traceback import extract_tb
from typing import Any, NamedTuple

from components.keys import DECISION, READINGS
from components.segments import leans_back
from training.models import MODEL
from training.process import be_quiet, get_ready_to_fork, silence

BATCH = 64
Share = Callable[[float], None]


class Context(NamedTuple):
    """What the same visitor was told just before."""

    topic: str | None = None  # intent of the answer
    it: str | None = None  # what "it" means after it


NOTHING_BEFORE = Context()


@dataclass(frozen=True)
class Ask:
    """One message to understand, and what the same visitor was told just before."""

    id: str
    text: str
    topic: str | None = None  # intent of the answer before
    it: str | None = None  # what "it" means after that answer
    after: str | None = None  # or, when those are not known: the message before

    @property
    def context(self) -> Context:
        return Context(self.topic, self.it)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Ask:
        """From a line of JSON."""
        return cls(str(data["id"]), str(data["text"]), data.get("topic"), data.get("it"))


@dataclass(frozen=True)
class Reaction:
    """What becomes of a message: its outcome, and which answers or skill it gets."""

    outcome: str  # answered, asked_back, declined, skill, safety
    gets: tuple[str, ...] = ()

    @classmethod
    def of(cls, decision: Mapping[str, Any]) -> Reaction:
        """From the pipeline's decision. What is offered when it asks back is no part of it."""
        outcome = str(decision["outcome"])
        if outcome in ("asked_back", "declined"):
            return cls(outcome)
        parts = tuple(str(part["intent"]) for part in decision["parts"])
        return cls(outcome, parts or (str(decision["intent"]),))


Decided = dict[str, Any]


class Understood(NamedTuple):
    """The pipeline's decision on a message, and whether it leans on what was said before it."""

    decided: Decided
    leans: bool


Answered = list[Decided] | None  # None: this release cannot be asked


class Understander:
    """What of a release understands messages, loaded: the pipeline, without what acts on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        be_quiet()
        from training.pipelines import Pipeline

        self._pipeline = Pipeline(folder / MODEL)

    def decisions(self, asks: Sequence[Ask], share: Share = lambda done: None) -> list[Decided]:
        """The pipeline's decision on each message, in order.

        What came before counts only for messages that lean on it: those are understood once more.
        """
        texts = list(
            dict.fromkeys(text for ask in asks for text in (ask.after, ask.text) if text is not None)
        )
        alone = dict(zip(texts, self._understood(texts, NOTHING_BEFORE, share), strict=True))
        decided = [alone[ask.text].decided for ask in asks]
        leaning: dict[Context, list[int]] = defaultdict(list)
        for at, ask in enumerate(asks):
            context = _answered(alone[ask.after].decided) if ask.after else ask.context
            if context != NOTHING_BEFORE and alone[ask.text].leans:
                leaning[context].append(at)
        for context, places in leaning.items():
            again = self._understood([asks[at].text for at in places], context)
            for at, understood in zip(places, again, strict=True):
                decided[at] = understood.decided
        share(1.0)
        return decided

    def _understood(
        self, texts: Sequence[str], after: Context, share: Share = lambda done: None
    ) -> list[Understood]:
        from components.decision.understanding import understand

        found: list[Understood] = []
        for start in range(0, len(texts), BATCH):
            parsed = understand(self._pipeline, texts[start : start + BATCH], slots=after._asdict())
            found += [
                Understood(each.get(DECISION), leans_back(each.get(READINGS)[0].text)) for each in parsed
            ]
            share(len(found) / len(texts))
        return found


def _answered(decided: Decided) -> Context:
    """What is remembered of an answer, as action_after_answer does."""
    parts = decided["parts"]
    return Context(parts[-1]["intent"], parts[-1]["it"]) if parts else NOTHING_BEFORE


def compare(releases: Sequence[Understander], asks: Sequence[Ask], share: Share) -> list[Answered]:
    """What each release decides on each message, in order; None for one that fails at it.

    What is asked twice is understood once. A second process takes half of the messages: there are
    two cores, and both have the models in the same memory.
    """
    get_ready_to_fork()
    mine, others = _halves({replace(ask, id="") for ask in asks})
    with ProcessPoolExecutor(1, get_context("fork"), _begin_beside, (releases,)) as beside:
        by_other = beside.submit(_decide_beside, others)
        halves = zip(_decide(releases, mine, share), by_other.result(), strict=True)
        return [_in_order(asks, (mine, others), both) for both in halves]


def _halves(asks: Iterable[Ask]) -> tuple[list[Ask], list[Ask]]:
    """Two parts with as much work each; the same text is in one of them."""
    ordered = sorted(asks, key=lambda ask: [part or "" for part in (ask.text, ask.topic, ask.it, ask.after)])
    size = min(BATCH, (len(ordered) + 1) // 2) or 1
    batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    mine, others = (list(chain.from_iterable(batches[first::2])) for first in (0, 1))
    return mine, others


def _decide(releases: Sequence[Understander], asks: Sequence[Ask], share: Share) -> list[Answered]:
    """Every release after the other, so that the vectors of the first serve the next."""
    found: list[Answered] = []
    for at, release in enumerate(releases):

        def of_all(done: float, so_far: int = at) -> None:
            share((so_far + done) / len(releases))

        try:
            found.append(release.decisions(asks, of_all))
        except MemoryError:
            raise
        except Exception as error:
            place = extract_tb(error.__traceback__)[-1]  # its text might quote a visitor
            what = f"{type(error).__name__} at {place.name}, {place.lineno}"
            print(f"{release.folder.name} cannot be asked: {what}", file=sys.stderr)
            found.append(None)
    return found


def _in_order(asks: Sequence[Ask], halves: Sequence[Sequence[Ask]], decided: Sequence[Answered]) -> Answered:
    known: dict[Ask, Decided] = {}
    for half, found in zip(halves, decided, strict=True):
        if found is None:
            return None
        known |= zip(half, found, strict=True)
    return [known[replace(ask, id="")] for ask in asks]


_beside: Sequence[Understander] = ()


def _begin_beside(releases: Sequence[Understander]) -> None:
    """In the second process: keep what the fork brought along, print nothing, end with the first."""
    global _beside
    _beside = releases
    silence()


def _decide_beside(asks: Sequence[Ask]) -> list[Answered]:
    return _decide(_beside, asks, lambda done: None)
