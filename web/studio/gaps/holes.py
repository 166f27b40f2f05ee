"""Facts that visitors asked for and were told are not known: how many asked, and what fills the hole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from content.facts import KEYS
from content.wording import names_in
from web.bot.manifest import ANSWER_PREFIX, Manifest
from web.core.db import Transaction
from web.core.markdown import blocks, plain
from web.schema import messages

MAX_SHOWN = 12


@dataclass(frozen=True)
class Hole:
    """One answer that had to say it does not know: the facts it needs, and how many people read that."""

    answer_id: str
    title: str
    facts: tuple[str, ...]
    people: int


async def confessed(
    tx: Transaction, manifest: Manifest, known: Collection[str], *, since: datetime
) -> list[Hole]:
    """Every such answer since then whose facts are unknown still, the most asked first."""
    wanted = {name: facts for name in manifest.utterances if (facts := _missing(manifest, name, known))}
    if not wanted:
        return []
    said = {name: _plain_texts(manifest.utterances[name]) for name in wanted}
    people = func.count(messages.c.conversation_id.distinct())
    query = (
        select(messages.c.utterance, messages.c.text, people)
        .where(messages.c.author == "bot", messages.c.created_at >= since)
        .where(messages.c.utterance.in_(sorted(wanted)))
        .group_by(messages.c.utterance, messages.c.text)
    )
    counted: dict[str, int] = {}
    for name, text, count in await tx.execute(query):
        if text.strip() in said[name]:
            counted[name] = counted.get(name, 0) + count
    holes = [
        Hole(manifest.id_of(name), manifest.title(f"faq/{manifest.id_of(name)}"), wanted[name], count)
        for name, count in counted.items()
    ]
    return sorted(holes, key=lambda hole: (-hole.people, hole.title))[:MAX_SHOWN]


def _missing(manifest: Manifest, name: str, known: Collection[str]) -> tuple[str, ...]:
    """The facts that the best wording of an answer lacks and that somebody could fill in."""
    wordings = manifest.utterances[name]
    if not name.startswith(ANSWER_PREFIX) or not wordings:
        return ()
    needed = [names_in(str(each.get("text", ""))) & {*KEYS} for each in wordings]
    if any(facts and facts <= {*known} for facts in needed):
        return ()  # one of its wordings with a fact can be said
    fewest = min((facts for facts in needed if facts), key=len, default=set())
    return tuple(sorted(fewest - {*known}))


def _plain_texts(wordings: Collection[Mapping[str, Any]]) -> set[str]:
    """What is said where no fact is known."""
    texts = (str(each.get("text", "")) for each in wordings)
    return {plain(blocks(text, {})).strip() for text in texts if not names_in(text)}
