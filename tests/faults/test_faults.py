"""A short fault run on each database: everything real, ten kills, nothing lost, doubled or silent.

A failure prints how to play it again; the long run is `make prove`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults.plan import Plan
from tests.faults.run import DATABASES, run

KILLS, MESSAGES = 10, 100
SEEDS = {"sqlite": 71, "postgresql": 72}
# Here everything must be answered; how soon, on an idle machine, is what `make prove` measures.
DEADLINE_S = 25.0


@pytest.mark.parametrize("database", DATABASES)
def test_ten_kills_lose_double_and_silence_nothing(database: str, tmp_path: Path) -> None:
    drawn = Plan.draw(SEEDS[database], messages=MESSAGES, kills=KILLS)
    report = asyncio.run(run(drawn, database, folder=tmp_path, deadline_s=DEADLINE_S))
    again = f"python -m tests.faults.run --seed {drawn.seed} --kills {KILLS} --messages {MESSAGES}"
    assert report.findings == [], f"{report.as_text()}\nTo play it again: {again} --database {database}"
    assert sum(report.killed.values()) == KILLS
    assert report.messages >= MESSAGES
    assert report.bad_turns
    assert report.cuts


def test_a_seed_draws_the_same_plan_again() -> None:
    first, again = (Plan.draw(5, messages=500, kills=20) for _ in range(2))
    assert first == again
    assert [first.mood_of_turn(n) for n in range(50)] == [again.mood_of_turn(n) for n in range(50)]
    assert first.chance_of_visitor(3).random() == again.chance_of_visitor(3).random()
    assert first != Plan.draw(6, messages=500, kills=20)


def test_every_part_is_killed() -> None:
    drawn = Plan.draw(5, messages=100, kills=10)
    assert {kill.part for kill in drawn.kills} == {"web", "bot", "actions"}
