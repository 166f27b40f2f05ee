"""A locked screen: its owner opens it with the password, somebody else takes the workstation over."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sanic import Blueprint, HTTPResponse, Request, redirect

from web.accounts import accounts, devices, login, navigation, sessions
from web.accounts.roles import ROLES
from web.accounts.routes.login import draw_outside, refused
from web.accounts.sessions import OPEN, Session
from web.core.errors import Refused
from web.core.pubsub import DESK
from web.desk import logout
from web.desk.routes.layout import WORKERS
from web.http import cookies
from web.http.guard import allow, open_to_all, session_of, staff_of
from web.http.requests import context_of, form_value, local_way

bp = Blueprint("locking")


@bp.post("/lock")
@allow(*ROLES, background=True, without_second_factor=True, while_locked=True)
async def lock(request: Request) -> HTTPResponse:
    """Lock this screen: nobody is at the desk because of it."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        await sessions.lock(tx, staff.session_id, now=now)
        await logout.lock_screen(tx, staff, limits=context.settings.limits, now=now)
    context.pubsub.publish(DESK)
    way = local_way(request, "")
    return redirect(f"/unlock?next={quote(way)}" if way else "/unlock", status=303)


@bp.post("/here")
@allow(*ROLES, without_second_factor=True)
async def here(request: Request) -> HTTPResponse:
    """Note that a person is at the screen: they type or move, on a page that asks for nothing else."""
    return HTTPResponse(status=204)


@bp.get("/unlock")
@open_to_all
async def unlock_page(request: Request) -> HTTPResponse:
    """Ask for the password of whoever is signed in here, and offer the others of this workstation."""
    session = await session_of(request)
    if session is None or session.stage != OPEN:
        return redirect("/sign-in", status=303)
    return await _draw(request, session)


@bp.post("/unlock")
@open_to_all
async def unlock(request: Request) -> HTTPResponse:
    """Open the screen again for the right password, under a new token."""
    context, session = context_of(request), await session_of(request)
    if session is None or session.stage != OPEN:
        return redirect("/sign-in", status=303)
    try:
        token = await login.unlock(context.db, session, form_value(request, "password"), now=context.clock())
    except Refused as error:
        return await _draw(request, session, error)
    response = redirect(local_way(request, navigation.home_of(session.staff.roles)), status=303)
    cookies.put(request, response, cookies.SESSION, token)
    return response


async def _draw(request: Request, session: Session, error: Refused | None = None) -> HTTPResponse:
    async with context_of(request).db.read() as tx:
        own = (await accounts.get(tx, session.staff.id)).sign_in_name
        people = await devices.people_of(tx, cookies.device_token(request))
    values: dict[str, Any] = {
        "who": session.staff.name,
        "own": own,
        "others": [each for each in people if each[0] != own],
        "way": local_way(request, ""),
        "hears": session.staff.may(*WORKERS),
    }
    if error:
        return refused(request, error, "accounts/unlock.html", **values)
    return draw_outside(request, "accounts/unlock.html", **values)
