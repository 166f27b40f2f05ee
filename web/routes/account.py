"""Somebody's own account: password, second factor, open sessions."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, HTTPResponse, Request, redirect

from web import accounts, audit, devices, own_account, second_factor, sessions
from web.errors import Refused
from web.pages import markup
from web.roles import ROLES
from web.routes import cookies
from web.routes.guard import allow, staff_of, staff_page
from web.routes.requests import form_value, house_of
from web.routes.sign_in import where_of

doors = Blueprint("account", url_prefix="/account")


@doors.get("/")
@allow(*ROLES)
async def page(request: Request) -> HTTPResponse:
    """Show one's own account."""
    return await _draw(request)


@doors.post("/password")
@allow(*ROLES)
async def password(request: Request) -> HTTPResponse:
    """Change the password; every other browser is signed out."""
    house = house_of(request)
    try:
        entry = await own_account.change_password(
            house.db,
            staff_of(request),
            form_value(request, "password"),
            form_value(request, "new_password"),
            clinic=house.name,
            where=where_of(request),
            now=house.clock(),
        )
    except Refused as error:
        return await _draw(request, error, at="password")
    response = redirect("/account?done=password", status=303)
    cookies.put_entry(request, response, entry)
    return response


@doors.get("/second-factor")
@allow(*ROLES, without_second_factor=True)
async def second_factor_page(request: Request) -> HTTPResponse:
    """Show the picture that the phone's app reads."""
    return await _draw_second_factor(request, second_factor.new_secret())


@doors.post("/second-factor")
@allow(*ROLES, without_second_factor=True)
async def turn_on(request: Request) -> HTTPResponse:
    """Keep the second factor when the phone shows the right code; show the codes for the paper once."""
    house, secret = house_of(request), _offered(request)
    try:
        entry, codes = await own_account.turn_on_second_factor(
            house.db,
            staff_of(request),
            form_value(request, "password"),
            secret,
            form_value(request, "code"),
            where=where_of(request),
            limits=house.settings.limits,
            sealing=house.sealing,
            now=house.clock(),
        )
    except Refused as error:
        return await _draw_second_factor(request, secret or second_factor.new_secret(), error)
    response = staff_page(request, "accounts/recovery_codes.html", codes=codes)
    cookies.put_entry(request, response, entry)
    return response


@doors.post("/recovery-codes")
@allow(*ROLES)
async def recovery_codes(request: Request) -> HTTPResponse:
    """Make new codes for the paper."""
    house = house_of(request)
    try:
        codes = await own_account.new_recovery_codes(
            house.db,
            staff_of(request),
            form_value(request, "password"),
            sealing=house.sealing,
            now=house.clock(),
        )
    except Refused as error:
        return await _draw(request, error, at="second-factor")
    return staff_page(request, "accounts/recovery_codes.html", codes=codes)


@doors.post("/sessions/<session_id:str>/end")
@allow(*ROLES)
async def end_session(request: Request, session_id: str) -> HTTPResponse:
    """Sign one other browser of one's own out; somebody else's is not found, and nothing happens."""
    staff = staff_of(request)
    async with house_of(request).db.write() as tx:
        await sessions.end(tx, session_id, of=staff.id)
    return redirect("/account?done=sessions#sessions", status=303)


@doors.post("/sessions/end-others")
@allow(*ROLES)
async def end_others(request: Request) -> HTTPResponse:
    """Sign out everywhere else, and forget every browser that was trusted."""
    staff, now = staff_of(request), house_of(request).clock()
    async with house_of(request).db.write() as tx:
        await accounts.end_sessions(tx, staff.id, but=staff.session_id)
        await devices.forget(tx, staff.id)
        where = where_of(request)
        device = await devices.renew(tx, where.device, staff.id, label=where.label, now=now)
        await audit.note(
            tx, by=staff.id, did="account.sessions_ended", about="accounts", about_id=staff.id, now=now
        )
    response = redirect("/account?done=sessions#sessions", status=303)
    cookies.put(request, response, cookies.DEVICE, device, days=cookies.DEVICE_DAYS)
    return response


async def _draw(request: Request, error: Refused | None = None, *, at: str = "") -> HTTPResponse:
    house, staff = house_of(request), staff_of(request)
    async with house.db.read() as tx:
        values: dict[str, Any] = {
            "account": await accounts.get(tx, staff.id),
            "open_sessions": await sessions.of_account(tx, staff.id),
            "codes_left": await second_factor.codes_left(tx, staff.id),
            "zone": (await house.clinic_now(tx)).time_zone,
        }
    return staff_page(
        request,
        "accounts/account.html",
        status=error.status if error else 200,
        problem=error.sentence if error else "",
        at=at,
        done=request.args.get("done") or "",
        **values,
    )


def _offered(request: Request) -> str | None:
    """The secret that this session was shown; made here, never chosen by a browser."""
    house, staff = house_of(request), staff_of(request)
    text = form_value(request, "offer")
    return second_factor.offered(text, house.sealing, session_id=staff.session_id, now=house.clock())


async def _draw_second_factor(request: Request, secret: str, error: Refused | None = None) -> HTTPResponse:
    house, staff = house_of(request), staff_of(request)
    async with house.db.read() as tx:
        account = await accounts.get(tx, staff.id)
    address = second_factor.address_of(secret, sign_in_name=account.sign_in_name, clinic=house.name)
    return staff_page(
        request,
        "accounts/second_factor.html",
        status=error.status if error else 200,
        problem=error.sentence if error else "",
        secret=secret,
        offer=second_factor.offer(secret, house.sealing, session_id=staff.session_id, now=house.clock()),
        picture=markup(second_factor.picture_of(address)),
        account=account,
    )
