"""What a visitor may throw at the door: each has a stated behaviour and a true sentence."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from tests.web.conftest import Visitor, client_of, new_client_id, publish
from tests.web.stand_in_bot import reply
from web import schema
from web.core.limits import Rate


def visitor_rows(rows):
    return [row["text"] for row in rows if row["author"] == "visitor"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is nothing to send yet."),
        ("  \u3000\n\t ", "There is nothing to send yet."),
        ("\u0000\u0007", "There is nothing to send yet."),
        ("\u200b\u2060\ufeff", "There is nothing to send yet."),
        ("\ud800", "There is nothing to send yet."),
        ("x" * 2001, "Your message is longer than 2,000 characters."),
        (42, "We could not read this message."),
        (True, "We could not read this message."),
        (None, "We could not read this message."),
        (["hello"], "We could not read this message."),
        ({"text": "hello"}, "We could not read this message."),
    ],
)
async def test_what_is_no_message_is_refused_with_a_sentence(guest, shared_service, text, sentence):
    response = await guest.sends(text)
    assert response.status_code == 422
    assert response.json()["error"].startswith(sentence)
    assert await shared_service.service.rows(schema.messages, of=guest) == []


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("x" * 2000, "x" * 2000),
        ("a\u0000b\u0007c", "abc"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("\u202eevil\u202c order", "evil order"),
        ("/restart", "/restart"),
        ("/stop", "/stop"),
        ("/back", "/back"),
        ("/session_start", "/session_start"),
        ("/greet", "/greet"),
        ('/faq/k_hole{"x":1}', '/faq/k_hole{"x":1}'),
        ('\u3000/faq/k_hole{"x":1}', '/faq/k_hole{"x":1}'),
        ("\U0001f642\U0001f44d\U0001f3fd", "\U0001f642\U0001f44d\U0001f3fd"),
        ("Wie lange dauert das?", "Wie lange dauert das?"),
        ("これは何ですか", "これは何ですか"),
        ("5", "5"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE messages; --", "'; DROP TABLE messages; --"),
        ("{first_name} {phone}", "{first_name} {phone}"),
    ],
)
async def test_any_text_is_kept_and_goes_to_the_bot_as_text(guest, shared_service, text, stored):
    await guest.asks(text)
    assert visitor_rows(await shared_service.service.rows(schema.messages, of=guest)) == [stored]
    assert shared_service.bot.asked[0]["text"] == stored
    assert "choice" not in shared_service.bot.asked[0]


@pytest.mark.parametrize("size", [16 * 1024 + 1, 1024 * 1024])
async def test_a_body_larger_than_any_message_is_refused(guest, shared_service, size):
    response = await guest.sends("x" * size)
    assert response.status_code == 413
    assert response.json()["error"].startswith("This is more than one message can hold.")
    assert (await guest.sends("hello")).status_code == 201
    assert visitor_rows(await shared_service.service.rows(schema.messages, of=guest)) == ["hello"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"hello"',
        b"\xff\xfe",
        b"[" * 10_000,
        b"{}",
        json.dumps({"text": "hello"}).encode(),
        json.dumps({"client_id": "short", "text": "hello"}).encode(),
        json.dumps({"client_id": "x" * 65, "text": "hello"}).encode(),
        json.dumps({"client_id": "no spaces here", "text": "hello"}).encode(),
        json.dumps({"client_id": 12345678, "text": "hello"}).encode(),
        json.dumps({"client_id": "0123456789"}).encode(),
        json.dumps({"client_id": "0123456789", "text": "hello", "choice_id": "x"}).encode(),
        json.dumps({"client_id": "0123456789", "choice_id": 7}).encode(),
    ],
)
async def test_a_request_that_is_not_of_the_protocol_is_refused(guest, shared_service, body):
    response = await guest.posts(body)
    assert response.status_code == 400
    assert response.json() == {
        "ok": False,
        "error": "We could not read this request.",
        "status": 400,
    }
    assert await shared_service.service.rows(schema.messages, of=guest) == []


@pytest.mark.parametrize("after", ["-1", "1.5", "x", "99999999999999999999", ""])
async def test_a_place_that_is_no_number_is_refused(guest, after):
    response = await guest.http.get(f"{guest.path}/messages?after={after}", headers=guest.headers)
    assert response.status_code in ({200} if after == "" else {400})


async def test_a_place_far_behind_the_end_gives_nothing(guest):
    await guest.asks("hello")
    assert (await guest.reads(after=999_999))["messages"] == []


@pytest.mark.thorough
async def test_fifty_messages_in_a_second_lose_nothing(services, bot):
    service = await services.start(
        limits={
            "messages_per_conversation": Rate(burst=12, refill_s=3600.0),
            "reply_deadline_s": 60.0,
        }
    )
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        waiting = {new_client_id(): f"question {number}" for number in range(50)}
        refused, later_s = 0, 0.0
        service.app.ctx.inbound.admission.timer = lambda: time.monotonic() + later_s
        while waiting:
            keys = list(waiting)
            sent = await asyncio.gather(*(visitor.sends(waiting[key], client_id=key) for key in keys))
            for key, response in zip(keys, sent, strict=True):
                if response.status_code == 201:
                    del waiting[key]
                else:
                    assert response.status_code == 429
                    refused += 1
            later_s += 12 * 3600  # twelve more may come in
        assert refused == 38 + 26 + 14 + 2
        await visitor.hears(50)
    stored = visitor_rows(await service.rows(schema.messages))
    assert sorted(stored) == sorted(f"question {number}" for number in range(50))


async def test_who_writes_too_fast_is_told_so_and_when_to_try_again(services):
    service = await services.start(limits={"messages_per_conversation": Rate(burst=2, refill_s=60.0)})
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.sends("one")
        await visitor.sends("two")
        response = await visitor.sends("three")
        stored = visitor_rows(await service.rows(schema.messages))
    assert response.status_code == 429
    assert response.json()["error"].startswith("You are sending messages very fast.")
    assert 0 < response.json()["retry_after_s"] <= 60
    assert int(response.headers["retry-after"]) >= 1
    assert stored == ["one", "two"]


async def test_a_flood_in_one_chat_does_not_slow_another(services):
    service = await services.start(limits={"messages_per_conversation": Rate(burst=1, refill_s=60.0)})
    async with client_of(service) as http:
        loud, quiet = await Visitor(http).opens_the_chat(), await Visitor(http).opens_the_chat()
        await asyncio.gather(*(loud.sends(f"noise {number}") for number in range(10)))
        assert (await quiet.sends("hello")).status_code == 201


async def test_many_new_chats_from_one_place_are_slowed(services):
    service = await services.start(limits={"conversations_per_address": Rate(burst=2, refill_s=60.0)})
    async with client_of(service) as http:
        statuses = [(await http.post("/v1/conversations")).status_code for _ in range(3)]
    assert statuses == [201, 201, 429]


async def test_a_pressed_choice_goes_to_the_bot_as_its_intent(visitor, service, bot):
    bot.says(reply("utter_which_one", (("What is a crown?", "faq/what_is_a_crown"),)))
    asked = await visitor.asks("crowns or so")
    (choice,) = asked["choices"]
    assert choice["title"] == "What is a crown?"
    bot.says(reply("utter_faq/what_is_a_crown"))
    assert (await visitor.presses(choice["id"])).status_code == 201
    assert (await visitor.hears())[0]["utterance"] == "utter_faq/what_is_a_crown"
    assert bot.asked[-1]["choice"] == {
        "intent": "faq/what_is_a_crown",
        "title": "What is a crown?",
    }
    assert visitor_rows(await service.rows(schema.messages))[-1] == "What is a crown?"


async def test_a_starting_question_is_a_choice(visitor, bot):
    assert [starter["title"] for starter in visitor.starters] == [
        "What is a crown?",
        "Does it hurt?",
        "When are you open?",
    ]
    await visitor.presses(visitor.starters[1]["id"])
    await visitor.hears()
    assert bot.asked[0]["choice"]["intent"] == "faq/does_it_hurt"


async def test_a_choice_of_another_conversation_is_refused(visitor, another_visitor, service):
    response = await another_visitor.presses(visitor.starters[0]["id"])
    assert response.status_code == 422
    assert response.json()["error"].startswith("This button belongs to another chat.")
    assert await service.rows(schema.messages) == []


async def test_an_old_page_after_a_new_release_still_gets_an_answer(visitor, service, bot):
    old = visitor.starters[0]["id"]
    publish(service.settings, release="r2", utterances={"utter_moved": [{"text": "Ask anew."}]})
    bot.says(reply("utter_moved"))
    await visitor.presses(old)
    assert (await visitor.hears())[0]["text"] == "Ask anew."


async def test_a_text_that_names_a_choice_is_only_text(visitor, bot):
    await visitor.asks(visitor.starters[0]["id"])
    assert "choice" not in bot.asked[0]
