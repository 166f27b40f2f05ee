"""Missed questions in groups of one meaning, with size, trend, samples and the nearest answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.questions import normalised
from web.context import AppContext
from web.core.errors import BotError
from web.studio import embedding_cache
from web.studio.clustering import grouped, nearest_to_middle
from web.studio.gaps.by_hand import regrouped
from web.studio.missed_questions import REASONS, Missed

logger = logging.getLogger(__name__)

WEEK = timedelta(days=7)
SAMPLES = 4


@dataclass(frozen=True)
class Gap:
    """One group: its members, the most typical first."""

    members: list[Missed]
    this_week: int
    last_week: int
    nearest_id: str
    nearest_title: str
    nearest_question: str
    reasons: str

    @property
    def samples(self) -> list[str]:
        """A few different wordings, the most typical first."""
        seen = {normalised(member.text): member.text for member in reversed(self.members)}
        order = dict.fromkeys(normalised(member.text) for member in self.members)
        return [seen[key] for key in order][:SAMPLES]

    @property
    def wordings(self) -> list[tuple[Missed, int, str]]:
        """Every different wording: the last message that says so, how often, and all of them for a form."""
        same: dict[str, list[Missed]] = {}
        for member in self.members:
            same.setdefault(normalised(member.text), []).append(member)
        return [
            (max(each, key=lambda member: member.at), len(each), ",".join(map(_key, each)))
            for each in same.values()
        ]

    @property
    def trend(self) -> str:
        """This week against the week before, in words."""
        if self.this_week == self.last_week:
            return "as often as the week before"
        return "rising" if self.this_week > self.last_week else "falling"


def _key(member: Missed) -> str:
    return f"{member.conversation_id} {member.message_id}"


async def gaps(
    context: AppContext, missed: Sequence[Missed], *, now: datetime, by_hand: Mapping[str, str] | None = None
) -> list[Gap]:
    """Group by meaning, or by the same words while the bot is silent; `by_hand` comes before.

    The largest group first, of equal ones the newest; the same in whatever order the messages come.
    """
    if not missed:
        return []
    missed = sorted(missed, key=lambda each: (normalised(each.text), each.text, each.message_id))
    texts = [each.text for each in missed]
    try:
        vectors = await embedding_cache.embeddings_of(context, texts)
    except BotError as error:
        logger.warning("Missed questions are not grouped by meaning now: %s", type(error).__name__)
        same = [[missed[at] for at in group] for group in _same_words(texts)]
        return [_gap(members, now) for members in _in_order(regrouped(same, by_hand or {}))]
    groups = await asyncio.to_thread(grouped, vectors, texts)
    ordered = [[missed[at] for at in nearest_to_middle(vectors, group)] for group in groups]
    ordered = _in_order(regrouped(ordered, by_hand or {}))
    near = await _nearest(context, [members[0].text for members in ordered])
    return [_gap(members, now, *hit) for members, hit in zip(ordered, near, strict=True)]


def _in_order(groups: Sequence[list[Missed]]) -> list[list[Missed]]:
    key = lambda members: (len(members), max((each.at, each.message_id) for each in members))  # noqa: E731
    return sorted(groups, key=key, reverse=True)


def _gap(
    members: list[Missed], now: datetime, answer_id: str = "", title: str = "", question: str = ""
) -> Gap:
    ages = [now - member.at for member in members]
    reasons = dict.fromkeys(reason for member in members for reason in member.reasons)
    return Gap(
        members=members,
        this_week=sum(1 for age in ages if age <= WEEK),
        last_week=sum(1 for age in ages if WEEK < age <= 2 * WEEK),
        nearest_id=answer_id,
        nearest_title=title,
        nearest_question=question,
        reasons=", ".join(REASONS[reason] for reason in reasons),
    )


def _same_words(texts: Sequence[str]) -> list[list[int]]:
    found: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        found.setdefault(normalised(text), []).append(at)
    return list(found.values())


async def _nearest(context: AppContext, texts: Sequence[str]) -> list[tuple[str, str, str]]:
    published = context.manifests.current()
    found: list[tuple[str, str, str]] = []
    try:
        for start in range(0, len(texts), embedding_cache.AT_ONCE):
            for hits in await context.bot.similar(texts[start : start + embedding_cache.AT_ONCE], 5):
                hit = next((each for each in hits if each.answer in published.answers), None)
                title = published.title(f"faq/{hit.answer}") if hit else ""
                found.append((hit.answer, title, hit.question) if hit else ("", "", ""))
    except BotError:
        found = []
    return found + [("", "", "")] * (len(texts) - len(found))
