"""What every door needs: the body as a dictionary, the token, and whose page asked."""

from __future__ import annotations

import json
import re
from typing import Any

from sanic import Request

from content.wording import DEFAULT_LANGUAGE
from web.context import AppContext
from web.core import client_ip
from web.core.background import TaskGroup
from web.core.errors import BadRequest, Forbidden, Misdirected, NotFound
from web.core.i18n import LANGUAGES, preferred, say
from web.http.prefix import without

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def context_of(request: Request) -> AppContext:
    """The running service's shared things."""
    context: AppContext = request.app.ctx.context
    return context


def address_of(request: Request) -> str:
    """Where a request comes from; headers count only when a trusted proxy wrote them."""
    forwarded_for = request.headers.getall("x-forwarded-for", [])
    return client_ip.address_of(request.ip, forwarded_for, context_of(request).settings.trusted_proxies)


def work_of(request: Request) -> TaskGroup:
    """Where work goes on when a client hangs up, which cancels its request."""
    unfinished: TaskGroup = request.app.ctx.task_group
    return unfinished


def json_body(request: Request) -> dict[str, Any]:
    """Read the body as a JSON object. Raises BadRequest."""
    try:
        body = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadRequest(say("bad_request")) from error
    if not isinstance(body, dict):
        raise BadRequest(say("bad_request"))
    return body


def bearer_token(request: Request) -> str:
    """The conversation's token. Without one, nothing is found."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotFound(say("no_conversation"))
    return token.strip()


async def refuse_foreign_pages(request: Request) -> None:
    """Turn away what a page of somebody else's site sends. Raises Forbidden."""
    if request.method in SAFE_METHODS or is_own_page(request):
        return
    context, origin = context_of(request), request.headers.get("origin")
    public = await context.last_known.public(context, DEFAULT_LANGUAGE)
    if origin not in public.sites:
        raise Forbidden(say("foreign_page"))


def refuse_foreign_hosts(request: Request) -> None:
    """Turn away what was sent to another name than ours, or to two. Raises Misdirected."""
    named = request.headers.getall("host", [])
    settings = context_of(request).settings
    if settings.mode == "live" and (len(named) != 1 or not settings.answers_to(named[0])):
        raise Misdirected("Front Desk is not at this address.")


def refuse_odd_addresses(request: Request) -> None:
    """Turn away an address with a NUL in it, which no database takes. Raises NotFound."""
    if "%00" in request.url or "\0" in request.url:
        raise NotFound(say("no_such_page"))


def is_own_page(request: Request) -> bool:
    """Whether a page of ours sent this, or no page at all (a script or an older browser)."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    return is_own(request, origin)


def is_own(request: Request, origin: str) -> bool:
    """Whether an origin is the one this service is reached at."""
    settings, host = context_of(request).settings, request.headers.get("host")
    # Compared as text: an origin that only looks like ours when it is taken apart is not ours. Where
    # people come by https it is the one address that the operator named: a Host is whatever its sender wants.
    return origin == settings.public_origin or (
        not settings.is_https and origin in (f"http://{host}", f"https://{host}")
    )


def own_address(request: Request) -> str:
    """The address at which this was asked for, to be written into what we send; no slash at its end."""
    settings, host = context_of(request).settings, request.headers.get("host", "")
    if settings.is_https or not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9a-f:]+\](:\d+)?", host):
        return settings.public_url
    return f"{request.scheme}://{host}{settings.path_prefix}"


def whole_number(text: str | None, *, default: int) -> int:
    """Read a number from the query. Raises BadRequest."""
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest(say("bad_request"))
    return int(text)


def language_of(request: Request) -> str:
    """The language that an address asks for, else the one that the browser would rather read."""
    asked = request.args.get("language")
    return str(asked) if asked in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def form_value(request: Request, name: str) -> str:
    """One field of a form; empty when it was not sent."""
    values = (request.form or {}).get(name)  # type: ignore[call-overload]
    return str(values or "").replace("\0", "")


def form_values(request: Request, name: str) -> list[str]:
    """Every value of one field of a form, as boxes that are ticked send it."""
    form = request.form
    return [str(value) for value in form.getlist(name, [])] if form else []


def local_way(request: Request, otherwise: str) -> str:
    """The page somebody came from or wanted; only ever one of ours."""
    way = form_value(request, "next") or request.args.get("next") or ""
    way = without(context_of(request).settings.path_prefix, way)
    is_ours = way.startswith("/") and not way.startswith(("//", "/\\")) and way.isprintable()
    return way if is_ours else otherwise
