"""The numbers: the right middle, who left, why, and the days before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.browsing import PAGE
from tests.web.conftest import NOW, Visitor
from tests.web.stand_in_bot import handoff, reply
from web import schema
from web.core import formatting
from web.desk.numbers import charts


def events(*waits_s, left=0):
    found = []
    for number, wait_s in enumerate(waits_s):
        asked = {"handoff_id": f"h{number}", "did": "requested", "at": NOW}
        found += [asked, {**asked, "did": "claimed", "at": NOW + timedelta(seconds=wait_s)}]
    return [*found, *({"handoff_id": "x", "did": "left", "at": NOW} for _ in range(left))]


def test_half_of_those_taken_over_waited_no_longer_than_is_said():
    chart = charts.waits(events(30, 111, 240))
    assert chart.sentence == "Half of the 3 taken over waited 1 min 51 s or less."
    assert chart.bars == [
        ("under 1 min", 1),
        ("1 to 2 min", 1),
        ("2 to 5 min", 1),
        ("5 to 15 min", 0),
        ("longer", 0),
    ]


def test_who_left_before_anybody_came_is_told():
    assert charts.waits(events(left=2)).sentence.endswith("2 left before anybody took over.")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.6, "1 min"), (111, "1 min 51 s"), (3600, "1 h"), (7500, "2 h 5 min")],
)
def test_a_span_is_told_to_the_second(seconds, words):
    assert formatting.span(seconds) == words


async def test_a_period_stands_beside_the_one_before(nurse, http, bot, service):
    for _ in range(2):
        bot.says(reply("utter_greet"), requests=(handoff(),))
        await (await Visitor(http).opens_the_chat()).asks("a person please")
    (first, _) = await service.rows(schema.handoffs)
    async with service.db.write() as tx:
        earlier = NOW - timedelta(days=10)
        mine = schema.handoffs.c.id == first["id"]
        await tx.execute(schema.handoffs.update().where(mine).values(requested_at=earlier))
    page = (await nurse.get("/desk/numbers", params={"since": "2026-11-18"}, headers=PAGE)).text
    assert "Compared with the 7 days before" in page
    chart = page.partition("Why a person was needed")[2].partition("</section>")[0]
    assert "0 of 1 were urgent." in chart
    assert "<td>Asks for a person</td><td>1</td><td>1</td>" in chart
