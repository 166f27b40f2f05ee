"""What a reply in the callback form does: an intent of rules and stories, and the details that it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.form_extractors.kinds import Detail

# What was asked for, beside the kinds of details.
CONFIRMED, CHANGE, SENT = "confirmed", "change", "sent"
AFFIRM, DENY, INFORM, CORRECT = "affirm", "deny", "inform", "correct_details"
CANCEL, ASIDE_INTENT, HOLD, ASK = "cancel_callback", "refuse_details", "hold", "ask_about_call"
_NOT_STORED = frozenset({"refused_phone"})


@dataclass(frozen=True)
class FormTurn:
    """What a reply does: an intent of rules and stories, or None where the classifier is asked."""

    intent: str | None
    details: list[Detail] = field(default_factory=list)


def stored(details: Sequence[Detail]) -> list[Detail]:
    """The details without those that are refused."""
    return [detail for detail in details if detail.kind not in _NOT_STORED]


def holds(details: Sequence[Detail], *kinds: str) -> bool:
    """Whether there is a detail of one of these kinds."""
    return any(detail.kind in kinds for detail in details)
