"""What staff have written and not sent is kept for them, until it is sent or the chat is gone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest

from tests.web.conftest import signed_in
from tests.web.desk.chats import talk
from tests.web.stand_in_bot import handoff, reply
from web import schema
from web.chat import retention

PAGE = {"accept": "text/html"}
WORDS = "Please come at nine\nand bring your card"


async def writes(client, visitor, text=WORDS, *, field="reply", tab="here", **more):
    answer = await client.posts(talk(visitor, "draft"), field=field, text=text, tab=tab, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def unsent(client, visitor, *, tab="") -> dict:
    page = (await client.get(talk(visitor, "live"), params={"tab": tab} if tab else {})).text
    (found,) = re.findall(r'data-drafts="([^"]*)"', page)
    return json.loads(unescape(found))


async def test_a_draft_stands_in_the_field_when_the_page_is_opened_again(nurse, second_nurse, visitor):
    await visitor.asks("hello")
    await writes(nurse, visitor)
    await writes(nurse, visitor, "has a dog", field="note")
    page = unescape((await nurse.get(talk(visitor), headers=PAGE)).text)
    assert f">\n{WORDS}</textarea>" in page
    assert ">\nhas a dog</textarea>" in page
    assert WORDS not in (await second_nurse.get(talk(visitor), headers=PAGE)).text
    assert WORDS not in str(await visitor.reads())


async def test_a_draft_is_there_after_the_session_ended_and_on_another_device(service, visitor):
    await visitor.asks("hello")
    async with signed_in(service, "nurse") as first:
        await writes(first, visitor)
        await first.posts("/sign-out")
        assert (await first.posts(talk(visitor, "draft"), field="reply", text="too late")).status_code == 401
    async with signed_in(service, "nurse") as second:
        assert (await unsent(second, visitor))["reply"]["text"] == WORDS


async def test_the_newer_wins_and_the_other_window_is_given_what_it_wrote_over(nurse, visitor):
    await visitor.asks("hello")
    await writes(nurse, visitor, "from the desk", tab="desk", mark="m1")
    assert (await unsent(nurse, visitor, tab="desk"))["reply"] == "mine"
    shown = (await unsent(nurse, visitor, tab="phone"))["reply"]
    assert (shown["text"], shown["mark"]) == ("from the desk", "m1")
    known = await writes(nurse, visitor, "from the desk, and on", tab="phone", mark="m2", seen="m1")
    assert known["other"] is None  # it had seen them
    blind = await writes(nurse, visitor, "something else", tab="desk", mark="m3", seen="m1")
    assert blind["other"] == "from the desk, and on"
    assert (await unsent(nurse, visitor, tab="phone"))["reply"]["text"] == "something else"


@pytest.mark.parametrize("field", ["reply", "note"])
async def test_what_was_sent_is_no_draft_any_more(nurse, visitor, service, field):
    await visitor.asks("hello")
    await writes(nurse, visitor, field=field)
    await nurse.posts(talk(visitor, field), text=WORDS, tab="here")
    assert await service.rows(schema.drafts) == []


async def test_what_another_window_wrote_meanwhile_stays_a_draft(nurse, visitor):
    await visitor.asks("hello")
    await writes(nurse, visitor, "hello there", tab="desk")
    await writes(nurse, visitor, "a second thought", tab="phone")
    await nurse.posts(talk(visitor, "reply"), text="hello there", tab="desk")
    assert (await unsent(nurse, visitor))["reply"]["text"] == "a second thought"


async def test_what_was_written_on_another_device_and_sent_from_here_is_no_draft(nurse, visitor, service):
    await visitor.asks("hello")
    await writes(nurse, visitor, tab="phone", mark="m1")
    await nurse.posts(talk(visitor, "reply"), text=WORDS, tab="desk", seen="m1")
    assert await service.rows(schema.drafts) == []


async def test_own_words_wait_behind_an_approved_answer(nurse, visitor):
    await visitor.asks("hello")
    await writes(nurse, visitor, answer_id="does_it_hurt")
    kept = (await unsent(nurse, visitor))["reply"]
    assert kept["text"] == WORDS
    assert kept["answer"]["title"] == "Does it hurt?"
    assert kept["answer"]["text"].startswith("We numb the tooth first.")
    await nurse.posts(talk(visitor, "reply"), answer_id="does_it_hurt", tab="here")
    kept = (await unsent(nurse, visitor))["reply"]
    assert (kept["text"], kept["answer"]) == (WORDS, None)


async def test_a_reply_that_was_refused_stays_a_draft(nurse, second_nurse, visitor, bot):
    await visitor.asks("hello")
    await second_nurse.posts(talk(visitor, "claim"))
    await writes(nurse, visitor)
    assert (await nurse.posts(talk(visitor, "reply"), text=WORDS, tab="here")).status_code == 409
    assert (await unsent(nurse, visitor))["reply"]["text"] == WORDS


async def test_an_emptied_field_is_no_draft(nurse, visitor, service):
    await visitor.asks("hello")
    await writes(nurse, visitor)
    await writes(nurse, visitor, "  \n")
    assert await service.rows(schema.drafts) == []


@pytest.mark.parametrize("how", ["visitor", "retention"])
async def test_drafts_go_with_their_conversation(nurse, visitor, service, how):
    await visitor.asks("hello")
    await writes(nurse, visitor)
    if how == "visitor":
        await visitor.http.delete(visitor.path, headers=visitor.headers)
    else:
        async with service.db.write() as tx:
            now = service.clock() + timedelta(days=400)
            await retention.purge_chats(tx, limits=service.settings.limits, now=now)
    assert await service.rows(schema.drafts) == []
    answer = await nurse.posts(talk(visitor, "draft"), field="reply", text=WORDS)
    assert answer.status_code == 404


async def test_a_draft_does_not_keep_a_conversation_longer(nurse, visitor, service):
    await visitor.asks("hello")
    before = await service.rows(schema.conversations)
    await writes(nurse, visitor)
    assert await service.rows(schema.conversations) == before


async def test_the_lists_show_the_writer_where_a_draft_waits(nurse, second_nurse, visitor, bot):
    bot.says(reply("utter_greet"), requests=(handoff(),))
    await visitor.asks("a person please")
    await writes(nurse, visitor)
    assert "Your draft" in (await nurse.get("/desk", headers=PAGE)).text
    assert "Your draft" not in (await second_nurse.get("/desk", headers=PAGE)).text


@pytest.mark.parametrize(
    ("field", "text", "status"),
    [("reply", "x" * 4001, 400), ("title", "x", 400), ("reply", "x" * 30_000, 413)],
)
async def test_what_cannot_be_kept_is_refused_in_a_sentence(nurse, visitor, service, field, text, status):
    await visitor.asks("hello")
    answer = await nurse.posts(talk(visitor, "draft"), field=field, text=text)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    assert await service.rows(schema.drafts) == []
