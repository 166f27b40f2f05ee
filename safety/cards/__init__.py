"""Owns the words and buttons shown to a visitor in danger; when they show is for check.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

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


def card(kind: str, language: str, *, reader: str = "") -> Card:
    """Give the card of a kind in a language; in English when there is no such language.

    `reader` names a person who has the chat open; without one the card says that nobody may read it.
    """
    texts = _texts(language if language in LANGUAGES else "en")
    found = texts["cards"][kind]
    reads_along = texts["readers"]["person" if reader else "nobody"].replace("{name}", reader)
    buttons = {name: Button(**button) for name, button in texts["buttons"].items()}
    return Card(
        text=found["text"].replace("{reader}", reads_along),
        buttons=[buttons[name] for name in found["buttons"]],
        more=[buttons[name] for name in found["more"]],
        next_step=found["next_step"],
        answers=dict(found.get("answers") or {}),
    )


def soft_line(language: str) -> str:
    """Give the one line that stands below a normal answer."""
    return str(_texts(language if language in LANGUAGES else "en")["soft_line"])


@cache
def _texts(language: str) -> dict[str, Any]:
    texts: dict[str, Any] = read_yaml(CARDS_FOLDER / f"{language}.yml")
    return texts
