"""Checking a page: whether the line is there, what a policy lacks, and nothing behind the clinic's walls."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest

from tests.web.conftest import signed_in
from web.core.errors import BadRequest
from web.setup import page_check
from web.setup.page_check import PageUnreachable, judge

DESK, PAGE = "https://desk.clinic.example", "https://www.clinic.example/contact"
LINE = f'<script src="{DESK}/widget.js" async></script>'


def found(text: str, *policies: str, url: str = PAGE, desk: str = DESK) -> tuple[bool, list[str]]:
    checked = judge(url, policies, text, desk=desk)
    return checked.has_line, checked.problems


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        f"<p>unclosed <b>{LINE}",
        LINE.replace("https:", "").replace("async", "defer data-language='es'"),
        LINE.upper().replace(DESK.upper(), DESK).replace("WIDGET.JS", "widget.js"),
    ],
)
def test_the_line_is_found_as_websites_write_it(text: str) -> None:
    assert found(text) == (True, [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<p>nothing</p>", "is not in what your website sent"),
        (f"<!-- {LINE} -->", "is not in what your website sent"),
        (f"<pre>{LINE.replace('<', '&lt;')}</pre>", "is not in what your website sent"),
        ('<script src="/cache/widget.js"></script>', "and not https://desk.clinic.example/widget.js"),
    ],
)
def test_a_page_without_the_line_says_why(text: str, sentence: str) -> None:
    has_line, problems = found(text)
    assert not has_line
    assert sentence in problems[0]


def test_a_line_that_would_not_work_is_told() -> None:
    assert "more than once" in found(LINE + LINE)[1][0]
    assert "remove that" in found(LINE.replace("async", 'type="module"'))[1][0]
    http = DESK.replace("https", "http")
    assert "browsers load nothing" in found(LINE.replace(DESK, http), desk=http)[1][0]


@pytest.mark.parametrize(
    ("policy", "missing"),
    [
        ("default-src 'self'", ["script-src", "frame-src"]),
        (f"script-src 'self' {DESK}; frame-src {DESK}", []),
        (f"default-src {DESK}", []),
        (f"default-src 'self'; script-src {DESK}", ["frame-src"]),
        (f"script-src {DESK}; child-src 'self'", ["frame-src"]),
        (f"script-src-elem 'self'; script-src {DESK}", ["script-src"]),
        ("script-src https:; frame-src *", []),
        ("script-src http://desk.clinic.example; frame-src desk.clinic.example", []),
        ("script-src *.clinic.example; frame-src *.example", []),
        ("script-src *.desk.clinic.example; frame-src desk.clinic.example:8443", ["script-src", "frame-src"]),
        ("script-src 'none'; frame-src https://other.example", ["script-src", "frame-src"]),
        ("frame-ancestors 'none'; img-src 'self'", []),
        ("", []),
    ],
)
def test_the_directive_that_a_policy_lacks_is_named(policy: str, missing: list[str]) -> None:
    for checked in (found(LINE, policy), found(f'<meta http-equiv="{CSP}" content="{policy}">{LINE}')):
        assert checked[0]
        assert [problem.rpartition(" ")[2].rstrip(".") for problem in checked[1]] == missing


CSP = "Content-Security-Policy"


def test_a_nonce_lets_the_script_in() -> None:
    nonced = LINE.replace("async", 'nonce="abc" async')
    assert found(nonced, f"script-src 'nonce-abc' 'strict-dynamic'; frame-src {DESK}") == (True, [])


# Fetching.


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.5",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.5",
    ],
)
async def test_what_is_not_in_the_outside_world_is_not_looked_at(monkeypatch, address: str) -> None:
    leads_to(monkeypatch, address)
    with pytest.raises(PageUnreachable, match="not a public address"):
        await page_check.check(PAGE, desk=DESK, allowed=["https://www.clinic.example"])


def leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name leads to these addresses; a connection would be a failure of the test."""

    async def getaddrinfo(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


async def test_one_inner_address_among_outer_ones_is_enough_to_refuse(monkeypatch) -> None:
    leads_to(monkeypatch, "93.184.215.14", "10.0.0.5")
    with pytest.raises(PageUnreachable, match="not a public address"):
        await page_check.check(PAGE, desk=DESK, allowed=["https://www.clinic.example"])


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/",
        "https://www.clinic.example.other.example/",
        "https://www.clinic.example:8443/",
    ],
)
async def test_only_allowed_websites_are_looked_at(url: str) -> None:
    with pytest.raises(PageUnreachable, match="not on the list"):
        await page_check.check(url, desk=DESK, allowed=["https://www.clinic.example"])


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://x/", "https://", "https://a:b@www.clinic.example/"]
)
async def test_what_is_no_page_is_refused(url: str) -> None:
    with pytest.raises((BadRequest, PageUnreachable)):
        await page_check.check(url, desk=DESK, allowed=["https://www.clinic.example", ""])


