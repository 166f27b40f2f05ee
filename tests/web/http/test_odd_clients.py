"""Clients that are old, broken, rude or lost, on either database: a clear answer, and nothing lost."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.web.conftest import Visitor, client_of, new_client_id
from tests.web.stand_in_bot import reply
from web import schema

ODD_IDS = ("%00", "a%00b", "%ED%A0%80", "%FF", "%2e%2e", "'%20OR%201=1", "x" * 5000, "%F0%9F%99%82", "null")


async def test_an_odd_id_in_an_address_is_just_not_there(visitor, service):
    await visitor.asks("hello")
    for odd in ODD_IDS:
        for method, rest in (("GET", ""), ("GET", "/messages"), ("POST", "/messages"), ("DELETE", "")):
            answer = await visitor.http.request(
                method, f"/v1/conversations/{odd}{rest}", headers=visitor.headers
            )
            assert answer.status_code == 404, (odd, method, rest)
            assert answer.json()["ok"] is False
    assert len((await visitor.reads())["messages"]) == 2


async def test_an_odd_choice_is_refused_with_a_sentence(visitor):
    for choice_id in ("", "\u0000", "a\u0000b", "\ud800", "' OR 1=1", "x" * 10_000, "ключ"):
        answer = await visitor.presses(choice_id)
        assert answer.status_code == 422, choice_id
        assert answer.json()["error"].startswith("This button belongs to another chat.")


async def test_an_old_client_id_gives_back_the_old_message_in_its_place(visitor, service, bot):
    ids = [new_client_id() for _ in range(3)]
    for number, client_id in enumerate(ids):
        await visitor.sends(f"question {number}", client_id=client_id)
    await visitor.hears(3)
    for number in (2, 0, 1):  # a tab that slept sends everything again, in any order
        again = await visitor.sends(f"question {number}", client_id=ids[number])
        assert again.status_code == 200
        assert again.json()["message"]["text"] == f"question {number}"
    said = (await visitor.reads())["messages"]
    asked = [message["text"] for message in said if message["author"] == "visitor"]
    assert asked == ["question 0", "question 1", "question 2"]
    assert len(bot.asked) == 3


async def test_the_same_id_for_a_text_and_a_choice_is_refused(visitor):
    client_id = new_client_id()
    await visitor.sends(visitor.starters[0]["title"], client_id=client_id)
    assert (await visitor.presses(visitor.starters[0]["id"], client_id=client_id)).status_code == 409


async def test_a_lost_place_is_mended(visitor):
    await visitor.asks("hello")
    assert (await visitor.reads(after=999_999_999))["last"] == 2


async def test_a_client_that_never_reads_costs_nothing_and_loses_nothing(visitor, service):
    for number in range(20):
        await visitor.sends(f"question {number}")
    assert service.app.ctx.context.pubsub.count(visitor.id) == 0
    await visitor.hears(20)
    assert len((await visitor.reads())["messages"]) == 40


async def test_who_hangs_up_while_waiting_leaves_no_listener(visitor, service):
    pubsub = service.app.ctx.context.pubsub
    waiting = [asyncio.create_task(visitor.reads(wait=25)) for _ in range(5)]
    while pubsub.count(visitor.id) < 5:  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    while pubsub.count(visitor.id):  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)
    assert service.app.ctx.inbound.admission._waiting == {}
    assert (await visitor.asks("hello"))["utterance"] == "utter_greet"


async def raw(service, data):
    """Send bytes as they are, and read until the service hangs up or has answered."""
    host, port = service.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("query", ["language=%00", "language=a%00b", "q=%00&page=2"])
async def test_a_nul_in_a_query_never_reaches_the_record(shared_service, query):
    for path in ("/v1/now", "/in-tray", "/desk"):
        answer = await shared_service.http.get(f"{path}?{query}")
        assert answer.status_code == 404, path


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("GARBAGE\r\n\r\n", b""),
        ("GET / HTTP/9.9\r\n\r\n", b""),
        ("GET /v1/health HTTP/1.1\r\nhost: x\r\nx-long: " + "x" * 100_000 + "\r\n\r\n", b""),
        ("POST {path} HTTP/1.1\r\nhost: x\r\n{token}content-length: 1000000\r\n\r\n", b"x" * 1_000_000),
        ("POST {path} HTTP/1.1\r\nhost: x\r\n{token}content-length: nine\r\n\r\n", b"x"),
        ("POST {path} HTTP/1.1\r\nhost: x\r\n{token}content-length: -1\r\n\r\n", b"x"),
        ("POST {path} HTTP/1.1\r\nhost: x\r\n{token}content-length: 500\r\n\r\n", b'{"client_id"'),
        (
            "POST {path} HTTP/1.1\r\nhost: x\r\n{token}transfer-encoding: chunked\r\n\r\n",
            b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n0\r\n\r\n",
        ),
    ],
)
async def test_what_is_hardly_http_stores_nothing_and_breaks_nothing(shared_service, guest, head, body):
    token = f"authorization: Bearer {guest.token}\r\n"
    data = head.replace("{path}", f"{guest.path}/messages").replace("{token}", token).encode() + body
    try:
        answer = await raw(shared_service.service, data)
    except ConnectionError:  # hung up on in the middle of it
        answer = b""
    assert b"200 OK" not in answer.split(b"\r\n")[0]
    assert b"201" not in answer.split(b"\r\n")[0]
    assert b"Traceback" not in answer
    assert await shared_service.service.rows(schema.messages, of=guest) == []
    assert (await guest.asks("hello"))["utterance"] == "utter_greet"


async def test_a_body_in_another_encoding_is_refused(visitor):
    body = json.dumps({"client_id": new_client_id(), "text": "hello"}).encode("utf-16")
    assert (await visitor.posts(body)).status_code == 400


async def test_the_same_key_twice_is_the_last_one_as_json_says(visitor, service):
    body = b'{"client_id": "0123456789", "text": "one", "text": "two"}'
    assert (await visitor.posts(body)).status_code == 201
    assert (await visitor.reads())["messages"][0]["text"] == "two"


async def test_a_page_from_before_the_restart_goes_on(services, bot):
    first = await services.start()
    async with client_of(first) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.asks("hello")
    await services.stop(first)
    second = await services.start()
    async with client_of(second) as http:
        visitor.http = http
        bot.says(reply("utter_greet"))
        assert (await visitor.asks("are you still there"))["utterance"] == "utter_greet"
        assert [each["seq"] for each in (await visitor.reads())["messages"]] == [1, 2, 3, 4]
