"""Somebody's own account: password, second factor, open sessions."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, HTTPResponse, Request, redirect

from web.accounts import accounts, audit, devices, profile, sessions, two_factor
from web.accounts.roles import ADMINISTRATOR, DESK, ROLES
from web.accounts.routes.login import where_of
from web.core.errors import Refused
from web.core.settings import version
from web.http import cookies
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value
from web.http.templates import content_security_policy, markup
from web.notifications.push import subscriptions

bp = Blueprint("account", url_prefix="/account")
# This page alone starts the worker that shows notifications, and says that it can be installed as an app.
_PAGE_POLICY = content_security_policy(trusted_types="push-worker", manifest="'self'")


@bp.get("/")
@allow(*ROLES)
async def page(request: Request) -> HTTPResponse:
    """Show one's own account."""
    return await _draw(request)


@bp.post("/password")
@allow(*ROLES)
async def password(request: Request) -> HTTPResponse:
    """Change the password; every other browser is signed out."""
    context = context_of(request)
    try:
        entry = await profile.change_password(
            context.db,
            staff_of(request),
            form_value(request, "password"),
            form_value(request, "new_password"),
            clinic=context.name,
            where=where_of(request),
            now=context.clock(),
        )
    except Refused as error:
        return await _draw(request, error, at="password")
    response = redirect("/account?done=password", status=303)
    cookies.put_entry(request, response, entry)
    return response


@bp.get("/second-factor")
@allow(*ROLES, without_second_factor=True)
async def second_factor_page(request: Request) -> HTTPResponse:
    """Show the picture that the phone's app reads."""
    return await _draw_second_factor(request, two_factor.new_secret())


@bp.post("/second-factor")
@allow(*ROLES, without_second_factor=True)
async def turn_on(request: Request) -> HTTPResponse:
    """Keep the second factor when the phone shows the right code; show the codes for the paper once."""
    context, secret = context_of(request), _offered(request)
    try:
        entry, codes = await profile.turn_on_second_factor(
            context.db,
            staff_of(request),
            form_value(request, "password"),
            secret,
            form_value(request, "code"),
            where=where_of(request),
            limits=context.settings.limits,
            encryption=context.encryption,
            now=context.clock(),
        )
    except Refused as error:
        return await _draw_second_factor(request, secret or two_factor.new_secret(), error)
    response = staff_page(request, "accounts/recovery_codes.html", codes=codes)
    cookies.put_entry(request, response, entry)
    return response


@bp.post("/recovery-codes")
@allow(*ROLES)
async def recovery_codes(request: Request) -> HTTPResponse:
    """Make new codes for the paper."""
    context = context_of(request)
    try:
        codes = await profile.new_recovery_codes(
            context.db,
            staff_of(request),
            form_value(request, "password"),
            encryption=context.encryption,
            now=context.clock(),
        )
    except Refused as error:
        return await _draw(request, error, at="second-factor")
    return staff_page(request, "accounts/recovery_codes.html", codes=codes)


@bp.post("/sessions/<session_id:str>/end")
@allow(*ROLES)
async def end_session(request: Request, session_id: str) -> HTTPResponse:
    """Sign one other browser of one's own out; somebody else's is not found, and nothing happens."""
    staff = staff_of(request)
    async with context_of(request).db.write() as tx:
        await sessions.end(tx, session_id, of=staff.id)
    return redirect("/account?done=sessions#sessions", status=303)


@bp.post("/sessions/end-others")
@allow(*ROLES)
async def end_others(request: Request) -> HTTPResponse:
    """Sign out everywhere else, and forget every browser that was trusted."""
    staff, now = staff_of(request), context_of(request).clock()
    async with context_of(request).db.write() as tx:
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
    context, staff = context_of(request), staff_of(request)
    async with context.db.read() as tx:
        values: dict[str, Any] = {
            "account": await accounts.get(tx, staff.id),
            "open_sessions": await sessions.of_account(tx, staff.id),
            "codes_left": await two_factor.codes_left(tx, staff.id),
            "zone": (await context.clinic_now(tx)).time_zone,
            "devices": await subscriptions.of_account(tx, staff.id),
        }
    response = staff_page(
        request,
        "accounts/account.html",
        status=error.status if error else 200,
        problem=error.sentence if error else "",
        at=at,
        done=request.args.get("done") or "",
        version=version(),
        can_push=bool(context.settings.push_services) and staff.may(DESK, ADMINISTRATOR),
        mark_of=subscriptions.mark_of,
        **values,
    )
    response.headers["content-security-policy"] = _PAGE_POLICY
    return response


def _offered(request: Request) -> str | None:
    """The secret that this session was shown; made here, never chosen by a browser."""
    context, staff = context_of(request), staff_of(request)
    text = form_value(request, "offer")
    return two_factor.offered(text, context.encryption, session_id=staff.session_id, now=context.clock())


async def _draw_second_factor(request: Request, secret: str, error: Refused | None = None) -> HTTPResponse:
    context, staff = context_of(request), staff_of(request)
    async with context.db.read() as tx:
        account = await accounts.get(tx, staff.id)
    address = two_factor.address_of(secret, sign_in_name=account.sign_in_name, clinic=context.name)
    return staff_page(
        request,
        "accounts/second_factor.html",
        status=error.status if error else 200,
        problem=error.sentence if error else "",
        secret=secret,
        offer=two_factor.offer(secret, context.encryption, session_id=staff.session_id, now=context.clock()),
        picture=markup(two_factor.picture_of(address)),
        account=account,
    )
