"""The first start: the administrator, the clinic's facts, the website, a test message. It can be resumed."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, redirect

from web import allowed_origins
from web.accounts import invitations
from web.accounts.roles import ADMINISTRATOR
from web.accounts.routes.login import draw_outside, where_of
from web.chat.rendering import NOT_REVIEWED
from web.core.errors import Refused
from web.help_center.titles import use_file
from web.hours import cities, forms
from web.hours.policies import own_of
from web.http import cookies
from web.http.guard import allow, open_to_all, staff_of, staff_page
from web.http.requests import address_of, context_of, form_value
from web.setup import beginnings, onboarding, page_check, test_message
from web.setup.page_check import PageCheck
from web.setup.test_message import Tried
from web.studio import workspace

# One page at a time: nobody makes the service a tool to fetch with.
_looking = asyncio.Lock()
NEAREST_CITY = "Please write the nearest large city, for example New York, or choose from the list."
bp = Blueprint("setup", url_prefix="/setup")


@bp.get("/start/<code:str>")
@open_to_all
async def start_page(request: Request, code: str) -> HTTPResponse:
    """Ask who the administrator is."""
    context = context_of(request)
    async with context.db.read() as tx:
        await invitations.find(tx, code, now=context.clock())
    return draw_outside(request, "setup/administrator.html", code=code, sign_in_name="")


@bp.post("/start/<code:str>")
@open_to_all
async def start(request: Request, code: str) -> HTTPResponse:
    """Make the administrator and sign them in."""
    context = context_of(request)
    name, sign_in_name = form_value(request, "name"), form_value(request, "sign_in_name")
    try:
        entry = await onboarding.make_administrator(
            context.db,
            code,
            name=name,
            sign_in_name=sign_in_name,
            password=form_value(request, "password"),
            clinic=context.name,
            where=where_of(request),
            now=context.clock(),
        )
    except Refused as error:
        values = {"code": code, "name": name, "sign_in_name": sign_in_name, "problem": error.sentence}
        return draw_outside(request, "setup/administrator.html", status=error.status, **values)
    response = redirect("/setup/clinic", status=303)
    cookies.put_entry(request, response, entry)
    return response


@bp.get("/")
@allow(ADMINISTRATOR)
async def resume(request: Request) -> HTTPResponse:
    """Go on where the set-up was left."""
    context = context_of(request)
    async with context.db.read() as tx:
        is_open = onboarding.missing(await context.clinic_now(tx))
    return redirect("/setup/clinic" if is_open else await _after_facts(request), status=303)


@bp.get("/clinic")
@allow(ADMINISTRATOR)
async def clinic_page(request: Request) -> HTTPResponse:
    """Ask for what only the clinic knows."""
    return await _draw_clinic(request)


@bp.post("/clinic")
@allow(ADMINISTRATOR)
async def clinic(request: Request) -> HTTPResponse:
    """Keep the facts; what is not right is said, the rest is kept."""
    context, now = context_of(request), context_of(request).clock()
    written: dict[str, Any] = {name: form_value(request, name) for name in onboarding.FACTS}
    zone = written["time_zone"]
    if zone and not cities.is_known(zone):
        unknown = f"We do not know the time zone of “{zone[:60]}”. {NEAREST_CITY}"
        return await _draw_clinic(request, [unknown], written)
    written["time_zone"] = cities.zone_named(zone)
    try:
        written["hours"] = forms.read_week(lambda name: form_value(request, name))
    except Refused as error:
        return await _draw_clinic(request, [error.sentence], written)
    by = staff_of(request).id
    async with context.db.write() as tx:
        problems = await onboarding.keep_facts(
            tx, written, file_clinic=context.clinic, rules=context.rules, by=by, now=now
        )
    if problems:
        return await _draw_clinic(request, problems, written)
    return redirect(await _after_facts(request), status=303)


async def _after_facts(request: Request) -> str:
    """The step behind the facts: what the bot begins with, as long as that is open."""
    context = context_of(request)
    async with context.db.read() as tx:
        is_open = not await beginnings.chosen(tx) and await beginnings.is_open(tx, context)
    return "/setup/content" if is_open else "/setup/site"


@bp.get("/content")
@allow(ADMINISTRATOR)
async def content_page(request: Request) -> HTTPResponse:
    """Ask what the bot begins with."""
    return await _draw_content(request)


@bp.post("/content")
@allow(ADMINISTRATOR)
async def content(request: Request) -> HTTPResponse:
    """Begin with a pack, or leave it as it is."""
    context, pack = context_of(request), form_value(request, "pack")
    try:
        await beginnings.choose(context, pack, by=staff_of(request), now=context.clock())
    except Refused as error:
        return await _draw_content(request, error)
    use_file(request.app.ctx, own_of(context.settings) / "help_center.yml")
    return redirect("/setup/site", status=303)


@bp.get("/site")
@allow(ADMINISTRATOR)
async def site_page(request: Request) -> HTTPResponse:
    """Ask for the website, give the line to paste, offer a test message."""
    return await _draw_site(request)


@bp.post("/site")
@allow(ADMINISTRATOR)
async def site(request: Request) -> HTTPResponse:
    """Allow a website, or take one back."""
    context, now, by = context_of(request), context_of(request).clock(), staff_of(request).id
    written = form_value(request, "site")
    try:
        async with context.db.write() as tx:
            if form_value(request, "remove"):
                await allowed_origins.remove(tx, written, by=by, now=now)
            else:
                await allowed_origins.add(tx, written, by=by, now=now)
    except Refused as error:
        return await _draw_site(request, error, written=written)
    return redirect("/setup/site", status=303)


@bp.post("/try")
@allow(ADMINISTRATOR)
async def try_it(request: Request) -> HTTPResponse:
    """Send a test message and show what came back."""
    inbound = request.app.ctx.inbound
    try:
        tried = await test_message.try_it(
            context_of(request), inbound, form_value(request, "question"), address=address_of(request)
        )
    except Refused as error:
        return await _draw_site(request, error, at="try")
    return await _draw_site(request, tried=tried)


@bp.post("/check")
@allow(ADMINISTRATOR)
async def check_page(request: Request) -> HTTPResponse:
    """Look at a page of an allowed website, and say whether the chat is there."""
    context, page = context_of(request), form_value(request, "page").strip()
    page = page if "://" in page else f"https://{page}"
    async with context.db.read() as tx:
        allowed = await allowed_origins.allowed(tx, context.settings)
    if _looking.locked():
        busy = Refused("Another page is being checked just now: try again in a moment.")
        return await _draw_site(request, busy, at="check", page=page)
    async with _looking:
        try:
            checked = await page_check.check(page, desk=context.settings.public_url, allowed=allowed)
        except page_check.PageUnreachable as error:
            return await _draw_site(request, Refused(str(error)), at="check", page=page)
        except Refused as error:
            return await _draw_site(request, error, at="check", page=page)
    return await _draw_site(request, page=page, checked=checked)


async def _draw_clinic(
    request: Request, problems: list[str] | None = None, written: dict[str, Any] | None = None
) -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        clinic = await context.clinic_now(tx)
    known = clinic.as_document() | {name: text for name, text in (written or {}).items() if name != "hours"}
    typed = forms.typed_week(lambda name: form_value(request, name))
    return staff_page(
        request,
        "setup/clinic.html",
        status=400 if problems else 200,
        problems=problems or [],
        known={name: known.get(name) or "" for name in onboarding.FACTS},
        week=typed if problems else forms.week_of(clinic.hours),
        zones=cities.choices(),
    )


async def _draw_content(request: Request, error: Refused | None = None) -> HTTPResponse:
    context = context_of(request)
    offered = await asyncio.to_thread(beginnings.offered, context)
    async with context.db.read() as tx:
        is_open, chosen = await beginnings.is_open(tx, context), await beginnings.chosen(tx)
    return staff_page(
        request,
        "setup/content.html",
        status=error.status if error else 200,
        problem=error.sentence if error else "",
        counts={each.pack: each.count for each in offered},
        shipped=context.clinic.name,
        is_open=is_open,
        chosen=chosen,
    )


async def _draw_site(
    request: Request,
    error: Refused | None = None,
    *,
    at: str = "site",
    written: str = "",
    tried: Tried | None = None,
    page: str = "",
    checked: PageCheck | None = None,
) -> HTTPResponse:
    context = context_of(request)
    today = context.clock().date()
    async with context.db.read() as tx:
        await context.clinic_now(tx)  # the page's head has the name as it is now
        allowed = await allowed_origins.allowed(tx, context.settings)
        named = await allowed_origins.named(tx)
        words = await context.words(tx)
        unsigned = len((await workspace.load(tx, context.settings, today=today)).unsigned())
    starters = words.starting_questions()
    return staff_page(
        request,
        "setup/site.html",
        status=error.status if error else 200,
        problem=error.sentence if error else "",
        at=at,
        written=written,
        allowed=allowed,
        named=named,
        line=f'<script src="{context.settings.public_url}/widget.js" async></script>',
        question=tried.question if tried else starters[0][0] if starters else "",
        tried=tried,
        page=page,
        checked=checked,
        unsigned=unsigned,
        instead=next((w.get("text") for w in words.utterances.get(NOT_REVIEWED, ())), ""),
        mode=context.settings.mode,
        chat_page=f"{context.settings.public_url}/chat",
    )