Serve = Callable[[bytes], "asyncio.Future[str]"]


@pytest.fixture
async def website():
    """A website on this machine: a function that makes it answer so, and gives its address."""
    servers: list[asyncio.Server] = []

    async def serve(*answers: bytes) -> str:
        left = list(answers)

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(left.pop(0) if len(left) > 1 else left[0])
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield serve
    for server in servers:
        server.close()


def http_answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers, "", ""]
    return "\r\n".join(head).encode() + body


LOCAL = "http://127.0.0.1:8000"


async def test_a_page_is_fetched_with_its_policy_and_through_a_redirect(website) -> None:
    line = f'<script src="{LOCAL}/widget.js" async></script>'.encode()
    site = await website(
        http_answer("301 Moved", b"", "location: /home"),
        http_answer("200 OK", line, "content-security-policy: script-src 'self'", "content-type: text/html"),
    )
    checked = await page_check.check(f"{site}/", desk=LOCAL, allowed=[site])
    assert (checked.url, checked.has_line) == (f"{site}/home", True)
    assert checked.problems == [
        f"Your Content-Security-Policy has no place for it: add {LOCAL} to script-src."
    ]


async def test_a_redirect_to_elsewhere_or_without_end_is_not_followed(website) -> None:
    away = await website(http_answer("302 Found", b"", "location: http://127.0.0.1:1/"))
    with pytest.raises(PageUnreachable, match="not on the list"):
        await page_check.check(f"{away}/", desk=LOCAL, allowed=[away])
    for_ever = await website(http_answer("302 Found", b"", "location: /"))
    with pytest.raises(PageUnreachable, match="redirects endlessly"):
        await page_check.check(f"{for_ever}/", desk=LOCAL, allowed=[for_ever])


async def test_a_page_without_an_end_is_read_to_its_limit_only(website, monkeypatch) -> None:
    monkeypatch.setattr(page_check, "MAX_BYTES", 10_000)
    line = f'<script src="{LOCAL}/widget.js" async></script>'.encode()
    site = await website(http_answer("200 OK", b"x" * 3_000_000 + line, "content-type: text/html"))
    assert not (await page_check.check(f"{site}/", desk=LOCAL, allowed=[site])).has_line


async def test_a_website_that_hangs_is_given_up(website, monkeypatch) -> None:
    monkeypatch.setattr(page_check, "WITHIN_S", 0.2)
    site = await website(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")
    with pytest.raises(PageUnreachable):
        await page_check.check(f"{site}/", desk=LOCAL, allowed=[site])


# On the set-up page.


@pytest.mark.thorough
@pytest.mark.parametrize("record", ["sqlite"])
async def test_the_set_up_page_says_what_was_found_and_what_waits_for_a_signature(service, website) -> None:
    site = await website(http_answer("200 OK", b"<p>Welcome</p>", "content-type: text/html"))
    async with signed_in(service, "administrator") as ada:
        page = (await ada.get("/setup/site")).text
        for name in ("WordPress", "Squarespace", "Wix", "Shopify", "Webflow", "Tag Manager", "plain files"):
            assert name in page
        await ada.posts("/setup/site", site=site)
        answer = await ada.posts("/setup/check", page=f"{site}/")
        assert answer.status_code == 200
        assert "The chat is not on this page yet." in answer.text
        refused = await ada.posts("/setup/check", page="https://other.example/")
        assert refused.status_code == 400
        assert "not on the list" in refused.text
    async with signed_in(service, "nurse") as nurse:
        assert (await nurse.posts("/setup/check", page=f"{site}/")).status_code == 403
