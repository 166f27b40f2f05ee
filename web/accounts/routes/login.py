"""The doors to the staff pages: sign in, sign out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sanic import Blueprint, HTTPResponse, Request, redirect

from web.accounts import audit, login, navigation
from web.accounts.devices import Tokens
from web.accounts.login import SignedIn, Where
from web.accounts.roles import ROLES
from web.accounts.sessions import CODE, OPEN
from web.core.errors import Forbidden, Refused, TooMany
from web.core.keys.tokens import new_token
from web.core.pubsub import DESK
from web.desk import logout
from web.http import cookies
from web.http.guard import allow, open_to_all, session_of, staff_of, theme_of
from web.http.requests import address_of, context_of, form_value, local_way

bp = Blueprint("sign_in")
_NAME_CHARS = 200
_BEFORE = ("/sign-in", "/sign-out", "/lock", "/unlock", "/theme")


@bp.get("/sign-in")
@open_to_all
async def sign_in_page(request: Request) -> HTTPResponse:
    """Ask for name and password."""
    session = await session_of(request)
    if session and session.stage == OPEN and not session.is_locked:
        return redirect(_way(request, navigation.home_of(session.staff.roles)), status=303)
    name = (request.args.get("name") or "")[:_NAME_CHARS]
    return draw_outside(request, "accounts/sign_in.html", name=name, way=_way(request, ""))


@bp.post("/sign-in")
@open_to_all
async def sign_in(request: Request) -> HTTPResponse:
    """Open a session for the right name and password."""
    context = context_of(request)
    name = form_value(request, "name")[:_NAME_CHARS]
    try:
        signed_in = await login.with_password(
            context.db,
            name,
            form_value(request, "password"),
            where=where_of(request),
            limits=context.settings.limits,
            now=context.clock(),
        )
    except (Forbidden, TooMany) as error:
        return refused(request, error, "accounts/sign_in.html", name=name, way=_way(request, ""))
    await _end_old(request)
    return welcome(request, signed_in)


@bp.get("/sign-in/code")
@open_to_all
async def code_page(request: Request) -> HTTPResponse:
    """Ask for the second factor."""
    session = await session_of(request)
    if session is None or session.stage != CODE:
        return redirect("/sign-in", status=303)
    return draw_outside(request, "accounts/code.html", way=_way(request, ""))


@bp.post("/sign-in/code")
@open_to_all
async def code(request: Request) -> HTTPResponse:
    """Let somebody in who shows the second factor."""
    context, session = context_of(request), await session_of(request)
    if session is None or session.stage != CODE:
        return redirect("/sign-in", status=303)
    try:
        entry = await login.with_code(
            context.db,
            session,
            form_value(request, "code")[:40],
            is_trusted=form_value(request, "trust") == "yes",
            where=where_of(request),
            limits=context.settings.limits,
            encryption=context.encryption,
            now=context.clock(),
        )
    except (Forbidden, TooMany) as error:
        return refused(request, error, "accounts/code.html", way=_way(request, ""))
    response = redirect(_way(request, navigation.home_of(session.staff.roles)), status=303)
    cookies.put_entry(request, response, entry)
    return response


@bp.post("/sign-out")
@allow(*ROLES, without_second_factor=True)
async def sign_out(request: Request) -> HTTPResponse:
    """End the session; what was held goes back to the list."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        gave_up = await logout.sign_out(tx, staff, limits=context.settings.limits, now=context.clock())
        await audit.note(
            tx, by=staff.id, did="sign_out.done", about="accounts", about_id=staff.id, now=context.clock()
        )
    _tell_of(request, gave_up)
    response = redirect("/sign-in", status=303)
    cookies.put(request, response, cookies.SESSION, "", days=0)
    return response


def where_of(request: Request) -> Where:
    """Where a try comes from."""
    return Where(address_of(request), cookies.device_token(request), cookies.label_of(request))


def draw_outside(request: Request, template: str, *, status: int = 200, **values: Any) -> HTTPResponse:
    """Draw a page for somebody who is not signed in; it knows this browser by a cookie of its own."""
    token = cookies.device_token(request) or new_token()
    values = {"problem": "", "name": "", **values}
    form_token = cookies.form_token_of_device(token)
    response: HTTPResponse = request.app.ctx.pages.draw(
        template, status=status, form_token=form_token, theme=theme_of(request), **values
    )
    cookies.put(request, response, cookies.DEVICE, token, days=cookies.DEVICE_DAYS)
    return response


def refused(request: Request, error: Refused, template: str, **values: Any) -> HTTPResponse:
    """Draw the page again with what was wrong."""
    response = draw_outside(request, template, status=error.status, problem=error.sentence, **values)
    if "retry_after_s" in error.details:
        response.headers["retry-after"] = str(error.details["retry_after_s"])
    return response


def welcome(request: Request, signed_in: SignedIn) -> HTTPResponse:
    """Lead somebody in: to the page they wanted, or to the second factor first."""
    way = _way(request, navigation.home_of(signed_in.account.roles))
    response = redirect(f"/sign-in/code?next={quote(way)}" if signed_in.needs_code else way, status=303)
    if signed_in.needs_code:
        cookies.put(request, response, cookies.SESSION, signed_in.token)
    else:
        cookies.put_entry(request, response, Tokens(signed_in.token, signed_in.device))
    return response


async def _end_old(request: Request) -> None:
    """A session that this browser had before is over: nobody keeps two."""
    session = await session_of(request)
    if session is not None:
        context = context_of(request)
        async with context.db.write() as tx:
            gave_up = await logout.sign_out(
                tx, session.staff, limits=context.settings.limits, now=context.clock()
            )
        _tell_of(request, gave_up)


def _tell_of(request: Request, conversation_ids: set[str]) -> None:
    for topic in (*conversation_ids, DESK):
        context_of(request).pubsub.publish(topic)


def _way(request: Request, otherwise: str) -> str:
    way = local_way(request, otherwise)
    return otherwise if way.startswith(_BEFORE) else way
