"""Finds answers by plain words in their title and text, and by what the bot understands of a question."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from content.folding import folded
from web.bot.pool import Bots
from web.core.errors import BotFailed, BotSilent, BotUnreachable
from web.help_center.answer_pages import AnswerPage, Shown

logger = logging.getLogger(__name__)

MAX_QUERY_CHARS = 200
MAX_FOUND = 10
# A word of the title says more than one of the text.
TITLE_WEIGHT, MAX_TIMES = 4.0, 3
# What is so far behind the best only shares a word with the query.
FAR_BEHIND = 0.3
# Nearer questions are about the same thing (`docs/evaluation.md`).
NEAR_ENOUGH, MAX_NEAR = 0.5, 8
UNDERSTOOD_WITHIN_S = 1.0


class WordIndex:
    """The words of all answers, made once for each state of them."""

    def __init__(self) -> None:
        self._shown: Shown | None = None
        self._titles: dict[str, set[str]] = {}
        self._texts: dict[str, Counter[str]] = {}
        self._rarity: dict[str, float] = {}

    def find(self, shown: Shown, query: str) -> list[AnswerPage]:
        """Answers that hold words of a query, the best first."""
        if shown is not self._shown:
            self._build(shown)
        wanted = set(words_of(query)) & self._rarity.keys()
        scored = ((self._score(name, wanted), name) for name in shown.pages)
        best = sorted((each for each in scored if each[0] > 0), key=lambda each: -each[0])
        enough = best[0][0] * FAR_BEHIND if best else 0.0
        return [shown.pages[name] for score, name in best[:MAX_FOUND] if score >= enough]

    def _score(self, name: str, wanted: Iterable[str]) -> float:
        title, text = self._titles[name], self._texts[name]
        return sum(
            self._rarity[word] * (TITLE_WEIGHT * (word in title) + min(text[word], MAX_TIMES))
            for word in wanted
        )

    def _build(self, shown: Shown) -> None:
        self._titles = {page.id: set(words_of(page.title)) for page in shown.pages.values()}
        self._texts = {page.id: Counter(words_of(page.text)) for page in shown.pages.values()}
        held = Counter(word for name in shown.pages for word in self._titles[name] | self._texts[name].keys())
        self._rarity = {word: math.log(1 + len(shown.pages) / count) for word, count in held.items()}
        # What half of all answers hold says nothing.
        self._rarity = {word: value for word, value in self._rarity.items() if value > math.log(3)}
        self._shown = shown


async def understood(bot: Bots, shown: Shown, query: str) -> list[AnswerPage]:
    """The answers whose known questions are nearest to a query; none while no bot answers."""
    try:
        async with asyncio.timeout(UNDERSTOOD_WITHIN_S):
            [similar] = await bot.similar([query], MAX_NEAR)
    except (BotUnreachable, BotSilent, BotFailed, TimeoutError) as error:
        logger.info("Searched by words alone: %s", type(error).__name__)
        return []
    near = (each.answer.rpartition("/")[2] for each in similar if each.similarity >= NEAR_ENOUGH)
    return [shown.pages[name] for name in dict.fromkeys(near) if name in shown.pages]


def joined(*lists: Sequence[AnswerPage]) -> list[AnswerPage]:
    """Several findings as one, each answer once."""
    return list({page.id: page for each in lists for page in each}.values())[:MAX_FOUND]


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: without accents, capitals and the plural's s."""
    words = re.findall(r"\w+", folded(text))
    return [word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words]
