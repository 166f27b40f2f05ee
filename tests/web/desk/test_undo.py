"""What was done by mistake is taken back for a minute, whole, unless somebody has gone on with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.desk.chats import asks_for_a_person, talk
from tests.web.stand_in_bot import callback, handoff, reply
from web import schema

PAGE = {"accept": "text/html"}
CRISIS = "I want to kill myself"


async def does(client, path: str, **fields) -> str:
    """Do it; the answer is the name under which it can be taken back."""
    answer = await client.posts(path, **fields)
    assert answer.status_code == 200, answer.text
    assert answer.json()["undo"]
    return answer.json()["undo"]


async def takes_back(client, undo: str):
    return await client.posts("/desk/undo", undo=undo)


async def state(service) -> list:
    """Everything of the record that a deed changes."""
    tables = (schema.handoffs, schema.to_reads, schema.false_alarms, schema.callbacks)
    return [sorted(await service.rows(table), key=lambda row: row["id"]) for table in tables]


@pytest.mark.parametrize("deed", ["resolve", "hand-back"])
async def test_a_chat_that_was_let_go_is_mine_again_and_the_visitor_is_told(
    nurse, visitor, bot, service, deed
):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "reply"), text="Hello")
    before = await state(service)
    undo = await does(nurse, talk(visitor, deed))
    assert await state(service) != before
    answer = await takes_back(nurse, undo)
    assert answer.json()["path"] == talk(visitor)
    assert await state(service) == before
    assert (await visitor.reads())["messages"][-1]["details"]["event"] == "staff_joined"
    assert (await visitor.sends("thanks")).json()["pending"] == []  # the bot is silent
    page = (await nurse.get(talk(visitor), headers=PAGE)).text
    assert f"undid it: {'resolved' if deed == 'resolve' else 'handed back'}" in page


async def test_not_a_crisis_is_taken_back_with_all_that_it_taught(nurse, visitor, service):
    await visitor.sends(CRISIS)
    await nurse.get(talk(visitor), headers=PAGE)
    before = await state(service)
    undo = await does(nurse, talk(visitor, "not-a-crisis"), sure="yes")
    assert await service.rows(schema.false_alarms)
    await takes_back(nurse, undo)
    assert await state(service) == before
    assert [row["did"] for row in await service.rows(schema.handoff_events)][-1] == "undone"
    # Later it is said again, and meant: what safety heard is kept then.
    await nurse.posts(talk(visitor, "not-a-crisis"), sure="yes")
    assert len(await service.rows(schema.false_alarms)) == 1


async def test_a_crisis_closed_with_its_outcome_is_live_again(nurse, visitor, service):
    await visitor.sends(CRISIS)
    before = await state(service)
    undo = await does(nurse, talk(visitor, "resolve"), outcome="spoke")
    await takes_back(nurse, undo)
    assert await state(service) == before
    assert len((await nurse.get("/desk/pulse")).json()["urgent"]) == 1


async def test_mark_all_as_read_is_taken_back(nurse, visitor, another_visitor, bot, service):
    for each in (visitor, another_visitor):
        bot.says(reply("utter_declined"), outcome="declined")
        await each.asks("what is the meaning of life?")
    before = await state(service)
    undo = await does(nurse, "/desk/read-all")
    await takes_back(nurse, undo)
    assert await state(service) == before


async def test_a_call_that_was_done_by_mistake_is_open_again(nurse, visitor, bot, service):
    bot.says(reply("utter_greet"), requests=(callback(first_name="Ana", phone="+15552018834"),))
    await visitor.asks("please call me")
    (call,) = await service.rows(schema.callbacks)
    await nurse.posts(f"/desk/callbacks/{call['id']}/move", to="called")
    before = await state(service)
    undo = await does(nurse, f"/desk/callbacks/{call['id']}/move", to="done")
    answer = await takes_back(nurse, undo)
    assert answer.json()["path"] == "/desk/callbacks"
    assert await state(service) == before
    assert "Last step undone, by Nina Nurse" in (await nurse.get("/desk/callbacks", headers=PAGE)).text


async def test_after_a_minute_it_stays(nurse, visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    undo = await does(nurse, talk(visitor, "resolve"))
    service.clock.move(timedelta(minutes=2))
    after = await state(service)
    refused = await takes_back(nurse, undo)
    assert (refused.status_code, "minute is over" in refused.json()["error"]) == (409, True)
    assert await state(service) == after


async def test_nobody_takes_back_what_a_colleague_did_or_twice(nurse, second_nurse, visitor, bot):
    await asks_for_a_person(visitor, bot)
    undo = await does(nurse, talk(visitor, "resolve"))
    assert (await takes_back(second_nurse, undo)).status_code == 409
    assert (await takes_back(nurse, undo)).status_code == 200
    assert (await takes_back(nurse, undo)).status_code == 409


async def test_what_a_colleague_went_on_with_is_not_taken_away(nurse, second_nurse, visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "claim"))
    undo = await does(nurse, talk(visitor, "hand-back"))
    await second_nurse.posts(talk(visitor, "reply"), text="Hello")
    refused = await takes_back(nurse, undo)
    assert "continued" in refused.json()["error"]
    (row,) = await service.rows(schema.handoffs)
    assert row["claimed_by"] == second_nurse.staff.id


async def test_who_asked_again_meanwhile_keeps_the_new_request(nurse, visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    undo = await does(nurse, talk(visitor, "resolve"))
    await asks_for_a_person(visitor, bot)
    after = await state(service)
    assert (await takes_back(nurse, undo)).status_code == 409
    assert await state(service) == after


async def test_looking_at_it_in_between_is_no_going_on(nurse, second_nurse, visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "claim"))
    undo = await does(nurse, talk(visitor, "hand-back"))
    await second_nurse.get(talk(visitor), headers=PAGE)
    assert (await takes_back(nurse, undo)).status_code == 200


async def test_a_deleted_chat_comes_back_by_no_undo(nurse, visitor, bot):
    await asks_for_a_person(visitor, bot)
    undo = await does(nurse, talk(visitor, "resolve"))
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    assert (await takes_back(nurse, undo)).status_code == 404


async def test_the_page_offers_to_undo_without_a_script_too(nurse, visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    form = {"form_token": nurse.staff.form_token}
    led = await nurse.post(talk(visitor, "resolve"), data=form, headers=PAGE)
    page = (await nurse.get(led.headers["location"], headers=PAGE)).text
    (kept,) = await service.rows(schema.undos)
    assert f'name="undo" value="{kept["id"]}"' in page
    back = await nurse.post("/desk/undo", data={**form, "undo": kept["id"]}, headers=PAGE)
    assert back.headers["location"].startswith(talk(visitor))


async def test_what_is_kept_to_undo_holds_no_word_of_a_visitor(nurse, visitor, bot, service):
    bot.says(reply("utter_greet"), requests=(callback(first_name="Canary", phone="+15552018834"), handoff()))
    await visitor.asks("Canary would like a call")
    await does(nurse, talk(visitor, "resolve"))
    (kept,) = await service.rows(schema.undos)
    assert "Canary" not in str(kept)
    assert "2018834" not in str(kept)
