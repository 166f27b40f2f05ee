"""Plays many conversations against a running service, some at once, each by a visitor of its own."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from math import inf

from training.dialogues.answers import Answers
from training.dialogues.dialogue import Dialogue
from training.dialogues.player import Played, play
from training.dialogues.visitor import NotServed, Visitor

AT_ONCE, TRIES, PAUSE_S = 2, 3, 1.0
SEED = 14  # of a slice, so that it is the same one each time
AT_LEAST_OF_A_GROUP = 3
# Fictional numbers: 555-01xx is kept free in every area.
_AREAS = (206, 303, 312, 404, 415, 617, 719, 720)


def play_all(
    dialogues: Sequence[Dialogue],
    url: str,
    answers: Answers,
    *,
    at_once: int = AT_ONCE,
    limit_s: float = inf,
    share: Callable[[float], None] = lambda done: None,
) -> list[Played]:
    """Play every conversation, in their order; one that was not served three times is marked as lost.

    None is begun after `limit_s`: those that are left are lost as well.
    """
    numbers, done = count(1), count(1)
    start, stop_at = random.randrange(256), time.monotonic() + limit_s

    def one(dialogue: Dialogue) -> Played:
        if time.monotonic() > stop_at:
            return Played(dialogue, lost="no time was left")
        played = _played(dialogue, url, answers, lambda: _address(start, next(numbers)))
        share(next(done) / len(dialogues))
        return played

    with ThreadPoolExecutor(at_once) as some:
        return list(some.map(one, dialogues))


def slice_of(dialogues: Sequence[Dialogue], size: int) -> list[Dialogue]:
    """About so many of the dialogues: the same each time, each file by its part, in their order."""
    groups: dict[str, list[Dialogue]] = defaultdict(list)
    for dialogue in dialogues:
        groups[dialogue.group].append(dialogue)
    chosen: set[str] = set()
    for group, some in groups.items():
        wanted = max(AT_LEAST_OF_A_GROUP, round(size * len(some) / len(dialogues)))
        drawn = random.Random(f"{SEED} {group}").sample(some, min(wanted, len(some)))
        chosen |= {each.id for each in drawn}
    return [each for each in dialogues if each.id in chosen]


def _played(dialogue: Dialogue, url: str, answers: Answers, address: Callable[[], str]) -> Played:
    mine = dialogue.with_number(_number_for(dialogue))
    lost = ""
    for attempt in range(TRIES):
        visitor = Visitor(url, answers, address=address(), language=dialogue.language)
        try:
            visitor.begin()
            return replace(play(mine, visitor), dialogue=dialogue)
        except NotServed as error:
            lost = str(error)
            time.sleep(PAUSE_S * attempt)
        finally:
            visitor.leave()
    return Played(dialogue, lost=lost)


def _number_for(dialogue: Dialogue) -> str:
    chance = random.Random(dialogue.id)
    return f"{chance.choice(_AREAS)} 555 01{chance.randrange(100):02}"


def _address(start: int, number: int) -> str:
    return f"10.{(start + number // 65536) % 256}.{number // 256 % 256}.{number % 256}"
