"""Short fault runs, everything real: one of each part on SQLite, two of each on PostgreSQL.

Nothing may be lost, doubled or silent. A failure prints how to play it again; the long run is `make prove`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults.plan import SHAPES, Plan, Shape, shape_of
from tests.faults.run import run

# Shape: seed, kills, messages. Of two by two each part is killed once, and no bot sleeps for a minute.
SLICES = {"sqlite": (71, 10, 100), "2x2": (143, 6, 60)}
# Here everything must be answered; how soon, on an idle machine, is what `make prove` measures.
DEADLINE_S = 25.0


@pytest.mark.parametrize("name", SLICES)
def test_kills_lose_double_and_silence_nothing(name: str, tmp_path: Path) -> None:
    shape, (seed, kills, messages) = shape_of(name), SLICES[name]
    drawn = Plan.draw(seed, messages=messages, kills=kills, shape=shape)
    report = asyncio.run(run(drawn, shape, folder=tmp_path, deadline_s=DEADLINE_S))
    again = f"python -m tests.faults.run --seed {seed} --kills {kills} --messages {messages}"
    assert report.findings == [], f"{report.as_text()}\nTo play it again: {again} --shape {name}"
    assert sum(report.killed.values()) == kills
    assert set(report.killed) == set(shape.shares)
    assert report.messages >= messages
    assert report.bad_turns
    assert report.cuts
    assert report.cards  # each with its urgent handoff, or it were a finding


def test_a_seed_draws_the_same_plan_again() -> None:
    first, again = (Plan.draw(5, messages=500, kills=20) for _ in range(2))
    assert first == again
    assert [first.mood_of_turn(n) for n in range(50)] == [again.mood_of_turn(n) for n in range(50)]
    assert first.chance_of_visitor(3).random() == again.chance_of_visitor(3).random()
    assert first != Plan.draw(6, messages=500, kills=20)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_every_part_is_killed(shape: Shape) -> None:
    drawn = Plan.draw(5, messages=100, kills=10, shape=shape)
    killed = {kill.part for kill in drawn.kills}
    assert killed == set(shape.shares)
    assert killed >= {"actions", *shape.parts("web"), *shape.parts("bot")}
