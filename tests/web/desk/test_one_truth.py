"""Of each chat the desk says one thing that is true: who answers, whose it is, what was wished."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.desk.chats import asks_for_a_person, talk
from tests.web.desk.test_who_does_what import listed
from tests.web.stand_in_bot import callback, reply
from web.desk import who_answers
from web.hours import clinic_facts

PAGE = {"accept": "text/html"}
WISH = "please don't mention ketamine to whoever picks up, " * 5 + "and ask for Ana"


async def facts_of(client, visitor) -> str:
    page = (await client.get(talk(visitor), headers=PAGE)).text
    return page.split('data-key="facts"')[1].split("</p>")[0]


async def test_the_bot_answers_only_whom_is_there(nurse, visitor, bot, service):
    await asks_for_a_person(visitor, bot)
    here = await facts_of(nurse, visitor)
    assert "The bot is answering." in here
    assert "Visitor here" in here
    service.clock.move(timedelta(minutes=5))
    gone = await facts_of(nurse, visitor)
    assert "Left 5 min ago" in gone
    assert "The bot answers when the visitor writes again." in gone
    assert "is answering" not in gone


async def test_a_chat_with_nothing_open_says_too_whether_the_visitor_is_there(nurse, visitor, bot):
    await visitor.asks("hello")
    facts = await facts_of(nurse, visitor)
    assert "Visitor here" in facts
    assert "No open request." in facts


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"bot_answers": True, "bot_is_off": True}, "The bot is switched off."),
        ({"bot_answers": False, "bot_is_off": False}, "The bot is not answering right now."),
    ],
)
def test_a_bot_that_is_off_or_down_is_not_said_to_answer(how, said):
    assert who_answers.in_words(None, is_here=True, **how) == said


async def test_a_wish_is_shown_whole_on_the_lists_and_on_the_line_of_the_call(nurse, visitor, bot):
    bot.says(
        reply("utter_greet"),
        requests=(callback(first_name="Ana", phone="+15552018834", best_time="mornings", note=WISH),),
    )
    await visitor.asks("please call me")
    assert WISH in (await listed(nurse, "to_call")).replace("&#39;", "'")
    page = (await nurse.get("/desk/callbacks", headers=PAGE)).text.replace("&#39;", "'")
    assert f"<strong>Request:</strong> <bdi>{WISH}</bdi>" in page.split("</summary>")[0]


async def test_a_wish_that_is_all_they_wrote_is_shown_once(nurse, visitor, bot):
    wish = "please call me about my referral"
    bot.says(reply("utter_greet"), requests=(callback(first_name="Ana", phone="+15552018834", note=wish),))
    await visitor.asks(wish)
    assert (await listed(nurse, "to_call")).count(wish) == 1
    line = (await nurse.get("/desk/callbacks", headers=PAGE)).text.split("</summary>")[0]
    assert line.count(wish) == 1
    assert f"<strong>Request:</strong> <bdi>{wish}</bdi>" in line


async def test_two_chats_of_one_minute_have_titles_and_first_words_of_their_own(
    nurse, visitor, another_visitor, bot, service
):
    await asks_for_a_person(visitor, bot, "may I talk to a nurse")
    pages = [(await nurse.get(talk(each), headers=PAGE)).text for each in (visitor, another_visitor)]
    for page in pages:
        title = page.split("<title>")[1].split("</title>")[0]
        assert title.startswith("Visitor, Tuesday 10:")
        assert title.count(":") == 2  # to the second
    assert "<bdi>may I talk to a nurse</bdi>" in pages[0].split("talk-page")[0]
    assert "may I talk" not in pages[0].split("<body")[0]


async def test_where_hours_are_not_set_the_desk_leads_to_them(administrator, nurse, service):
    for name in ("hours", "time_zone"):
        await clear_fact(service, administrator, name)
    assert (
        '<a href="/desk/hours#weekly">Hours are not set</a>' in (await nurse.get("/desk", headers=PAGE)).text
    )
    theirs = (await nurse.get("/desk/hours", headers=PAGE)).text
    assert 'id="weekly"' in theirs
    assert "/studio/facts" not in theirs.split("<main")[1]
    page = (await administrator.get("/desk/hours", headers=PAGE)).text
    assert 'href="/studio/facts"' in page.split("<main")[1]


async def clear_fact(service, by, name: str) -> None:
    context = service.app.ctx.context
    async with service.db.write() as tx:
        await clinic_facts.set_fact(
            tx,
            name,
            None,
            by=by.staff.id,
            now=service.clock(),
            rules=context.rules,
            file_clinic=context.clinic,
        )
