"""What the front page says: words of the published answers and facts of the clinic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.bot.client import Reply
from web.bot.manifest import Manifest
from web.chat.rendering import word
from web.core.settings import Settings

MAX_SECTIONS = 3


@dataclass(frozen=True)
class Section:
    """One answer as a piece of the page."""

    title: str
    paragraphs: list[str]
    review: str
    cites: list[str]


def sections(
    manifest: Manifest, *, facts: Mapping[str, Any], settings: Settings, today: date
) -> list[Section]:
    """The first starting questions whose answers may be shown as they are."""
    shown = []
    for title, intent in manifest.starting_questions():
        worded = word(
            Reply(f"utter_{intent}"),
            manifest=manifest,
            facts=facts,
            language="en",
            mode=settings.mode,
            today=today,
        )
        if worded is None or worded.utterance != f"utter_{intent}":
            continue
        paragraphs = [part for part in worded.text.split("\n\n") if part.strip()]
        cites = [source["cite"] for source in worded.details.get("sources", ())]
        shown.append(Section(title, paragraphs, worded.details.get("review", ""), cites))
        if len(shown) == MAX_SECTIONS:
            break
    return shown
