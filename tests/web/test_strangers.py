"""Every door, tried by a stranger."""

from __future__ import annotations

import secrets

import pytest

from tests.web.conftest import Visitor, client_of, new_client_id
from tests.web.test_in_tray import sign_in
from web import schema

VISITOR_DOORS = [
    ("GET", "/v1/conversations/{id}/messages"),
    ("POST", "/v1/conversations/{id}/messages"),
    ("DELETE", "/v1/conversations/{id}"),
]
STAFF_DOORS = [
    ("GET", "/in-tray"),
    ("GET", "/in-tray/conversations/{id}"),
    ("POST", "/in-tray/callbacks/{id}/done"),
    ("POST", "/in-tray/handoffs/{id}/done"),
    ("POST", "/in-tray/sign-out"),
]
OPEN_DOORS = {
    ("GET", "/"),
    ("GET", "/v1/health"),
    ("POST", "/v1/conversations"),
    ("GET", "/in-tray/sign-in"),
    ("POST", "/in-tray/sign-in"),
    ("GET", "/in-tray/list"),  # has a test of its own: it answers a script
}


async def test_every_route_is_tried_here(open_house):
    routes = {
        (method, "/" + route.path.replace("<conversation_id:str>", "{id}").replace(
            "<request_id:str>", "{id}").rstrip("/"))
        for route in open_house.service.app.router.routes
        for method in route.methods
        if not route.path.startswith("static") and method != "HEAD"
    }  # fmt: skip
    assert routes == OPEN_DOORS | set(VISITOR_DOORS) | set(STAFF_DOORS)


@pytest.mark.parametrize(("method", "path"), VISITOR_DOORS)
@pytest.mark.parametrize("token", ["none", "another visitor's", "a guess", "empty", "staff's"])
async def test_a_stranger_is_told_the_same_as_for_a_chat_that_is_not_there(
    guest, open_house, method, path, token
):
    another = await Visitor(open_house.http).opens_the_chat()
    await guest.asks("hello")
    headers = {
        "none": {},
        "another visitor's": another.headers,
        "a guess": {"authorization": f"Bearer {secrets.token_urlsafe(32)}"},
        "empty": {"authorization": "Bearer"},
        "staff's": {"cookie": f"front_desk_staff={guest.token}"},
    }[token]
    body = {"client_id": new_client_id(), "text": "hello"} if method == "POST" else None
    answers = [
        await guest.http.request(method, path.format(id=name), headers=headers, json=body)
        for name in (guest.id, "not-there", "..%2f..%2fetc")
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert answers[0].content == answers[1].content
    assert len(await open_house.service.rows(schema.messages, of=guest)) == 2


@pytest.mark.parametrize(("method", "path"), STAFF_DOORS)
async def test_a_stranger_at_a_staff_door_is_led_to_the_password(guest, open_house, method, path):
    await guest.sends("I want to kill myself")
    (handoff,) = await open_house.service.rows(schema.handoffs, of=guest)
    name = guest.id if "conversations" in path else handoff["id"]
    for cookie in ({}, {"front_desk_staff": "guess"}, {"front_desk_staff": guest.token}):
        answer = await guest.http.request(
            method, path.format(id=name), headers={"cookie": "; ".join(
                f"{key}={value}" for key, value in cookie.items())},
        )  # fmt: skip
        assert (answer.status_code, answer.headers["location"]) == (303, "/in-tray/sign-in")
        assert "kill" not in answer.text
    (handoff,) = await open_house.service.rows(schema.handoffs, of=guest)
    assert handoff["state"] == "requested"


async def test_a_stranger_gets_no_list(open_house):
    answer = await open_house.http.get("/in-tray/list")
    assert (answer.status_code, answer.json()["ok"]) == (401, False)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
        "file://",
        "",
    ],
)
async def test_a_page_of_another_site_opens_nothing(guest, open_house, origin):
    answer = await guest.http.post(
        f"{guest.path}/messages",
        headers={**guest.headers, "origin": origin},
        json={"client_id": new_client_id(), "text": "hello"},
    )
    assert answer.status_code == 403
    assert await open_house.service.rows(schema.messages, of=guest) == []


async def test_our_own_page_and_the_allowed_site_are_let_in(services):
    service = await services.start(mode="live", allowed_site="https://www.example.com")
    for origin in (service.url, "https://www.example.com"):
        async with client_of(service) as http:
            answer = await http.post("/v1/conversations", headers={"origin": origin})
        assert answer.status_code == 201


@pytest.mark.parametrize("form_token", ["", "guess"])
async def test_a_form_without_our_token_changes_nothing(visitor, service, template, form_token):
    await visitor.sends("I want to kill myself")
    (handoff,) = await service.rows(schema.handoffs)
    await sign_in(visitor.http, template.password)
    answer = await visitor.http.post(
        f"/in-tray/handoffs/{handoff['id']}/done", data={"form_token": form_token}
    )
    assert answer.status_code == 403
    assert (await service.rows(schema.handoffs))[0]["state"] == "requested"


async def test_with_the_in_tray_off_its_doors_do_not_exist(services):
    service = await services.start(in_tray=False)
    async with client_of(service) as http:
        for _method, path in STAFF_DOORS:
            assert (await http.get(path.format(id="x"))).status_code == 404


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
async def test_what_is_not_there_is_not_there(open_house, path):
    answer = await open_house.http.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"ok": False, "error": "There is no such page here.", "status": 404}


async def test_a_wrong_method_is_refused_in_the_one_shape(open_house):
    answer = await open_house.http.put("/v1/conversations")
    assert answer.status_code == 405
    assert answer.json()["ok"] is False
