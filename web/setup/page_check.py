"""Looks at a page of an allowed website: whether the line is there, and what would keep the chat shut.

It fetches only addresses on the list of allowed websites, only from the outside world, by a connection
to the very address that was looked at, within a time and a size: nobody can use it to see what is
behind the clinic's own walls.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

from web.core.errors import BadRequest
from web.core.settings import is_loopback, origin_of

WITHIN_S = 10.0
MAX_BYTES = 2_000_000
MAX_HOPS = 3
PORTS = {"https": 443, "http": 80}
REDIRECTS = {301, 302, 303, 307, 308}
# Which directives decide, the most exact first.
SCRIPT = ("script-src-elem", "script-src", "default-src")
FRAME = ("frame-src", "child-src", "default-src")


@dataclass(frozen=True)
class PageCheck:
    """What was found on a page: whether the line is there, and a sentence for each trouble."""

    url: str
    has_line: bool
    problems: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return self.has_line and not self.problems


class PageUnreachable(Exception):
    """The page could not be looked at; the message is a sentence for whoever asked."""


async def check(url: str, *, desk: str, allowed: Sequence[str]) -> PageCheck:
    """Look at one page. `desk` is our own address. Raises BadRequest or PageUnreachable."""
    try:
        async with asyncio.timeout(WITHIN_S):
            where, headers, text = await _fetch(url, desk=desk, allowed=allowed)
    except TimeoutError as error:
        raise PageUnreachable(f"{url} did not answer within {WITHIN_S:g} seconds.") from error
    return judge(where, headers, text, desk=desk)


def judge(url: str, policies: Sequence[str], text: str, *, desk: str) -> PageCheck:
    """What a page's text and its policies mean for the chat."""
    page = _Page(url)
    page.feed(text)
    scripts = [found for found in page.scripts if found.src == f"{desk}/widget.js"]
    problems: list[str] = []
    if not scripts:
        problems += _other_scripts(page, desk)
    if len(scripts) > 1:
        problems.append("The line is on the page more than once: once is enough.")
    if any(found.type == "module" for found in scripts):
        problems.append('The line says type="module": remove that, or nothing appears.')
    if urlsplit(url).scheme == "https" and desk.startswith("http://"):
        problems.append("Your page is https and Front Desk is not: browsers load nothing then.")
    for policy in (*policies, *page.policies):
        if origin_of(url) == origin_of(desk):  # below a path of the website itself
            policy = policy.replace("'self'", origin_of(desk))
        problems += _policy_problems(policy, desk, has_nonce=any(found.has_nonce for found in scripts))
    return PageCheck(url, bool(scripts), list(dict.fromkeys(problems)))


def _other_scripts(page: _Page, desk: str) -> list[str]:
    near = [found.src for found in page.scripts if found.src.split("?")[0].endswith("/widget.js")]
    if near and near[0].startswith(f"{desk}/widget.js?"):
        return ["The line is there with something after widget.js; that works, but write it as it was given."]
    if near:
        return [f"The page loads {near[0]} and not {desk}/widget.js: paste the line exactly as shown above."]
    return [
        "The line is not in what your website sent. If a tag manager or a consent banner puts it there"
        " later, this cannot see it: open the page and look for the button."
    ]


def _policy_problems(policy: str, desk: str, *, has_nonce: bool) -> list[str]:
    directives: dict[str, list[str]] = {}
    for part in policy.split(";"):
        words = part.split()
        if words:
            directives.setdefault(words[0].lower(), words[1:])
    found = []
    for wanted, names in (("script-src", SCRIPT), ("frame-src", FRAME)):
        decides = next((name for name in names if name in directives), None)
        if decides is None:
            continue
        sources = directives[decides]
        by_nonce = wanted == "script-src" and has_nonce and any(s.startswith("'nonce-") for s in sources)
        if not by_nonce and not any(_lets_in(source, desk) for source in sources):
            found.append(
                f"Your Content-Security-Policy has no place for it: add {origin_of(desk)} to {wanted}."
            )
    return found


