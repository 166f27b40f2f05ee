"""A path in front of everything: `https://www.clinic.example/chat-desk/` instead of a name of its own.

Inside nobody knows of it. It is taken off an address before a route is looked for, and put before the
addresses in what goes out: pages, redirects, paths in JSON. A proxy may pass it on or take it off.
"""

from __future__ import annotations

import re
from typing import Any

from httptools import parse_url
from sanic import HTTPResponse, Request

# Attributes with an address of ours. What people wrote is escaped and has no such quotes.
_ADDRESS = re.compile(r'(?<=[\s"])((?:href|src|action|formaction|data-live|data-conversation)=")/(?!/)')


def prefix_of(request: Request) -> str:
    """The path in front of everything; empty when we have a name of our own."""
    prefix: str = request.app.ctx.context.settings.path_prefix
    return prefix


async def take_off(request: Request, **_: Any) -> None:
    """Let routes and rules see an address without the path in front of it."""
    prefix = prefix_of(request).encode()
    if not prefix or not request.raw_url.startswith(prefix):
        return
    rest = request.raw_url[len(prefix) :]
    if not rest or rest[:1] in b"/?":
        request.raw_url = rest if rest.startswith(b"/") else b"/" + rest
        request._parsed_url = parse_url(request.raw_url)


async def put_before_redirects(request: Request, response: HTTPResponse) -> None:
    """Lead a browser on to where it reaches us."""
    to = response.headers.get("location")
    if to is not None:
        response.headers["location"] = reached_at(prefix_of(request), to)


def reached_at(prefix: str, path: str) -> str:
    """A path of ours as browsers reach it; an address elsewhere, or one that is whole, stays."""
    if not path.startswith("/") or path.startswith("//") or without(prefix, path) != path:
        return path
    return f"{prefix}{path}"


def without(prefix: str, path: str) -> str:
    """A path of ours as routes know it."""
    if not prefix or not re.match(rf"{re.escape(prefix)}(?=[/?#]|$)", path):
        return path
    rest = path[len(prefix) :]
    return rest if rest.startswith("/") else f"/{rest}"


def page_at(prefix: str, page: str) -> str:
    """A page whose addresses lead to where browsers reach us; scripts read it off the first element."""
    if not prefix:
        return page
    return _ADDRESS.sub(rf"\1{prefix}/", page).replace("<html", f'<html data-base="{prefix}"', 1)
