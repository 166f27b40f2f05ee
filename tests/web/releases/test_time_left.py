"""How long a build will still take: honest at a slow pace, and in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.conftest import NOW
from web.releases.builds import PARTS, Build
from web.releases.time_left import USUAL_S, in_words, left_s, told
from web.schema import builds, new_id

TO_THE_REPORT = PARTS["converse"][0]


def running(share: float, seconds: float, *, release: str | None = None) -> Build:
    return Build("b", "running", "train", share, release, None, started_at=NOW - timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("share", "seconds", "left"),
    [
        (0.0, 0, 20),  # as long as usual
        (0.3, 4, 14),  # faster than usual
        (0.3, 60, 90),  # slower: this step is nearly done, as long again for the rest and half of that
        (0.07, 600, 900),
        (1.0, 20, 0),
    ],
)
def test_a_slow_build_is_told_by_its_own_pace(share, seconds, left):
    assert left_s(running(share, seconds, release="2"), 20.0, NOW) == pytest.approx(left)


def test_it_counts_to_the_report_and_then_to_the_end_of_the_conversations():
    assert left_s(running(0.0, 0), 20.0, NOW) == pytest.approx(20.0 * TO_THE_REPORT)
    held = running(TO_THE_REPORT, 20.0 * TO_THE_REPORT, release="2")
    assert left_s(held, 20.0, NOW) == pytest.approx(20.0 * (1 - TO_THE_REPORT))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2, "a few seconds left"),
        (21, "about 25 seconds left"),
        (57, "about 1 minute left"),
        (61, "about 2 minutes left"),
    ],
)
def test_it_is_rounded_up(seconds, words):
    assert in_words(seconds) == words


async def test_what_builds_took_here_is_what_is_usual(service):
    async with service.db.write() as tx:
        assert await told(tx, running(0.0, 0), NOW) == in_words(USUAL_S * TO_THE_REPORT)
        for seconds in (100, 110, 600):
            row: dict[str, object] = {"id": new_id(), "slot": None, "state": "done", "step": "report",
                   "share": 1.0, "problems": [], "started_by": "host", "started_at": NOW, "alive_at": NOW,
                   "ended_at": NOW + timedelta(seconds=seconds)}  # fmt: skip
            await tx.execute(builds.insert().values(**row))
        assert await told(tx, running(0.0, 0, release="2"), NOW) == "about 2 minutes left"
        assert await told(tx, None, NOW) == ""
