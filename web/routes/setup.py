"""The first start: the administrator, the clinic's facts, the website, a test message. It can be resumed."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from sanic import Blueprint, HTTPResponse, Request, redirect

from clinic.opening_hours import WEEKDAYS_SPOKEN
from web import invitations, opening_forms, set_up, sites, trial
from web.errors import Refused
from web.roles import ADMINISTRATOR
from web.routes import cookies
from web.routes.guard import allow, open_to_all, staff_of, staff_page
from web.routes.requests import address_of, form_value, house_of
from web.routes.sign_in import draw_outside, where_of
from web.trial import Tried

doors = Blueprint("setup", url_prefix="/setup")


@doors.get("/start/<code:str>")
@open_to_all
async def start_page(request: Request, code: str) -> HTTPResponse:
    """Ask who the administrator is."""
    house = house_of(request)
    async with house.db.read() as tx:
        await invitations.find(tx, code, now=house.clock())
    return draw_outside(request, "setup/administrator.html", code=code, sign_in_name="")


@doors.post("/start/<code:str>")
@open_to_all
async def start(request: Request, code: str) -> HTTPResponse:
    """Make the administrator and sign them in."""
    house = house_of(request)
    name, sign_in_name = form_value(request, "name"), form_value(request, "sign_in_name")
    try:
        token = await set_up.make_administrator(
            house.db,
            code,
            name=name,
            sign_in_name=sign_in_name,
            password=form_value(request, "password"),
            clinic=house.name,
            where=where_of(request),
            now=house.clock(),
        )
    except Refused as error:
        values = {"code": code, "name": name, "sign_in_name": sign_in_name, "problem": error.sentence}
        return draw_outside(request, "setup/administrator.html", status=error.status, **values)
    response = redirect("/setup/clinic", status=303)
    cookies.put(request, response, cookies.SESSION, token)
    return response


@doors.get("/")
@allow(ADMINISTRATOR)
async def resume(request: Request) -> HTTPResponse:
    """Go on where the set-up was left."""
    house = house_of(request)
    async with house.db.read() as tx:
        is_open = set_up.missing(await house.clinic_now(tx))
    return redirect("/setup/clinic" if is_open else "/setup/site", status=303)


@doors.get("/clinic")
@allow(ADMINISTRATOR)
async def clinic_page(request: Request) -> HTTPResponse:
    """Ask for what only the clinic knows."""
    return await _draw_clinic(request)


@doors.post("/clinic")
@allow(ADMINISTRATOR)
async def clinic(request: Request) -> HTTPResponse:
    """Keep the facts; what is not right is said, the rest is kept."""
    house, now = house_of(request), house_of(request).clock()
    written: dict[str, Any] = {name: form_value(request, name) for name in set_up.FACTS}
    try:
        written["hours"] = opening_forms.read_week(lambda name: form_value(request, name))
    except Refused as error:
        return await _draw_clinic(request, [error.sentence], written)
    by = staff_of(request).id
    async with house.db.write() as tx:
        problems = await set_up.keep_facts(
            tx, written, file_clinic=house.clinic, rules=house.rules, by=by, now=now
        )
    if problems:
        return await _draw_clinic(request, problems, written)
    return redirect("/setup/site", status=303)


@doors.get("/site")
@allow(ADMINISTRATOR)
async def site_page(request: Request) -> HTTPResponse:
    """Ask for the website, give the line to paste, offer a test message."""
    return await _draw_site(request)


@doors.post("/site")
@allow(ADMINISTRATOR)
async def site(request: Request) -> HTTPResponse:
    """Allow a website, or take one back."""
    house, now, by = house_of(request), house_of(request).clock(), staff_of(request).id
    written = form_value(request, "site")
    try:
        async with house.db.write() as tx:
            if form_value(request, "remove"):
                await sites.remove(tx, written, by=by, now=now)
            else:
                await sites.add(tx, written, by=by, now=now)
    except Refused as error:
        return await _draw_site(request, error, written=written)
    return redirect("/setup/site", status=303)


@doors.post("/try")
@allow(ADMINISTRATOR)
async def try_it(request: Request) -> HTTPResponse:
    """Send a test message and show what came back."""
    reception = request.app.ctx.reception
    try:
        tried = await trial.try_it(
            house_of(request), reception, form_value(request, "question"), address=address_of(request)
        )
    except Refused as error:
        return await _draw_site(request, error, at="try")
    return await _draw_site(request, tried=tried)


async def _draw_clinic(
    request: Request, problems: list[str] | None = None, written: dict[str, Any] | None = None
) -> HTTPResponse:
    house = house_of(request)
    async with house.db.read() as tx:
        clinic = await house.clinic_now(tx)
    known = clinic.as_document() | {name: text for name, text in (written or {}).items() if name != "hours"}
    week = [
        (day, WEEKDAYS_SPOKEN["en"][number], spans)
        for number, (day, spans) in enumerate(opening_forms.week_of(clinic))
    ]
    return staff_page(
        request,
        "setup/clinic.html",
        status=400 if problems else 200,
        problems=problems or [],
        known={name: known.get(name) or "" for name in set_up.FACTS},
        week=week,
        zones=sorted(zone for zone in available_timezones() if "/" in zone),
    )


async def _draw_site(
    request: Request,
    error: Refused | None = None,
    *,
    at: str = "site",
    written: str = "",
    tried: Tried | None = None,
) -> HTTPResponse:
    house = house_of(request)
    async with house.db.read() as tx:
        await house.clinic_now(tx)  # the page's head has the name as it is now
        allowed = await sites.allowed(tx, house.settings)
        named = await sites.named(tx)
        starters = (await house.words(tx)).starting_questions()
    return staff_page(
        request,
        "setup/site.html",
        status=error.status if error else 200,
        problem=error.sentence if error else "",
        at=at,
        written=written,
        allowed=allowed,
        named=named,
        line=f'<script src="{house.settings.public_url}/widget.js" async></script>',
        question=tried.question if tried else starters[0][0] if starters else "",
        tried=tried,
    )
