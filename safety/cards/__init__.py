"""Owns the words and buttons shown to a visitor in danger; when they show is for check.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from safety.cards import guard
from safety.lexicon import LANGUAGES, read_yaml

CARDS_FOLDER = Path(__file__).parent
CARD_KINDS = ("crisis", "crisis_other", "emergency", "harm", "unsure")
CHECK_KINDS = ("check", "check_other")


@dataclass(frozen=True)
class Button:
    """Something to press: a call, a text message or a page."""

    title: str
    href: str


@dataclass(frozen=True)
class Card:
    """A card: its text, three large buttons, small ones behind "more", and one small next step."""

    text: str
    buttons: list[Button]
    more: list[Button]
    next_step: str
    # What can be answered with a press, by intent: only a check asks something.
    answers: dict[str, str] = field(default_factory=dict)


def card(kind: str, language: str, *, reader: str = "", own: Mapping[str, str] | None = None) -> Card:
    """Give the card of a kind in a language; in English when there is no such language.

    `reader` names a person who has the chat open; without one the card says that nobody may read it.
    `own`: a clinic's words for its `text` and `next_step`; what the guard refuses is not shown.
    """
    texts = _texts(language if language in LANGUAGES else "en")
    found = texts["cards"][kind]
    if own and not guard.problems(texts, kind, own.get("text", ""), own.get("next_step", "")):
        found = {**found, "text": own["text"], "next_step": own["next_step"]}
    reads_along = texts["readers"]["person" if reader else "nobody"].replace("{name}", reader)
    buttons = {name: Button(**button) for name, button in texts["buttons"].items()}
    return Card(
        text=found["text"].replace("{reader}", reads_along),
        buttons=[buttons[name] for name in found["buttons"]],
        more=[buttons[name] for name in found["more"]],
        next_step=found["next_step"],
        answers=dict(found.get("answers") or {}),
    )


def shipped(kind: str, language: str) -> dict[str, str]:
    """The words that ship: `text`, with {reader} in it, and `next_step`."""
    found = _texts(language)["cards"][kind]
    return {"text": str(found["text"]), "next_step": str(found["next_step"])}


def problems(kind: str, language: str, text: str, next_step: str) -> list[str]:
    """What keeps these words from the card of a kind."""
    return guard.problems(_texts(language), kind, text, next_step)


def soft_line(language: str) -> str:
    """Give the one line that stands below a normal answer."""
    return str(_texts(language if language in LANGUAGES else "en")["soft_line"])


@cache
def _texts(language: str) -> dict[str, Any]:
    texts: dict[str, Any] = read_yaml(CARDS_FOLDER / f"{language}.yml")
    return texts
