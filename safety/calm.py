"""Owns when a conversation behind a card is an ordinary one again: from what was said since the card."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

CARD, WORDS = "utter_safety_", "utter_after_card_"
EMERGENCY = "emergency"
# Behind these, the visitor has said that there is no danger now: questions are answered like any other.
CALM = frozenset({"better", "denies", "helped", "put_away", "safe_now"})
# Of a body in danger only some of them say so.
CALM_BODY = frozenset({"denies", "helped", "safe_now"})
# Behind these, nothing is left of the danger: 988 is not named beside every answer any more.
OVER = frozenset({"denies", "safe_now"})


def is_calm(said: Sequence[str], crisis: str) -> bool:
    """Tell whether the visitor has said since the last card that there is no danger now."""
    return _heard(said, CALM_BODY if crisis == EMERGENCY else CALM)


def is_over(said: Sequence[str]) -> bool:
    """Tell whether the visitor has said since the last card that there was none, or that all are safe."""
    return _heard(said, OVER)


def since_card(said: Sequence[str]) -> list[str]:
    """Give what was said since the last card, the newest first."""
    return list(takewhile(lambda name: not name.startswith(CARD), reversed(said)))


def _heard(said: Sequence[str], kinds: frozenset[str]) -> bool:
    return any(name.startswith(f"{WORDS}{kind}_") for name in since_card(said) for kind in kinds)
