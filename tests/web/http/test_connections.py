"""Connections are bounded: a request comes within its time, and no address holds all of them."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import subprocess
import sys
from typing import Any

import pytest

from tests.web.conftest import client_of
from web.http.connections import Connections

HEAD = b"POST /v1/conversations HTTP/1.1\r\nhost: x\r\n"
LIMIT_OF_FILES = """
import logging, resource, sys
logging.basicConfig()
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 512))
from web.core.open_files import connections_at_once, raise_limit
print(raise_limit(), resource.getrlimit(resource.RLIMIT_NOFILE)[0], connections_at_once())
"""


async def dial(service):
    host, port = service.url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def trickle(service, start, drip):
    """Send a beginning, then a few bytes again and again until the service hangs up; what it said."""
    reader, writer = await dial(service)
    writer.write(start)
    answer = asyncio.create_task(reader.read())
    async with asyncio.timeout(60):
        while not (await asyncio.wait({answer}, timeout=0.02))[0]:
            writer.write(drip)
    writer.close()
    with contextlib.suppress(ConnectionError):
        return await answer
    return b""


@pytest.mark.parametrize("record", ["sqlite"])
@pytest.mark.parametrize(
    ("start", "drip"),
    [
        (HEAD, b"x-a: b\r\n"),
        (HEAD + b"content-length: 16000\r\n\r\n", b" "),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEAD + b"content-length: 900000\r\n\r\n", b" "),  # refused, and still no end
    ],
    ids=["head", "body", "chunks", "too large a body"],
)
async def test_a_request_that_trickles_in_is_ended(services, start, drip, caplog):
    service = await services.start(limits={"head_within_s": 0.3, "body_within_s": 0.3})
    answer = await trickle(service, start, drip)
    assert b"408" not in answer[:12] or b"This request took too long to come." in answer
    assert answer[:12] in (b"HTTP/1.1 408", b"HTTP/1.1 413", b"")
    assert "Traceback" not in caplog.text
    assert len(service.app.ctx.connections) == 0


@pytest.mark.parametrize("record", ["sqlite"])
async def test_connections_that_wait_make_room_for_an_honest_one_of_their_address(services, caplog):
    service = await services.start(limits={"max_connections_per_address": 5})
    held = []
    for number in range(40):
        held.append(await dial(service))
        if number % 2:
            held[-1][1].write(HEAD)  # and never the rest
    async with client_of(service) as http:
        assert (await http.get("/v1/health")).status_code == 200
    assert len(service.app.ctx.connections) <= 5
    answers = [await reader.read() for reader, _ in held[:34]]
    assert {answer[:12] for answer in answers} <= {b"HTTP/1.1 408", b""}  # ended, half a head or none
    assert "Traceback" not in caplog.text
    for _, writer in held:
        writer.close()


@pytest.mark.parametrize("record", ["sqlite"])
async def test_a_request_that_is_answered_is_never_cut_off_for_another(services, caplog):
    service = await services.start(limits={"max_connections_per_address": 2})
    async with client_of(service) as http:
        started = (await http.post("/v1/conversations")).json()
        path, token = f"/v1/conversations/{started['id']}/messages", f"Bearer {started['token']}"
        ask: dict[str, Any] = {
            "params": {"wait": 5},
            "headers": {"authorization": token, "connection": "close"},
        }
        waiting = [asyncio.create_task(http.get(path, **ask)) for _ in range(2)]
        while service.app.ctx.context.pubsub.count(started["id"]) < 2:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)
        async with client_of(service) as third:
            assert (await third.get("/v1/health")).status_code == 429
        assert [each.status_code for each in await asyncio.gather(*waiting)] == [200, 200]
    assert "Too many connections of one address" in caplog.text


@pytest.mark.parametrize("record", ["sqlite"])
async def test_a_trusted_proxy_may_have_as_many_as_it_needs(services):
    trusted = (ipaddress.ip_network("127.0.0.1"),)
    service = await services.start(limits={"max_connections_per_address": 2}, trusted_proxies=trusted)
    held = [await dial(service) for _ in range(10)]
    async with client_of(service) as http:
        assert (await http.get("/v1/health")).status_code == 200
    assert len(service.app.ctx.connections) >= 10
    for _, writer in held:
        writer.close()


class Line:
    """A connection without a wire."""

    waits_for_its_client = True
    is_dropped = False

    def drop(self):
        self.is_dropped = True


def test_many_addresses_together_leave_files_for_the_record():
    connections = Connections(per_address=80, in_all=100)
    lines = [Line() for _ in range(300)]
    for number, line in enumerate(lines):
        assert connections.enter(line, f"10.0.{number % 250}.1")
    assert len(connections) == 100
    assert [line.is_dropped for line in lines] == [True] * 200 + [False] * 100


def test_nothing_is_kept_of_an_address_that_was_turned_away():
    connections = Connections(per_address=3, in_all=1)
    busy = Line()
    busy.waits_for_its_client = False
    assert connections.enter(busy, "10.0.0.1")
    assert not connections.enter(Line(), "10.0.0.2")
    connections.leave(busy)
    assert connections._by_address == {}


def test_an_ipv6_household_counts_as_one_address():
    connections = Connections(per_address=3, in_all=100)
    for number in range(9):
        connections.enter(Line(), f"2001:db8::{number + 1}")
    assert len(connections) == 3


def test_who_leaves_is_forgotten():
    connections = Connections(per_address=3, in_all=100)
    line = Line()
    connections.enter(line, "10.0.0.1")
    connections.leave(line)
    connections.leave(line)
    assert len(connections) == 0


def test_the_limit_of_files_is_raised_and_a_low_one_is_said():
    done = subprocess.run([sys.executable, "-c", LIMIT_OF_FILES], capture_output=True, text=True)
    assert done.stdout.split() == ["512", "512", "384"]
    assert "Only 512 files may be open at once, so 384 connections." in done.stderr
