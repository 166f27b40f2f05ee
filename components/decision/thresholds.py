"""How sure the bot must be of what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Thresholds:
    """Confidences in [0, 1], chosen on `tests/evaluation` by `python -m training thresholds`."""

    answer: float = 0.7
    careful: float = 0.75  # where a wrong answer could hurt
    rival: float = 0.2  # from here the second best may be what was meant
    ask_back: float = 0.35
    alone: float = 0.42  # of few answers one that nothing else comes near
    few_answers: float = 80.0  # a small clinic's own; with more of them a choice of one is no proof
    choice: float = 0.08
    part: float = 0.65
    about_it: float = 0.5
    skill: float = 0.5
    foreign: float = 0.5
