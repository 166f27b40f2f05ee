"""Approved answers that staff can send: those the published release may say, found by their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import fuzz, utils

from web.bot.client import Reply
from web.bot.manifest import ANSWER_PREFIX, Manifest
from web.chat.rendering import NOT_REVIEWED, word
from web.core.settings import Mode
from web.desk.staff_replies import Approved

MAX_FOUND = 8
MIN_SCORE = 45.0


@dataclass(frozen=True)
class Snippet:
    """One answer that fits a search."""

    id: str
    title: str
    text: str


def search(
    manifest: Manifest,
    words: str,
    *,
    facts: Mapping[str, Any],
    language: str,
    mode: Mode,
    today: date,
) -> list[Snippet]:
    """Find answers by title and text, the best first; without words, the first ones by title."""
    found = []
    for answer_id, answer in manifest.answers.items():
        approved = get(manifest, answer_id, facts=facts, language=language, mode=mode, today=today)
        if approved is not None:
            found.append(Snippet(answer_id, str(answer.get("title") or answer_id), approved.text))
    if not words.strip():
        return sorted(found, key=lambda each: each.title)[:MAX_FOUND]
    scored = [(_score(words, each), each) for each in found]
    fitting = [each for each in scored if each[0] >= MIN_SCORE]
    return [each for _, each in sorted(fitting, key=lambda pair: -pair[0])[:MAX_FOUND]]


def get(
    manifest: Manifest,
    answer_id: str,
    *,
    facts: Mapping[str, Any],
    language: str,
    mode: Mode,
    today: date,
) -> Approved | None:
    """One answer in the words a visitor may be given now; None when there are none."""
    if answer_id not in manifest.answers:
        return None
    utterance = f"{ANSWER_PREFIX}{answer_id}"
    worded = word(Reply(utterance), manifest=manifest, facts=facts, language=language, mode=mode, today=today)
    if worded is None or worded.utterance == NOT_REVIEWED:
        return None
    return Approved(
        utterance=utterance,
        release=manifest.release,
        text=worded.text,
        language=worded.language,
        details=worded.details,
    )


def _score(words: str, found: Snippet) -> float:
    title = fuzz.token_set_ratio(words, found.title, processor=utils.default_process)
    body = fuzz.partial_token_set_ratio(words, found.text, processor=utils.default_process)
    name = fuzz.partial_ratio(words, found.id.replace("_", " "), processor=utils.default_process)
    return max(title, 0.8 * name, 0.6 * body)
