"""Every door, tried by a stranger."""

from __future__ import annotations

import re
import secrets

import pytest

from tests.web.conftest import Visitor, client_of, new_client_id
from web import schema

# What anybody may ask of the visitor's door without a token; everything else there belongs to one
# conversation, and the tests below try it with every wrong token.
OPEN_DOORS = {
    ("GET", "/v1/health"),
    ("GET", "/v1/now"),
    ("POST", "/v1/conversations"),
    ("POST", "/v1/reply-links"),  # the link that was sent names the chat; tests/web/desk/test_away_replies.py
}


def visitor_doors(app):
    """Method and path of every route of the visitor's door, from the running service."""
    return {
        (method, "/" + route.path.strip("/"))
        for route in app.router.routes
        for method in route.methods
        if route.path.strip("/").startswith("v1/") and method not in {"HEAD", "OPTIONS"}
    }


async def test_every_door_of_visitors_belongs_to_one_conversation_or_is_open(shared_service):
    others = visitor_doors(shared_service.service.app) - OPEN_DOORS
    assert len(others) >= 3
    assert [door for door in others if "<conversation_id:str>" not in door[1]] == []


@pytest.mark.parametrize("token", ["none", "another visitor's", "a guess", "empty", "staff's", "half"])
async def test_a_stranger_is_told_the_same_as_for_a_chat_that_is_not_there(guest, shared_service, token):
    another = await Visitor(shared_service.http).opens_the_chat()
    await guest.asks("hello")
    headers = {
        "none": {},
        "another visitor's": another.headers,
        "a guess": {"authorization": f"Bearer {secrets.token_urlsafe(32)}"},
        "empty": {"authorization": "Bearer"},
        "staff's": {"cookie": f"front_desk_staff={guest.token}"},
        "half": {"authorization": f"Bearer {guest.token[:-1]}"},
    }[token]
    own = (await guest.reads())["messages"][0]["id"]
    for method, route in visitor_doors(shared_service.service.app) - OPEN_DOORS:
        answers = []
        for name in (guest.id, "not-there", "..%2f..%2fetc"):
            path = re.sub(r"<\w+:\w+>", own, route.replace("<conversation_id:str>", name))
            body = {"client_id": new_client_id(), "text": "hello"} if method != "GET" else None
            answers.append(await guest.http.request(method, path, headers=headers, json=body))
        assert [answer.status_code for answer in answers] == [404] * 3, (method, route)
        assert answers[0].content == answers[1].content, (method, route)
    assert len(await shared_service.service.rows(schema.messages, of=guest)) == 2


FOREIGN = (
    "null",
    "",
    "*",
    "undefined",
    "file://",
    "data:",
    "chrome-extension://abcdefgh",
    "https://evil.example",
    "http://www.example.com",
    "ftp://www.example.com",
    "wss://www.example.com",
    "https://example.com",
    "https://shop.www.example.com",
    "https://evilwww.example.com",
    "https://www.example.com.evil.example",
    "https://www.example.com.",
    "https://www.example.com/",
    "https://www.example.com:8443",
    "https://www.example.com@evil.example",
    "https://evil.example#https://www.example.com",
    "https://evil.example/https://www.example.com",
    "https://www.example.com https://evil.example",
    "https://www.example.com, https://evil.example",
    "https://www.example.com%00.evil.example",
    "https://[",
    "https://",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost",
    "http://[::1]",
    "http://desk.example.com",
    "https://desk.example.com:8000",
    "https://desk.example.com.evil.example",
)


async def test_a_page_of_another_site_opens_nothing(services):
    service = await services.start(
        mode="live",
        allowed_sites=("https://www.example.com", "https://www.second.example"),
        public_url="https://desk.example.com",
    )
    doors = [door for door in visitor_doors(service.app) if door[0] != "GET"]
    assert len(FOREIGN) >= 20
    assert len(doors) >= 3
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.asks("hello")
        before = await service.rows(schema.messages)
        for origin in FOREIGN:
            for method, route in doors:
                path = re.sub(
                    r"<\w+:\w+>", before[1]["id"], route.replace("<conversation_id:str>", visitor.id)
                )
                answer = await http.request(
                    method,
                    path,
                    headers={**visitor.headers, "origin": origin},
                    json={"client_id": new_client_id(), "text": "hello", "helpful": True},
                )
                assert answer.status_code == 403, (origin, method, route)
                assert answer.json()["error"].startswith("This request did not come from our own page.")
                assert "access-control-allow-origin" not in answer.headers
    assert await service.rows(schema.messages) == before
    assert len(await service.rows(schema.conversations)) == 1


async def test_our_own_page_and_the_allowed_sites_are_let_in(services):
    allowed = ("https://www.example.com", "https://www.second.example")
    service = await services.start(mode="live", allowed_sites=allowed)
    async with client_of(service) as http:
        for origin in (service.url, *allowed):
            answer = await http.post("/v1/conversations", headers={"origin": origin})
            assert answer.status_code == 201


async def test_with_the_desk_off_its_doors_do_not_exist(services):
    service = await services.start(desk=False)
    async with client_of(service) as http:
        for path in ("/desk", "/sign-in", "/staff", "/setup"):
            assert (await http.get(path)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/v1/nothing",
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%2fsettings.py",
        "/var/front-desk.sqlite3",
        "/.env",
    ],
)
async def test_what_is_not_there_is_not_there(shared_service, path):
    answer = await shared_service.http.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"ok": False, "error": "There is no such page here.", "status": 404}


async def test_a_wrong_method_is_refused_in_the_one_shape(shared_service):
    answer = await shared_service.http.put("/v1/conversations")
    assert answer.status_code == 405
    assert answer.json()["ok"] is False
