"""The conflict radar: who answers a message today, who would in the drafts, what is taught nearby.

One request to the bot for each look: what is not known of the drafts' new questions is encoded with
the messages.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from content.answers import Answer
from content.questions import normalised
from web.bot.client import Interpretation, Similar
from web.context import AppContext
from web.core.errors import BotError
from web.studio import embedding_cache
from web.studio.estimates import NOT_OURS, Estimate, estimate
from web.studio.unpublished import Questions
from web.studio.workspace import Workspace

logger = logging.getLogger(__name__)

LIMIT, MAX_RANKED = 20, 3
_OUTCOMES = {
    "asked_back": "asked back",
    "declined": "not answered",
    "safety": "crisis or emergency card",
    "skill": "small talk or a request",
}


@dataclass(frozen=True)
class Looked:
    """A message, and whether it is one of the test messages."""

    text: str
    is_test: bool = False


async def look(
    context: AppContext,
    messages: Sequence[Looked],
    *,
    written: Answer,
    desk: Workspace,
    fresh: Questions,
    tried: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """For each message who wins today and in the drafts, and the nearest taught question.

    `tried`: what the drafts' own model made of each message; without it the drafts are estimated.
    Nothing while the bot is silent: writing goes on without it.
    """
    if not messages:
        return []
    texts = [message.text for message in messages]
    # The questions of the answer on the screen first: should there be too many, the others wait.
    others = (text for name, some in fresh.items() if name != written.id for text in some)
    asked = [*fresh.get(written.id, ()), *others]
    extra = [text for text in embedding_cache.unknown(context, asked) if text not in texts]
    try:
        together = [*texts, *extra[: embedding_cache.AT_ONCE - len(texts)]]
        found = await context.bot.understood(together, LIMIT, vectors=True)
    except BotError as error:
        logger.warning("The bot gave no nearest questions: %s", type(error).__name__)
        return []
    embedding_cache.keep(context, ((text, each.vector) for text, each in zip(together, found, strict=True)))
    scene = _Scene(context, desk, written, fresh)
    told = [scene.told(message, each) for message, each in zip(messages, found, strict=False)]
    return [{**line, **scene.tried(each)} for line, each in zip(told, tried, strict=True)] if tried else told


def called(desk: Workspace, own: str) -> Callable[[str], str]:
    """What answers and skills are called beside the form of one of them."""
    titles = {own: "this answer", NOT_OURS: "what is out of scope"}
    return lambda name: titles.get(name) or f"“{desk.titles.get(name) or name.replace('_', ' ')}”"


class _Scene:
    """What all messages of one look are weighed against."""

    def __init__(self, context: AppContext, desk: Workspace, written: Answer, fresh: Questions) -> None:
        self._own = written.id
        self._published = context.manifests.current()
        self._desk = desk
        self._written = {normalised(question) for question in written.questions}
        known = embedding_cache.known(context, (text for some in fresh.values() for text in some))
        self._fresh = [(name, text) for name, some in fresh.items() for text in some if text in known]
        self._vectors = np.stack([known[text] for _, text in self._fresh]) if self._fresh else None

    def told(self, message: Looked, reading: Interpretation) -> dict[str, Any]:
        """One line of the radar."""
        today = tuple(_id(intent) for intent in reading.intents) if reading.outcome == "answered" else ()
        new = self._near(message, np.asarray(reading.vector, dtype=np.float32))
        guess = estimate(today, reading.similar, new, stays=self._stays)
        nearest = sorted([*new, *reading.similar], key=lambda near: -near.similarity)[:1]
        says_today = self._called(today) or _OUTCOMES.get(reading.outcome, reading.outcome)
        return {
            "text": message.text,
            "is_test": message.is_test,
            "today": says_today,
            "draft": says_today if guess.is_as_today else self._in_words(guess),
            "reaches": self._own in guess.answers and not guess.is_close,
            "nearest": [
                {
                    "question": near.question,
                    "title": self._called((near.answer,)),
                    "is_own": near.answer == self._own,
                    "similarity": round(near.similarity, 2),
                }
                for near in nearest
            ],
        }

    def tried(self, reply: Mapping[str, Any]) -> dict[str, Any]:
        """Of one line what the drafts' own model says: who answers, with the likeliest and how likely."""
        decided = reply["decision"]
        gets = tuple(_id(str(intent)) for intent in decided["gets"])
        is_answered = decided["outcome"] == "answered"
        draft = self._called(gets) if is_answered else _OUTCOMES.get(decided["outcome"], decided["outcome"])
        ranking = [
            {"title": self._called((_id(str(each["intent"])),)), "share": round(float(each["confidence"]), 2)}
            for each in decided["ranking"][:MAX_RANKED]
        ]
        return {"draft": draft, "reaches": is_answered and self._own in gets, "ranking": ranking}

    def _near(self, message: Looked, vector: np.ndarray) -> list[Similar]:
        """The drafts' new questions, nearest first."""
        if self._vectors is None or not len(vector):
            return []
        cosines = self._vectors @ vector
        order = np.argsort(-cosines, kind="stable")[:LIMIT]
        return [Similar(self._fresh[at][1], self._fresh[at][0], float(cosines[at])) for at in order]

    def _stays(self, hit: Similar) -> bool:
        """Whether a question of the published release is taught in the drafts too."""
        if hit.answer == self._own:
            return normalised(hit.question) in self._written
        is_skill = hit.answer not in self._published.answers
        return is_skill or self._desk.book.teaches(hit.question, hit.answer)

    def _in_words(self, guess: Estimate) -> str:
        if guess.is_close:
            return "close between " + self._called(guess.answers)
        return self._called(guess.answers) or "not answered"

    def _called(self, names: Sequence[str]) -> str:
        say = called(self._desk, self._own)
        return " and ".join(say(name) for name in names)


def _id(intent: str) -> str:
    return intent.removeprefix("faq/")
