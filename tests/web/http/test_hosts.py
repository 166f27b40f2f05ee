"""Live is by https and under one name; a demo on this machine takes what it is called."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.web.conftest import async_fixture, client_of
from web.core.settings import Settings

PUBLIC = "https://chat.example.com"
LIVE: dict[str, Any] = {"mode": "live", "allowed_sites": ("https://www.example.com",), "public_url": PUBLIC}
BROWSER = {"accept": "text/html"}


@async_fixture
async def live(services):
    service = await services.start(**LIVE)
    async with client_of(service) as http:
        yield http


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("chat.example.com", True),
        ("CHAT.example.com", True),
        ("chat.example.com:443", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("localhost", True),
        ("chat.example.com:8443", False),
        ("evil.example", False),
        ("chat.example.com.evil.example", False),
        ("chat.example.com@evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("chat.example.com:x", False),
        ("", False),
    ],
)
def test_live_answers_to_its_public_name_and_on_this_machine(host, is_ours):
    assert Settings(**LIVE).answers_to(host) is is_ours
    assert Settings().answers_to(host)


@pytest.mark.parametrize("path", ["/v1/now", "/sign-in", "/widget.js", "/chat", "/nothing-here"])
async def test_a_foreign_host_gets_no_page(live, path):
    answer = await live.get(path, headers={"host": "evil.example", **BROWSER})
    assert answer.status_code == 421
    assert "Front Desk is not at this address." in answer.text
    assert "set-cookie" not in answer.headers


async def test_two_hosts_are_none(services):
    service = await services.start(**LIVE)
    statuses = []
    for count in (0, 1, 2):
        host, port = service.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /v1/now HTTP/1.1\r\n" + b"host: chat.example.com\r\n" * count + b"\r\n")
        statuses.append(int((await reader.readline()).split()[1]))
        writer.close()
    assert statuses == [421, 200, 421]


async def test_the_public_name_is_answered_and_browsers_are_told_to_stay_with_https(live):
    answer = await live.get("/v1/now", headers={"host": "chat.example.com"})
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
async def test_a_host_makes_no_origin_ours(services, host):
    """With an https address named, also outside of live mode."""
    service = await services.start(public_url=PUBLIC)
    async with client_of(service) as http:
        for origin, status in ((f"https://{host}", 403), (PUBLIC, 201)):
            headers = {"host": host, "origin": origin}
            assert (await http.post("/v1/conversations", headers=headers)).status_code == status


async def test_a_folder_of_files_is_no_page(http, caplog):
    assert (await http.get("/static/")).status_code == 404
    assert caplog.text == ""


async def test_a_demo_on_this_machine_asks_for_no_https(http):
    answer = await http.get("/v1/now", headers={"host": "laptop.local:8000"})
    assert answer.status_code == 200
    assert "strict-transport-security" not in answer.headers
