"""The in-tray: a nurse signs in, reads what is open, reaches the visitor, marks it done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.web.browsing import PAGE, sign_in
from tests.web.conftest import Visitor, client_of
from tests.web.stand_in_bot import callback, reply
from web import schema

MARKUP = '<script>alert("x")</script><img src=x onerror=alert(1)>'


async def wants_a_call(visitor: Visitor, bot, **fields) -> None:
    wish = callback(**{"phone": "+15552018834", **fields})
    bot.says(reply("utter_greet"), requests=(wish,))
    await visitor.asks("please call me")


async def test_a_callback_shows_how_and_when_to_reach_the_visitor(nurse, visitor, bot):
    await wants_a_call(
        visitor, bot, first_name="Ana", best_time="after 3 pm", may_leave_message=False,
        patient="new", channel="phone",
    )  # fmt: skip
    page = (await nurse.get("/in-tray", headers=PAGE)).text
    for words in ("Ana asks for a call", "after 3 pm", "tel:+15552018834", "(555) 201-8834", "new"):
        assert words in page
    assert re.search(r"May we leave a message\?</dt><dd>no<", page)
    assert f"/in-tray/conversations/{visitor.id}" in page


@pytest.mark.parametrize(
    ("fields", "href"),
    [
        ({"channel": "text"}, "sms:+15552018834"),
        ({"phone": None, "email": "ana@example.com"}, "mailto:ana@example.com"),
        ({"phone": "+4930123456"}, "tel:+4930123456"),
    ],
)
async def test_the_way_to_reach_can_be_pressed(nurse, visitor, bot, fields, href):
    await wants_a_call(visitor, bot, **fields)
    assert f'href="{href}"' in (await nurse.get("/in-tray")).text


async def test_urgent_comes_first_and_then_the_oldest(nurse, visitor, another_visitor, bot):
    await wants_a_call(visitor, bot, first_name="First")
    await wants_a_call(another_visitor, bot, first_name="Second")
    await another_visitor.sends("I want to kill myself")
    page = (await nurse.get("/in-tray")).text
    order = [page.index(words) for words in ("Urgent", "First asks", "Second asks")]
    assert order == sorted(order)


async def test_done_takes_it_off_the_list(nurse, visitor, bot, service):
    await wants_a_call(visitor, bot)
    bot.says(reply("utter_greet"))
    await visitor.sends("I want to kill myself")
    page = (await nurse.get("/in-tray")).text
    for action in re.findall(r'action="(/in-tray/\w+/[^"]+/done)"', page):
        answer = await nurse.posts(action)
        assert (answer.status_code, answer.headers["location"]) == (303, "/in-tray")
    assert "Nothing is open" in (await nurse.get("/in-tray")).text
    assert (await service.rows(schema.callbacks))[0]["state"] == "done"
    assert (await service.rows(schema.handoffs))[0]["state"] == "resolved"


async def test_done_twice_does_no_harm(nurse, visitor, bot):
    await wants_a_call(visitor, bot)
    page = (await nurse.get("/in-tray")).text
    (action,) = re.findall(r'action="(/in-tray/callbacks/[^"]+/done)"', page)
    for _ in range(2):
        answer = await nurse.posts(action)
        assert answer.status_code == 303


async def test_markup_is_text_on_every_page(nurse, visitor, bot):
    await visitor.sends(MARKUP)
    await visitor.hears()
    await wants_a_call(visitor, bot, first_name=MARKUP, best_time=MARKUP)
    for path in ("/in-tray", "/in-tray/list", f"/in-tray/conversations/{visitor.id}"):
        page = (await nurse.get(path)).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


async def test_the_transcript_reads_from_the_beginning(nurse, visitor):
    await visitor.asks("hello there")
    page = (await nurse.get(f"/in-tray/conversations/{visitor.id}")).text
    assert page.index("hello there") < page.index("What would you like to know?")
    assert "Tue, Nov 24, 10" in page  # the clinic's time, not UTC


async def test_a_transcript_that_is_gone_is_not_there(nurse):
    answer = await nurse.get("/in-tray/conversations/gone", headers=PAGE)
    assert answer.status_code == 404
    assert "There is no such page here." in answer.text


async def test_signing_in_makes_the_in_tray_watched(services, bot):
    service = await services.start(mode="live", allowed_sites=("https://www.example.com",))
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.asks("hello")
        await sign_in(http)
        await visitor.asks("hello")
        service.clock.move(timedelta(days=7, minutes=1))
        await visitor.asks("hello")
    assert [asked["facts"]["can_call_back"] for asked in bot.asked] == [False, True, False]
