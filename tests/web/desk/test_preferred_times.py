"""When a visitor wants to be called: their words, their zone, our clock."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.web.browsing import PAGE
from tests.web.conftest import Visitor
from tests.web.stand_in_bot import callback, reply
from web import schema
from web.chat import retention
from web.core import time_zones
from web.desk import preferred_times

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday
NEW_YORK, DENVER = ZoneInfo("America/New_York"), ZoneInfo("America/Denver")
PROTOCOL = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text(encoding="utf-8")


def explained(words, zone=DENVER, clinic=NEW_YORK, asked_at=NOW):
    return preferred_times.explained(words, zone=zone, clinic=clinic, asked_at=asked_at, now=NOW)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("after 3 pm", "5 pm here"),
        ("between 9:30am and 11 a.m.", "11:30 am to 1 pm here"),
        ("at 9:30am and 11 a.m.", "11:30 am and 1 pm here"),
        ("9-11am", "11 am to 1 pm here"),
        ("11 to 1 pm", "1 pm to 3 pm here"),
        ("noon", "2 pm here"),
        ("around 15:30", "5:30 pm here"),
        ("11 pm", "1 am the next day here"),
        ("mornings", "2 h behind us"),
        ("after 3", "2 h behind us"),  # nobody knows which half of the day
        ("13 pm or 25:10", "2 h behind us"),
    ],
)
def test_a_clock_time_is_said_on_our_clock_when_there_is_no_doubt(words, told):
    assert explained(words) == f"visitor's time: America/Denver, {told}"


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        (ZoneInfo("Asia/Kolkata"), "10 h 30 min ahead of us"),
        (ZoneInfo("America/Toronto"), "the same as ours"),
        (ZoneInfo("Pacific/Auckland"), "18 h ahead of us"),
    ],
)
def test_without_a_clock_time_the_difference_is_said(zone, told):
    assert explained("any time", zone) == f"visitor's time: {zone}, {told}"


def test_a_zone_that_is_not_known_is_said_to_be_the_clinics():
    assert explained("after 3 pm", None) == (
        "visitor's time zone not known: assumed to be the clinic's time (America/New_York)"
    )
    assert explained("after 3 pm", None, None).endswith("assumed to be the clinic's time")
    assert explained("after 3 pm", DENVER, None) == "visitor's time: America/Denver"
    assert explained("") == ""


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("Tomorrow after 3 pm", "“tomorrow” is today, Tue, Nov 24"),
        ("mañana por la mañana", "“mañana” is today, Tue, Nov 24"),
        ("today", "“today” was Mon, Nov 23"),
        ("esta tarde", "“esta tarde” was Mon, Nov 23"),
        ("por la mañana", ""),
        ("mañanas", ""),
        ("pasado mañana a las 3 pm", "“pasado mañana” is Wed, Nov 25"),
        ("the day after tomorrow", "“day after tomorrow” is Wed, Nov 25"),
        ("Tuesday", "“tuesday” is today, Tue, Nov 24"),
        ("on thursday, I work nights", "“thursday” is Thu, Nov 26"),
        ("Monday", ""),  # asked on a Monday: today, or in a week
        ("next thursday", ""),
        ("Thursday 12/10", ""),
        ("tuesday or wednesday", ""),
        ("any day but not friday", ""),
        ("never on fridays", ""),
    ],
)
def test_tomorrow_is_counted_from_the_day_on_which_it_was_said(words, date):
    late = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # still Monday night in Denver
    said = explained(words, asked_at=late).partition("; ")[2]
    assert said == date


PHOENIX = ZoneInfo("America/Phoenix")
FRIDAY = datetime(2027, 3, 12, 18, tzinfo=UTC)  # clocks change on Sunday


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Monday 9 am", "12 pm here; “monday” is Mon, Mar 15"),
        ("tomorrow 9 am", "11 am here; “tomorrow” is Sat, Mar 13"),
        ("9 am", "11 am here; from Sun, Mar 14 12 pm here"),
    ],
)
def test_a_time_counts_as_the_clocks_go_on_its_own_day(words, told):
    said = preferred_times.explained(words, zone=PHOENIX, clinic=NEW_YORK, asked_at=FRIDAY, now=FRIDAY)
    assert said == f"visitor's time: America/Phoenix, {told}"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "between 2 and 4 pm pacific time",
            "time named by the visitor: America/Los_Angeles, 5 pm to 7 pm here",
        ),
        ("at 5pm ET", "time named by the visitor: America/New_York, the same as ours"),
        ("my PT is at 3 pm", "visitor's time: America/Denver, 5 pm here"),
    ],
)
def test_a_zone_that_the_visitor_names_goes_before_the_browsers(words, told):
    assert explained(words) == told


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("tomorrow after 3 pm", datetime(2026, 11, 25, 22, 0, tzinfo=UTC)),
        ("thursday 9-11am", datetime(2026, 11, 26, 16, 0, tzinfo=UTC)),
        ("tomorrow, not before 3 pm", None),
        ("tomorrow", None),
        ("after 3 pm", None),
    ],
)
def test_a_call_is_due_when_day_and_time_are_plain(words, at):
    found = preferred_times.wanted_at(words, zone=DENVER, clinic=NEW_YORK, asked_at=NOW, now=NOW)
    assert found == at


@pytest.mark.parametrize("named", ["America/Denver", "Europe/Berlin", "Asia/Calcutta"])
def test_a_browsers_zone_is_kept(named):
    assert time_zones.read_zone(named) == named


@pytest.mark.parametrize(
    "named", ["UTC", "Etc/UTC", "Mars/Olympus", "../../etc/passwd", "a" * 10_000, "", None, 7, ["a"], {}]
)
def test_what_is_no_place_counts_as_not_said(named):
    assert time_zones.read_zone(named) is None


@pytest.mark.parametrize(
    ("words", "zone", "told"),
    [
        ("after 3 pm", DENVER, "5 pm here"),
        ("mornings", DENVER, "their local time is 2 h behind us"),
        ("mornings", NEW_YORK, ""),
        ("mornings", None, ""),
        ("", DENVER, ""),
    ],
)
def test_a_list_says_it_in_short(words, zone, told):
    assert preferred_times.in_short(words, zone=zone, clinic=NEW_YORK, asked_at=NOW, now=NOW) == told


async def calls_from(http, bot, service, zone, **fields):
    """A visitor whose browser names a zone asks for a call."""
    visitor = Visitor(http)
    started = (await http.post("/v1/conversations", json={"time_zone": zone})).json()
    visitor.id, visitor.token = started["id"], started["token"]
    wish = callback(**{"phone": "+15552018834", "first_name": "Ana", "best_time": "after 3 pm", **fields})
    bot.says(reply("utter_greet"), requests=(wish,))
    await visitor.asks("please call me")
    return visitor


async def test_the_desk_and_the_file_say_whose_time_it_is(http, nurse, bot, service):
    visitor = await calls_from(http, bot, service, "America/Denver")
    page = (await nurse.get("/desk/callbacks")).text
    assert "visitor&#39;s time: America/Denver, 5 pm here" in page
    assert "Best time: <bdi>after 3 pm</bdi> (5 pm here)" in (await nurse.get("/desk", headers=PAGE)).text
    assert "8 am (America/Denver)" in (await nurse.get(f"/desk/conversations/{visitor.id}")).text
    (row,) = csv.DictReader(
        io.StringIO((await nurse.get("/desk/callbacks/export.csv")).content.decode("utf-8-sig"))
    )
    assert row["best_time"] == "after 3 pm"
    assert row["time_zone"] == "America/Denver"
    assert row["best_time_explained"] == "visitor's time: America/Denver, 5 pm here"


@pytest.mark.parametrize("zone", [None, "Mars/Olympus", {"a": 1}])
async def test_a_visitor_without_a_zone_is_not_turned_away(http, nurse, bot, service, zone):
    await calls_from(http, bot, service, zone)
    page = (await nurse.get("/desk/callbacks")).text
    assert "time zone not known: assumed to be the clinic&#39;s time (America/New_York)" in page


async def test_a_deleted_chat_keeps_no_zone_but_its_call_does(http, bot, service):
    visitor = await calls_from(http, bot, service, "America/Denver")
    async with service.db.write() as tx:
        await retention.forget(tx, visitor.id, by="visitor", keep_callbacks=True, now=service.clock())
    (chat,) = [row for row in await service.rows(schema.conversations) if row["id"] == visitor.id]
    (call,) = await service.rows(schema.callbacks)
    assert chat["time_zone"] is None
    assert call["time_zone"] == "America/Denver"


def test_the_protocol_names_the_bound():
    (begin,) = re.findall(r"### POST /v1/conversations\n(.*?)\n### ", PROTOCOL, re.DOTALL)
    assert f"at most {time_zones.MAX_CHARS} characters" in begin
