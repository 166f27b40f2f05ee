"""The administrator's page of people: invite, give roles, reset, disable. And the invitation's page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, redirect

from web.accounts import accounts, invitations, joining, navigation
from web.accounts.accounts import Account
from web.accounts.roles import ADMINISTRATOR, TITLES
from web.accounts.routes.login import draw_outside, where_of
from web.core.db import Transaction
from web.core.errors import Refused
from web.http import cookies
from web.http.guard import allow, open_to_all, staff_of, staff_page
from web.http.requests import context_of, form_value, form_values

bp = Blueprint("accounts")

Change = Callable[..., Awaitable[None]]


@bp.get("/people")
@allow(ADMINISTRATOR)
async def everybody(request: Request) -> HTTPResponse:
    """Show everybody who may work here."""
    return await _draw_everybody(request)


@bp.post("/people")
@allow(ADMINISTRATOR)
async def invite(request: Request) -> HTTPResponse:
    """Make an account and show its one-time link."""
    context, staff = context_of(request), staff_of(request)
    values = {"name": form_value(request, "name"), "sign_in_name": form_value(request, "sign_in_name")}
    given = form_values(request, "roles")
    try:
        async with context.db.write() as tx:
            account, code = await joining.invite(
                tx, **values, roles=given, by=staff.id, lasts=_lasts(request), now=context.clock()
            )
    except Refused as error:
        return await _draw_everybody(request, error, **values, given=given)
    return await _draw_one(request, account.id, code=code)


@bp.get("/people/<account_id:str>")
@allow(ADMINISTRATOR)
async def one(request: Request, account_id: str) -> HTTPResponse:
    """Show one account."""
    return await _draw_one(request, account_id)


@bp.post("/people/<account_id:str>")
@allow(ADMINISTRATOR)
async def change(request: Request, account_id: str) -> HTTPResponse:
    """Change somebody's name and roles."""
    name, given = form_value(request, "name"), form_values(request, "roles")

    async def apply(tx: Transaction, account_id: str, *, by: str, now: datetime) -> None:
        await accounts.rename(tx, account_id, name, by=by, now=now)
        await accounts.set_roles(tx, account_id, given, by=by, now=now)

    return await _apply(request, account_id, apply)


@bp.post("/people/<account_id:str>/disable")
@allow(ADMINISTRATOR)
async def disable(request: Request, account_id: str) -> HTTPResponse:
    """Shut an account; its owner is out everywhere within seconds."""
    return await _apply(request, account_id, accounts.disable)


@bp.post("/people/<account_id:str>/enable")
@allow(ADMINISTRATOR)
async def enable(request: Request, account_id: str) -> HTTPResponse:
    """Open an account again."""
    return await _apply(request, account_id, accounts.enable)


@bp.post("/people/<account_id:str>/second-factor/remove")
@allow(ADMINISTRATOR)
async def remove_second_factor(request: Request, account_id: str) -> HTTPResponse:
    """Forget a second factor whose phone is lost."""
    return await _apply(request, account_id, accounts.remove_second_factor)


@bp.post("/people/<account_id:str>/link")
@allow(ADMINISTRATOR)
async def link(request: Request, account_id: str) -> HTTPResponse:
    """Show a one-time link for a new password."""
    context = context_of(request)
    async with context.db.write() as tx:
        account = await accounts.get(tx, account_id)
        by, lasts = staff_of(request).id, _lasts(request)
        code = await invitations.make(tx, account.id, by=by, lasts=lasts, now=context.clock())
    return await _draw_one(request, account_id, code=code)


@bp.get("/invitation/<code:str>")
@open_to_all
async def invitation(request: Request, code: str) -> HTTPResponse:
    """Ask for the password that somebody wants."""
    return await _draw_invitation(request, code)


@bp.post("/invitation/<code:str>")
@open_to_all
async def accept(request: Request, code: str) -> HTTPResponse:
    """Keep the password; whoever has no second step is signed in."""
    context = context_of(request)
    try:
        account, entry = await joining.accept(
            context.db,
            code,
            form_value(request, "password"),
            clinic=context.name,
            where=where_of(request),
            now=context.clock(),
        )
    except Refused as error:
        return await _draw_invitation(request, code, error)
    response = redirect(navigation.home_of(account.roles) if entry else "/sign-in", status=303)
    if entry:
        cookies.put_entry(request, response, entry)
    return response


async def _apply(request: Request, account_id: str, change: Change) -> HTTPResponse:
    context = context_of(request)
    try:
        async with context.db.write() as tx:
            await change(tx, account_id, by=staff_of(request).id, now=context.clock())
    except Refused as error:
        if error.status == 404:
            raise
        return await _draw_one(request, account_id, error)
    return redirect(f"/people/{account_id}?done=yes", status=303)


async def _draw_everybody(
    request: Request, error: Refused | None = None, *, given: list[str] | None = None, **values: Any
) -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        people = await accounts.everybody(tx)
        zone = (await context.clinic_now(tx)).time_zone
    return staff_page(
        request,
        "accounts/people.html",
        status=error.status if error else 200,
        problem=error.sentence if error else "",
        people=people,
        titles=TITLES,
        given=given or [],
        zone=zone,
        has_mailbox=context.settings.has_mailbox,
        **{"name": "", "sign_in_name": "", **values},
    )


async def _draw_one(
    request: Request, account_id: str, error: Refused | None = None, *, code: str = ""
) -> HTTPResponse:
    context, settings = context_of(request), context_of(request).settings
    async with context.db.read() as tx:
        account = await accounts.get(tx, account_id)
        zone = (await context.clinic_now(tx)).time_zone
    link = f"{settings.public_url}/invitation/{code}" if code else ""
    was_mailed = (
        await _mail(request, account, link) if link and form_value(request, "mail") == "yes" else None
    )
    return staff_page(
        request,
        "accounts/person.html",
        status=error.status if error else 200,
        problem=error.sentence if error else "",
        account=account,
        titles=TITLES,
        zone=zone,
        link=link,
        was_mailed=was_mailed,
        has_mailbox=settings.has_mailbox,
        days=round(settings.limits.invitation_days),
        done=bool(request.args.get("done")),
    )


async def _mail(request: Request, account: Account, link: str) -> bool | None:
    """Mail the link; whether it left, None where mail cannot reach them."""
    sent: bool | None = await request.app.ctx.mailer.send_invitation(
        name=account.name, sign_in_name=account.sign_in_name, link=link
    )
    return sent


async def _draw_invitation(request: Request, code: str, error: Refused | None = None) -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        account = await joining.invited(tx, code, now=context.clock())
    status, problem = (error.status, error.sentence) if error else (200, "")
    return draw_outside(
        request, "accounts/invitation.html", status=status, problem=problem, code=code, account=account
    )


def _lasts(request: Request) -> timedelta:
    return timedelta(days=context_of(request).settings.limits.invitation_days)
