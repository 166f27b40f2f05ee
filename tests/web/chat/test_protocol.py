"""The examples of docs/protocol.md against what really goes over the wire."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.layout.test_protocol import doors
from tests.web.conftest import Visitor, client_of, new_client_id
from tests.web.stand_in_bot import callback, reply, turn
from web.bot.client import read_result, read_similar
from web.hours import on_duty

TEXT = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text(encoding="utf-8")
FIELDS = set(re.findall(r"^\| `(\w+)` \|", TEXT.partition("## A message")[2].partition("## Errors")[0], re.M))
FACTS = set(re.findall(r"^\| `(\w+)` \|", TEXT.partition("| Fact |")[2].partition("The result")[0], re.M))


def examples(heading):
    """The JSON blocks under a heading, in order."""
    section = re.split(r"^#+ ", TEXT.partition(f"### {heading}\n")[2], maxsplit=1, flags=re.M)[0]
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, re.S)]


@pytest.fixture
def talk(visitor, bot):
    """A visitor whose next answer has choices."""
    bot.says(reply("utter_which_one", (("Does it hurt?", "faq/does_it_hurt"),)))
    return visitor


async def ask(visitor, heading):
    method, path = heading.split(" ")
    path = path.replace("{conversation_id}", visitor.id)
    body: dict[str, object] | None
    body = {"client_id": new_client_id(), "text": "hello"} if path.endswith("messages") else None
    if path.endswith("/rating"):
        said = (await visitor.reads())["messages"]
        (mine,) = [each["id"] for each in said if each["author"] == "bot"]
        path, body = path.replace("{message_id}", mine), {"helpful": True}
    return await visitor.http.request(
        method, path, headers=visitor.headers, json=body if method == "POST" else None
    )


# Need a mailbox: tests/web/desk/test_away_replies.py
WITH_A_MAILBOX = {"PUT /v1/conversations/{conversation_id}/contact", "POST /v1/reply-links"}
HEADINGS = sorted(set(re.findall(r"^### ([A-Z]+ /v1\S*)$", TEXT, re.M)) & doors() - WITH_A_MAILBOX)


@pytest.mark.parametrize("heading", HEADINGS)
async def test_an_answer_has_exactly_the_fields_of_the_example(talk, heading):
    await talk.asks("hello")
    answer = await ask(talk, heading)
    assert answer.status_code in (200, 201), answer.text
    assert answer.json().keys() == examples(heading)[0].keys()


async def test_a_message_has_exactly_the_fields_of_the_table(talk):
    await talk.asks("hello")
    await talk.sends("I want to kill myself")
    said = (await talk.reads())["messages"]
    assert {each["kind"] for each in said} == {"text", "card"}
    for each in said:
        assert each.keys() == FIELDS
        assert f"`{each['author']}`" in TEXT
        assert f"`{each['kind']}`" in TEXT


async def test_a_turn_is_asked_for_exactly_as_described(talk, bot):
    await talk.asks("hello")
    await talk.presses(talk.starters[0]["id"])
    await talk.hears()
    example, result = examples("POST /webhooks/turn/turn")
    assert bot.asked[0].keys() == example.keys()
    assert bot.asked[1].keys() == example.keys() - {"text"} | {"choice"}
    assert bot.asked[1]["choice"].keys() == {"intent", "title"}
    assert bot.asked[0]["facts"].keys() & FACTS == FACTS - {
        "next_opening", "closed_today", "person_here", "call_sent_at",
    }  # fmt: skip
    assert read_result(json.dumps(result).encode()).wishes[0].kind == "callback"


async def test_the_facts_of_a_closed_day_are_as_described(services, bot):
    service = await services.start()
    service.clock.move(service.clock().replace(month=12, day=25) - service.clock())
    async with service.db.write() as tx:
        await on_duty.i_am_here(tx, "nurse", service.clock() + timedelta(hours=1), service.clock())
    async with client_of(service) as http:
        await (await Visitor(http).opens_the_chat()).asks("hello")
    assert bot.asked[0]["facts"].keys() >= FACTS - {"call_sent_at"}


def test_the_stand_in_bot_answers_as_described():
    result = examples("POST /webhooks/turn/turn")[1]
    made = turn(reply("utter_greet"), requests=(callback(phone="+15552018834"),))
    assert made.keys() == result.keys() - {"language"}
    assert made["replies"][0].keys() == result["replies"][0].keys()
    assert made["understood"].keys() == result["understood"].keys()


def test_the_example_of_similar_can_be_read():
    asked, found = examples("POST /webhooks/turn/similar")
    assert asked.keys() == {"texts", "limit"}
    (near,) = read_similar(json.dumps(found).encode(), count=1)[0]
    assert near.answer == "parking"
