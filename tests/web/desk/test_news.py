"""What needs somebody is told on every page of theirs: who waits, what was given to them, new words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.desk.chats import asks_for_a_person, talk
from web import schema
from web.hours import staff_activity

PAGE = {"accept": "text/html"}


async def pulse(client) -> dict:
    return (await client.get("/desk/pulse")).json()


async def waiting(client) -> str:
    page = (await client.get("/desk", headers=PAGE)).text
    return page.split('data-list="waiting"')[1].split('data-list="to_call"')[0]


async def test_new_words_in_a_chat_i_hold_are_news_until_i_have_read_them(nurse, second_nurse, visitor, bot):
    await asks_for_a_person(visitor, bot)
    await nurse.get(talk(visitor), headers=PAGE)
    await nurse.posts(talk(visitor, "reply"), text="Hello")
    assert (await pulse(nurse))["words"] == []
    await visitor.sends("hello Nina?")
    (key,) = (await pulse(nurse))["words"]
    assert key.startswith(visitor.id)
    assert (await pulse(second_nurse))["words"] == []
    assert "New message" in await waiting(nurse)
    seq = int(key.split(" ")[1])
    await nurse.get(talk(visitor, "live"), params={"read": str(seq - 1)})
    assert (await pulse(nurse))["words"] == [key]
    await nurse.get(talk(visitor, "live"), params={"read": str(seq)})
    assert (await pulse(nurse))["words"] == []
    assert "New message" not in await waiting(nurse)


async def test_a_chat_that_a_colleague_gave_me_is_news_until_i_open_it(nurse, second_nurse, visitor, bot):
    await asks_for_a_person(visitor, bot)
    await second_nurse.get("/desk", headers=PAGE)
    await second_nurse.get(talk(visitor), headers=PAGE)  # a look before is not the look after
    await second_nurse.posts(talk(visitor, "leave"))
    await nurse.posts(talk(visitor, "assign"), to=second_nurse.staff.id)
    told = await pulse(second_nurse)
    assert [key.split(" ")[0] for key in told["assigned"]] == [visitor.id]
    assert told["given_by"] == "Nina Nurse"
    assert "Nina Nurse assigned it to you" in await waiting(second_nurse)
    assert (await pulse(nurse))["assigned"] == []
    await second_nurse.get(talk(visitor), headers=PAGE)
    assert (await pulse(second_nurse))["assigned"] == []


async def test_what_i_take_myself_was_given_by_nobody(nurse, visitor, bot):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "claim"))
    await nurse.posts(talk(visitor, "assign"), to=nurse.staff.id)
    assert (await pulse(nurse))["assigned"] == []


async def test_the_lists_say_since_when_words_are_unanswered_and_what_was_answered(
    nurse, visitor, bot, service
):
    await asks_for_a_person(visitor, bot)
    service.clock.move(timedelta(minutes=8))
    await visitor.reads()
    await nurse.posts(talk(visitor, "reply"), text="Hello")
    assert "Answered" in await waiting(nurse)
    assert (await pulse(nurse))["counts"]["yours"] == 0
    await visitor.sends("and one more thing")
    service.clock.move(timedelta(minutes=3))
    await nurse.get("/desk", headers=PAGE)
    assert "Unanswered 3 min" in await waiting(nurse)
    assert (await pulse(nurse))["counts"]["yours"] == 1


async def test_who_waits_for_an_answer_of_mine_is_not_behind_those_who_came_later(
    nurse, visitor, another_visitor, bot
):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "reply"), text="Hello")
    await asks_for_a_person(another_visitor, bot)
    page = await waiting(nurse)
    assert page.index(another_visitor.id) < page.index(visitor.id)
    await visitor.sends("are you there?")
    await another_visitor.sends("hello?")
    await nurse.posts(talk(another_visitor, "reply"), text="Hello")
    page = await waiting(nurse)
    assert page.index(visitor.id) < page.index(another_visitor.id)


async def test_a_visitor_whom_somebody_only_looked_at_is_a_breach_like_one_nobody_opened(
    nurse, visitor, bot, service
):
    await asks_for_a_person(visitor, bot)
    await nurse.get(talk(visitor), headers=PAGE)
    service.clock.move(timedelta(minutes=5, seconds=10))
    await visitor.reads()
    await service.app.ctx.timeout_worker.look()
    assert "Not answered in time" in await waiting(nurse)
    assert len((await pulse(nurse))["missed"]) == 1
    page = (await nurse.get(talk(visitor), headers=PAGE)).text
    assert "Nobody answered in time" in page
    await nurse.posts(talk(visitor, "reply"), text="Hello")
    assert "Not answered in time" not in await waiting(nurse)


async def test_who_is_just_being_written_to_is_no_breach(nurse, visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    service.clock.move(timedelta(minutes=5, seconds=10))
    await visitor.reads()
    await nurse.posts(talk(visitor, "typing"), typing="yes")
    await service.app.ctx.timeout_worker.look()
    assert "in time" not in await waiting(nurse)


async def test_what_comes_back_to_the_list_waits_from_then_on(nurse, visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "claim"))
    service.clock.move(timedelta(minutes=9))
    await visitor.reads()
    await nurse.posts(talk(visitor, "hand-back"))
    await service.app.ctx.timeout_worker.look()
    assert "in time" not in await waiting(nurse)
    service.clock.move(timedelta(minutes=5, seconds=10))
    await visitor.reads()
    await service.app.ctx.timeout_worker.look()
    assert "Not answered in time" in await waiting(nurse)


@pytest.mark.parametrize("path", ["/desk/pulse", "/desk/live", "/desk/callbacks/live"])
async def test_a_page_that_nobody_hears_or_uses_is_not_watched(nurse, service, path):
    answer = await nurse.get(path, params={"heard": "no"})
    assert answer.status_code == 200
    async with service.db.read() as tx:
        assert await staff_activity.colleagues(tx, now=service.clock()) == []
    await nurse.get(path, params={"heard": "yes"})
    assert [row["staff_id"] for row in await service.rows(schema.at_desk)] == [nurse.staff.id]


async def test_the_pulse_holds_no_word_of_a_visitor(nurse, visitor, bot):
    await asks_for_a_person(visitor, bot, "my name is Canary, a person please")
    await nurse.posts(talk(visitor, "claim"))
    await visitor.sends("Canary asks again")
    assert "Canary" not in str(await pulse(nurse))
