"""Who does what is seen: who looks, who goes to whom, what a form left, whether the bot answers."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.web.desk.chats import asks_for_a_person, talk
from tests.web.stand_in_bot import callback, handoff, reply
from web import schema

PAGE = {"accept": "text/html"}
FORM = {"event": "active_loop", "name": "callback_form"}
NUMBER = {"event": "slot", "name": "callback_phone", "value": "+15552018834"}
CLOSED = {"event": "active_loop", "name": None}


async def listed(client, name: str) -> str:
    page = (await client.get("/desk", headers=PAGE)).text
    return page.split(f'data-list="{name}"')[1].split("</section>")[0]


async def goes_next(client, **query) -> str:
    return (await client.get("/desk/next", params=query)).headers["location"].split("?")[0]


async def test_the_lists_say_who_looks_and_who_writes_but_not_to_themselves(
    nurse, second_nurse, visitor, bot
):
    await asks_for_a_person(visitor, bot)
    await second_nurse.get(talk(visitor), headers=PAGE)
    assert "Sam Second is looking" in await listed(nurse, "waiting")
    await second_nurse.posts(talk(visitor, "typing"), typing="yes")
    assert "Sam Second is writing" in await listed(nurse, "waiting")
    assert "Sam Second is" not in await listed(second_nurse, "waiting")
    await second_nurse.posts(talk(visitor, "leave"))
    assert "Sam Second is" not in await listed(nurse, "waiting")


async def test_next_sends_two_to_two_visitors_also_at_the_same_moment(
    nurse, second_nurse, visitor, another_visitor, bot
):
    for each in (visitor, another_visitor):
        await asks_for_a_person(each, bot)
    ways = await asyncio.gather(goes_next(nurse), goes_next(second_nurse))
    assert set(ways) == {talk(visitor), talk(another_visitor)}


async def test_with_one_crisis_in_hand_next_leads_to_the_other(nurse, visitor, another_visitor, bot):
    await visitor.asks("I want to kill myself")
    assert await goes_next(nurse) == talk(visitor)
    await nurse.posts(talk(visitor, "claim"))
    await visitor.asks("are you there")
    await another_visitor.asks("I want to kill myself")
    assert await goes_next(nurse) == talk(another_visitor)
    await nurse.posts(talk(another_visitor, "claim"))
    assert await goes_next(nurse, after=another_visitor.id) == talk(visitor)


async def test_the_line_of_danger_leads_away_from_the_chat_that_is_open(nurse, visitor):
    await visitor.asks("I want to kill myself")
    strip = (await nurse.get(talk(visitor), headers=PAGE)).text.split('class="urgent-strip" href="')[1]
    assert strip.split('"')[0] == f"/desk/next?after={visitor.id}"


async def test_next_leads_on_where_a_colleague_looks_at_all_that_is_left(
    nurse, second_nurse, visitor, bot, service
):
    await asks_for_a_person(visitor, bot)
    assert await goes_next(nurse) == talk(visitor)
    assert await goes_next(second_nurse) == talk(visitor)
    service.clock.move(timedelta(minutes=1))  # nobody looks any more
    assert await goes_next(second_nurse) == talk(visitor)


async def test_a_number_in_a_form_that_was_never_sent_is_on_a_list_when_the_visitor_is_gone(
    nurse, visitor, bot, service
):
    bot.says(reply("utter_greet"), events=(FORM, NUMBER))
    await visitor.asks("555 201 8834")
    await visitor.asks("mornings")
    assert "Nothing to read" in await listed(nurse, "to_read")
    service.clock.move(timedelta(minutes=3))
    assert "Left a number, but did not send the request for a call" in await listed(nurse, "to_read")
    assert len(await service.rows(schema.to_reads)) == 1
    await nurse.posts(talk(visitor, "resolve"))
    assert "Nothing to read" in await listed(nurse, "to_read")


@pytest.mark.parametrize("how", ["sent", "dropped"])
async def test_a_form_that_came_to_its_end_leaves_nothing_to_read(nurse, visitor, bot, service, how):
    bot.says(reply("utter_greet"), events=(FORM, NUMBER))
    await visitor.asks("555 201 8834")
    wish = (callback(first_name="Ana", phone="+15552018834"),) if how == "sent" else ()
    bot.says(reply("utter_greet"), requests=wish, events=(FORM, NUMBER, CLOSED))
    await visitor.asks("yes" if wish else "no, forget it")
    service.clock.move(timedelta(minutes=3))
    assert "Nothing to read" in await listed(nurse, "to_read")
    assert await service.rows(schema.to_reads) == []


WISHED = "Wanted a person or a call, was asked something back and left"
ASKED_BACK = reply("utter_ask_back", choices=(("Ask for a call", "callback"),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("please call me", {"events": (FORM,)}),
        ("could this be done for me", {"outcome": "asked_back"}),
        ("can I talk to a nurse", {"outcome": "asked_back"}),
    ],
)
async def test_who_wanted_somebody_was_asked_back_and_left_is_on_a_list_with_when(
    nurse, visitor, bot, service, text, said
):
    is_offered = text == "could this be done for me"
    bot.says(ASKED_BACK if is_offered else reply("utter_ask_back"), **said)
    await visitor.asks(text)
    assert "Nothing to read" in await listed(nurse, "to_read")  # they may still answer
    service.clock.move(timedelta(minutes=3))
    shown = await listed(nurse, "to_read")
    assert WISHED in shown
    assert "Asked 3 min ago" in shown
    await nurse.posts(talk(visitor, "resolve"))
    assert "Nothing to read" in await listed(nurse, "to_read")


async def test_who_was_asked_back_and_then_asks_something_else_wished_for_nobody(
    nurse, visitor, bot, service
):
    bot.says(ASKED_BACK, outcome="asked_back")
    await visitor.asks("could this be done for me")
    bot.says(reply("utter_greet"))
    await visitor.asks("what does it cost")
    service.clock.move(timedelta(minutes=3))
    assert "Nothing to read" in await listed(nurse, "to_read")


async def test_who_asked_for_a_person_and_waits_is_not_on_the_list_of_unfinished_wishes(
    visitor, bot, service
):
    bot.says(reply("utter_greet"), requests=(handoff(),), events=(FORM,))
    await visitor.asks("I want to talk to a person")
    assert await service.rows(schema.to_reads) == []


async def test_the_desk_says_when_the_bot_is_down_and_when_it_is_back(nurse, visitor, bot):
    first = await nurse.get("/desk/pulse")
    assert first.json()["bot_answers"] is True
    bot.breaks_off()
    mark = first.headers["x-mark"]
    await visitor.sends("what does it cost?")
    told = await until(nurse, mark, answers=False)
    bot.says(reply("utter_greet"))
    await visitor.sends("hello?")
    await until(nurse, told, answers=True)


async def until(nurse, mark: str, *, answers: bool) -> str:
    """Watch until the pulse says so; the answer is its mark."""
    while True:
        answer = await nurse.get("/desk/pulse", params={"mark": mark, "wait": "5"})
        mark = answer.headers["x-mark"]
        if answer.status_code == 200 and answer.json()["bot_answers"] is answers:
            return mark
