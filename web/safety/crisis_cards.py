"""What a visitor in danger is shown, as a stored message: safety's words, plus who was told.

Nothing here raises: when safety's texts cannot be read, a plain 988/911 line of ours stands in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from safety import cards as safety_cards
from safety.cards import Button
from web.bot.client import Offer
from web.core.i18n import say, team_was_told
from web.hours.own_project import CARD_NAMES
from web.safety.verdicts import CHECK_KINDS, CRISIS_KINDS

logger = logging.getLogger(__name__)

NO_WORDS: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Help:
    """A crisis card, or a notice: its text and, for a card, everything around it."""

    kind: str  # card, check, notice; told: staff only
    text: str
    details: Mapping[str, Any] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()


def help_for(
    kind: str,
    *,
    language: str,
    facts: Mapping[str, Any],
    reader: str = "",
    words: Mapping[str, Any] = NO_WORDS,
) -> Help | None:
    """Find what is shown for a verdict: a card, a notice when safety is unsure, or nothing.

    `reader`: the name of a person who has the chat open at this moment. `words`: the utterances of the
    published release, among them what the clinic says on its cards.
    """
    if kind == "none":
        return None
    try:
        if kind in CRISIS_KINDS | CHECK_KINDS:
            return _card(kind, language, facts, reader, own_words(words, kind, language))
        return Help("notice", safety_cards.card("unsure", language, reader=reader).text)
    except Exception as error:  # whatever it is, it must cost neither the message nor the help
        logger.error("Alert: no card for %s: %s", kind, type(error).__name__)
        return Help("notice", say("plain_help", language))


def own_words(words: Mapping[str, Any], kind: str, language: str) -> dict[str, str]:
    """What the clinic says on a card in a language; empty where it says what ships."""
    try:
        found = {}
        for name, prefix in CARD_NAMES.items():
            said = [each for each in words.get(f"{prefix}{kind}") or () if each.get("language") == language]
            found[name] = str(said[0].get("text") or "") if said else ""
    except (AttributeError, TypeError) as error:  # a damaged release costs nobody the card
        logger.error(
            "Alert: the clinic's words on the card %s cannot be read: %s", kind, type(error).__name__
        )
        return {}
    return found if all(found.values()) else {}


def for_browsers(languages: Iterable[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Every card by language and kind, for when no server answers; nobody of the staff was told."""
    return {
        language: {
            kind: {"text": shown.text, "details": dict(shown.details)}
            for kind in sorted(CRISIS_KINDS)  # a browser has rules alone, and asks nothing
            if (shown := help_for(kind, language=language, facts={}))
        }
        for language in languages
    }


def soft_line(language: str) -> str:
    """The one line below an answer that touches on despair."""
    try:
        return safety_cards.soft_line(language)
    except Exception as error:  # see help_for
        logger.error("Alert: no soft line: %s", type(error).__name__)
        return say("plain_help", language)


def _card(kind: str, language: str, facts: Mapping[str, Any], reader: str, own: Mapping[str, str]) -> Help:
    content = safety_cards.card(kind, language, reader=reader, own=own)
    details: dict[str, Any] = {
        "kind": kind,
        "buttons": _links(content.buttons),
        "more": _links(content.more),
        "next_step": content.next_step,
    }
    # Staff is mentioned only when somebody will see it.
    if facts.get("can_call_back"):
        details["team"] = team_was_told(facts, language)
    offers = tuple(Offer(title, intent) for intent, title in content.answers.items())
    return Help("check" if kind in CHECK_KINDS else "card", content.text, details, offers)


def _links(buttons: Iterable[Button]) -> list[dict[str, str]]:
    return [{"title": button.title, "href": button.href} for button in buttons]