def _lets_in(source: str, desk: str) -> bool:
    """Whether one source of a policy lets our address in."""
    own = urlsplit(desk)
    source = source.lower().rstrip("/")
    if source == "*" or source == f"{own.scheme}:":
        return True
    if source.startswith("'"):
        return False
    scheme, _, rest = source.rpartition("://")
    if scheme and scheme != own.scheme and not (scheme == "http" and own.scheme == "https"):
        return False
    host, _, port = rest.partition("/")[0].partition(":")
    own_port = str(own.port or PORTS[own.scheme])
    if port not in ("", "*", own_port) or (not port and own.port not in (None, PORTS[own.scheme])):
        return False
    name = own.hostname or ""
    return name.endswith(host[1:]) and name != host[2:] if host.startswith("*.") else name == host


@dataclass(frozen=True)
class _Script:
    src: str
    type: str
    has_nonce: bool


class _Page(HTMLParser):
    """The scripts of a page, and policies that stand in it."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._url = url
        self.scripts: list[_Script] = []
        self.policies: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "script" and known.get("src"):
            src = urljoin(self._url, known["src"].strip())
            self.scripts.append(_Script(src, known.get("type", "").lower(), bool(known.get("nonce"))))
        if tag == "meta" and known.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(known.get("content", ""))


async def _fetch(url: str, *, desk: str, allowed: Sequence[str]) -> tuple[str, list[str], str]:
    """The page's last address, its policies and its text."""
    for _ in range(MAX_HOPS + 1):
        if origin_of(url) not in allowed:
            raise PageUnreachable(f"It leads to {origin_of(url)}, which is not on the list: allow it too.")
        answer = await _get(url, may_be_local=is_loopback(urlsplit(desk).hostname or ""))
        if answer.status not in REDIRECTS:
            break
        url = urljoin(url, answer.location)
    else:
        raise PageUnreachable("It redirects endlessly.")
    if answer.status != 200:
        raise PageUnreachable(f"{url} answers with status {answer.status}.")
    return url, answer.policies, answer.text


@dataclass(frozen=True)
class _Answer:
    status: int
    location: str
    policies: list[str]
    text: str


async def _get(url: str, *, may_be_local: bool) -> _Answer:
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username:
        raise BadRequest("Please write the address of a page, for example https://www.example.com/contact.")
    port = parts.port or PORTS[parts.scheme]
    address = await _address_of(parts.hostname, port, may_be_local=may_be_local)
    shown = f"[{address}]" if ":" in address else address
    # To the address that was looked at and no other, whatever the name says a moment later.
    target = parts._replace(netloc=f"{shown}:{port}").geturl()
    headers = {"host": parts.netloc, "user-agent": "FrontDesk page check", "accept": "text/html"}
    try:
        async with (
            httpx.AsyncClient(timeout=WITHIN_S, trust_env=False, follow_redirects=False) as http,
            http.stream(
                "GET", target, headers=headers, extensions={"sni_hostname": parts.hostname}
            ) as answer,
        ):
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > MAX_BYTES:
                    break
    except httpx.HTTPError as error:
        raise PageUnreachable(f"{url} cannot be opened from here ({type(error).__name__}).") from error
    policies = answer.headers.get_list("content-security-policy")
    text = body[:MAX_BYTES].decode(answer.encoding or "utf-8", errors="replace")
    return _Answer(answer.status_code, answer.headers.get("location", ""), policies, text)


async def _address_of(host: str, port: int, *, may_be_local: bool) -> str:
    """Where a name leads, when that is in the outside world."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise PageUnreachable(f"There is no website called {host}.") from error
    addresses = [str(entry[4][0]) for entry in found]
    for each in addresses:
        address = ipaddress.ip_address(each.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        is_outside = mapped.is_global and not mapped.is_multicast
        if not is_outside and not (may_be_local and mapped.is_loopback):
            raise PageUnreachable(f"{host} is not a public address, so it is not checked from here.")
    return addresses[0]
