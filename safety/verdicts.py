"""Owns the shape of a verdict, shared by the rules, the classifier and what both make together."""

from __future__ import annotations

from dataclasses import dataclass, field

# The second answer to danger: the visitor is asked, with 988 beside it.
CHECK, CHECK_OTHER = "check", "check_other"
CHECKS = (CHECK, CHECK_OTHER)


@dataclass(frozen=True)
class Verdict:
    """What safety says about one message; kind is none, unsure, a check, or a kind of card.

    `rule` fired, or nobody but the classifier heard it; the scores say how much it did. `explicit`: a
    rule on plain words fired. `still_asked`: the check that stays open, while this message is answered.
    """

    kind: str
    soft_line: bool
    rule: str | None
    language: str
    parts_left: str
    danger: float | None = field(default=None, compare=False)
    card_score: float | None = field(default=None, compare=False)
    explicit: bool = field(default=False, compare=False)
    still_asked: str | None = None
