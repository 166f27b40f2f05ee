"""The clinic's notices to visitors: shown for a time, changed, taken down, shown again."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from content.yaml_files import ProblemsError
from web.accounts import audit
from web.core.errors import NotFound, NotPossible
from web.core.i18n import say
from web.hours import notices
from web.hours.notices import Notice
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value
from web.studio.routes.common import ADMINISTRATOR, OWNER, back, look
from web.studio.routes.facts import draw_with_notice_problem, typed_moment

bp = Blueprint("studio_notices", url_prefix="/studio/facts/notices")
LANGUAGES = ("en", "es")


@bp.post("/")
@allow(OWNER, ADMINISTRATOR)
async def add(request: Request) -> HTTPResponse:
    """Show a sentence to visitors for a time."""
    context, staff, desk = context_of(request), staff_of(request), await look(request)
    try:
        async with context.db.write() as tx:
            now = context.clock()
            zone = (await context.clinic_now(tx)).time_zone or UTC
            notice = await notices.add(
                tx, **_sent(request, zone, now), by=staff.id, now=now, rules=desk.rules
            )
            await audit.note(
                tx, by=staff.id, did="notice.shown", about="notices", about_id=notice.id, now=now
            )
    except ProblemsError as error:
        return await draw_with_notice_problem(request, error)
    return back("/studio/facts", said="notice_waits" if notices.waits(notice, desk.rules) else "shown")


@bp.post("/<notice_id:str>")
@allow(OWNER, ADMINISTRATOR)
async def change(request: Request, notice_id: str) -> HTTPResponse:
    """Say or time a notice in another way; other words that are clinical wait, the earlier ones stay up."""
    context, staff, desk = context_of(request), staff_of(request), await look(request)
    try:
        async with context.db.write() as tx:
            now = context.clock()
            zone = (await context.clinic_now(tx)).time_zone or UTC
            before = await _standing(tx, notice_id)
            sent = _sent(request, zone, now, before)
            notice = await notices.change(tx, before, **sent, by=staff.id, now=now, rules=desk.rules)
            if notice is not before:
                did = "notice.changed"
                await audit.note(tx, by=staff.id, did=did, about="notices", about_id=notice.id, now=now)
    except ProblemsError as error:
        return await draw_with_notice_problem(request, error, changing=notice_id)
    if notice is before:
        return back("/studio/facts", said="same")
    said = "change_waits" if notices.waits(notice, desk.rules) else "notice_changed"
    return back("/studio/facts", said=said)


@bp.post("/<notice_id:str>/remove")
@allow(OWNER, ADMINISTRATOR)
async def remove(request: Request, notice_id: str) -> HTTPResponse:
    """Take a notice down."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        if not await notices.remove(tx, notice_id, by=staff.id, now=now):
            raise NotFound(say("no_such_page"))
        await audit.note(tx, by=staff.id, did="notice.removed", about="notices", about_id=notice_id, now=now)
    return back("/studio/facts", said="gone")


@bp.post("/<notice_id:str>/back")
@allow(OWNER, ADMINISTRATOR)
async def put_back(request: Request, notice_id: str) -> HTTPResponse:
    """Show a notice again that was taken down."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        if not await notices.put_back(tx, notice_id):
            raise NotFound(say("no_such_page"))
        now = context.clock()
        await audit.note(tx, by=staff.id, did="notice.put_back", about="notices", about_id=notice_id, now=now)
    return back("/studio/facts", said="notice_back")


async def _standing(tx: Any, notice_id: str) -> Notice:
    notice = await notices.get(tx, notice_id)
    if notice is None:
        raise NotFound(say("no_such_page"))
    if notice.removed_at:
        raise NotPossible("Somebody removed or changed this notice meanwhile. Look at the page again.")
    return notice


def _sent(request: Request, zone: tzinfo, now: datetime, before: Notice | None = None) -> dict[str, Any]:
    """What the form holds; a time that was left as it was drawn, to the minute, is the very same time."""
    known = {"starts": before.starts_at, "ends": before.ends_at} if before else {}
    times = {}
    for name in ("starts", "ends"):
        typed, was = form_value(request, name), known.get(name)
        is_same = was is not None and typed == typed_moment(was, zone)
        times[f"{name}_at"] = was if is_same else _moment(typed, zone) or now
    return {"texts": {each: form_value(request, f"text_{each}") for each in LANGUAGES}, **times}


def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None
