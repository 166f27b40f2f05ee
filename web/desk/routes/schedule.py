"""The staff schedule: seen by everybody who works here, kept by administrators. A change holds at once."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from content.opening_hours import hours_in_words
from web.accounts import accounts, audit
from web.accounts.roles import ADMINISTRATOR, ROLES
from web.core import formatting
from web.core.db import Transaction
from web.core.errors import BadRequest, Refused
from web.core.pubsub import DESK
from web.desk import schedule_views
from web.desk.routes.layout import WORKERS, done, draw, note_presence, person_of, pulse_values, snapshot_of
from web.hours import closures, forms, staff_schedule
from web.http.error_handler import wants_page
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value

bp = Blueprint("desk_schedule", url_prefix="/schedule")
HERE = "/desk/schedule"
MAX_DAYS_AWAY = 366
TYPED = ("person", "kind", "from", "to")
NO_ZONE = "Please set the clinic's time zone first: shifts are times of its clock."


@bp.get("/")
@allow(*ROLES)
async def page(request: Request) -> HTTPResponse:
    """Show who is at the desk when."""
    if staff_of(request).may(*WORKERS):
        await note_presence(request)
    return await _draw(request)


@bp.post("/<staff_id:str>/week")
@allow(ADMINISTRATOR)
async def set_week(request: Request, staff_id: str) -> HTTPResponse:
    """Keep somebody's usual week."""

    async def change(tx: Transaction) -> dict[str, Any]:
        await _must_work_at_the_desk(tx, staff_id)
        week = forms.read_week(lambda name: form_value(request, name))
        await staff_schedule.set_week(
            tx, staff_id, week, by=person_of(request).id, now=context_of(request).clock()
        )
        return {"person": staff_id}

    return await _change(request, change, "The weekly shifts are saved and hold now.")


@bp.post("/exceptions")
@allow(ADMINISTRATOR)
async def add_exception(request: Request) -> HTTPResponse:
    """Keep that somebody is off, or has an extra shift."""

    async def change(tx: Transaction) -> dict[str, Any]:
        context, staff_id = context_of(request), form_value(request, "person")
        await _must_work_at_the_desk(tx, staff_id)
        zone = (await context.clinic_now(tx)).time_zone
        kind = staff_schedule.EXTRA if form_value(request, "kind") == "extra" else staff_schedule.OFF
        span = (
            forms.read_moment(form_value(request, "from"), zone, "The beginning"),
            forms.read_moment(form_value(request, "to"), zone, "The end"),
        )
        by, now = person_of(request).id, context.clock()
        await staff_schedule.add(tx, staff_id, kind, span, by=by, now=now)
        return {"person": staff_id, "kind": kind}

    return await _change(request, change, "Saved. The schedule counts it now.")


@bp.post("/exceptions/<exception_id:str>/remove")
@allow(ADMINISTRATOR)
async def remove_exception(request: Request, exception_id: str) -> HTTPResponse:
    """Take a day that differs back."""

    async def change(tx: Transaction) -> dict[str, Any]:
        await staff_schedule.remove(tx, exception_id)
        return {"removed": exception_id}

    return await _change(request, change, "Removed. The weekly shifts count again.")


async def _must_work_at_the_desk(tx: Transaction, staff_id: str) -> None:
    if staff_id not in {each.id for each in await accounts.of_the_desk(tx)}:
        raise BadRequest("Please choose somebody who works at the desk.")


async def _change(request: Request, change: Any, said: str) -> HTTPResponse:
    context, by = context_of(request), person_of(request)
    try:
        async with context.db.write() as tx:
            if (await context.clinic_now(tx)).time_zone is None:
                raise BadRequest(NO_ZONE)
            details, now = await change(tx), context.clock()
            await audit.note(tx, by=by.id, did="schedule.set", about="hours", details=details, now=now)
    except Refused as error:
        if not wants_page(request):
            raise
        return await _draw(request, error)
    context.pubsub.publish(DESK)
    return done(request, HERE, said)


def _first_day(request: Request, today: date) -> date:
    """The day that an address names, at most a year away; else today."""
    try:
        named = date.fromisoformat(request.args.get("from") or "")
    except ValueError:
        return today
    return named if abs((named - today).days) <= MAX_DAYS_AWAY else today


async def _draw(request: Request, error: Refused | None = None) -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        now, clinic = context.clock(), await context.clinic_now(tx)
        closed = await closures.list_all(tx, now=now)
        schedule = await staff_schedule.read(tx, now=now)
        people = sorted(await accounts.of_the_desk(tx), key=lambda each: each.name)
        names = await accounts.names(tx)
        scheduled = schedule.at(now, clinic, closed)
        watching = await context.watching(tx, scheduled)
    zone, here = clinic.time_zone, {each.staff_id for each in watching}
    first = _first_day(request, now.astimezone(zone or UTC).date())
    typed_for = request.path.removeprefix(HERE).strip("/").removesuffix("/week") if error else ""
    weeks = {each.id: schedule_views.week_of(schedule, each.id) for each in people}
    fields = {staff_id: forms.week_of(week) for staff_id, week in weeks.items()}
    if typed_for in fields:
        fields[typed_for] = forms.typed_week(lambda name: form_value(request, name))
    values = {
        "zone": str(zone or ""),
        "days": schedule_views.days(schedule, clinic, closed, names, now=now, first=first),
        "before": (first - timedelta(days=7)).isoformat(),
        "after": (first + timedelta(days=7)).isoformat(),
        "now": [
            (
                names.get(each.staff_id, schedule_views.COLLEAGUE),
                formatting.clock(each.until, zone),
                each.staff_id in here,
            )
            for each in scheduled
        ],
        "people": [(each, hours_in_words(weeks[each.id]), fields[each.id]) for each in people],
        "exceptions": [
            (
                each.id,
                names.get(each.staff_id, schedule_views.COLLEAGUE),
                schedule_views.exception_in_words(each, zone),
            )
            for each in schedule.exceptions
            if each.ends_at > now
        ],
        "may_edit": staff_of(request).may(ADMINISTRATOR),
        "problem": error.sentence if error else "",
        "typed_for": typed_for,
        "typed": {name: form_value(request, name) if error else "" for name in TYPED},
    }
    values |= pulse_values(request, await snapshot_of(request))
    return draw(request, "desk/schedule.html", status=error.status if error else 200, **values)
