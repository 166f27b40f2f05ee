"""The clinic's facts and its notices to visitors: live with the next message, without a build."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from content.opening_hours import WEEKDAYS
from content.yaml_files import ProblemsError
from web.accounts import audit
from web.core.errors import NotFound
from web.core.i18n import say
from web.hours import clinic_facts, notices
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value
from web.studio import facts_form
from web.studio.routes.common import ADMINISTRATOR, OWNER, back

bp = Blueprint("studio_facts", url_prefix="/studio/facts")
SAID = {
    "saved": "Saved. Visitors hear it from their next message on.",
    "same": "Nothing was changed.",
    "shown": "The notice is set.",
    "gone": "The notice is taken down.",
}


class _NotStored(Exception):
    """Rolls the transaction back when a field has a problem."""


@bp.get("/")
@allow(OWNER, ADMINISTRATOR)
async def facts(request: Request) -> HTTPResponse:
    """Show what is known about the clinic, and the notices."""
    context = context_of(request)
    async with context.db.read() as tx:
        document = (await context.clinic_now(tx)).as_document()
    return await _draw(request, facts_form.typed(document))


@bp.post("/")
@allow(OWNER, ADMINISTRATOR)
async def save(request: Request) -> HTTPResponse:
    """Set the facts that were changed, all or none."""
    context, staff = context_of(request), staff_of(request)
    values = facts_form.read(lambda name: form_value(request, name)[:2000])
    saved = facts_form.Saved([], {})
    try:
        async with context.db.write() as tx:
            now = context.clock()
            saved = await facts_form.save(tx, values, file_clinic=context.clinic, by=staff.id, now=now)
            if saved.problems:
                raise _NotStored
            if saved.changed:
                details = {"facts": saved.changed}
                await audit.note(
                    tx, by=staff.id, did="facts.changed", about="clinic", details=details, now=now
                )
    except _NotStored:
        names = [name for _, each in facts_form.GROUPS for name in each]
        typed = {name: form_value(request, name) for name in (*names, *WEEKDAYS, "holidays")}
        return await _draw(request, typed, problems=saved.problems, status=422)
    return back("/studio/facts", said="saved" if saved.changed else "same")


@bp.post("/notices")
@allow(OWNER, ADMINISTRATOR)
async def add_notice(request: Request) -> HTTPResponse:
    """Show a sentence to visitors for a time."""
    context, staff = context_of(request), staff_of(request)
    try:
        async with context.db.write() as tx:
            now = context.clock()
            zone = (await context.clinic_now(tx)).time_zone or UTC
            starts_at, ends_at = (_moment(form_value(request, name), zone) for name in ("starts", "ends"))
            texts = {language: form_value(request, f"text_{language}") for language in ("en", "es")}
            notice = await notices.add(
                tx, texts=texts, starts_at=starts_at or now, ends_at=ends_at or now, by=staff.id, now=now
            )
            await audit.note(
                tx, by=staff.id, did="notice.shown", about="notices", about_id=notice.id, now=now
            )
    except ProblemsError as error:
        async with context.db.read() as tx:
            document = (await context.clinic_now(tx)).as_document()
        problem = " ".join(each.text for each in error.problems)
        return await _draw(request, facts_form.typed(document), notice_problem=problem, status=422)
    return back("/studio/facts", said="shown")


@bp.post("/notices/<notice_id:str>/remove")
@allow(OWNER, ADMINISTRATOR)
async def remove_notice(request: Request, notice_id: str) -> HTTPResponse:
    """Take a notice down."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        if not await notices.remove(tx, notice_id):
            raise NotFound(say("no_such_page"))
        now = context.clock()
        await audit.note(tx, by=staff.id, did="notice.removed", about="notices", about_id=notice_id, now=now)
    return back("/studio/facts", said="gone")


def _moment(text: str, zone: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None


async def _draw(
    request: Request,
    typed: dict[str, str],
    *,
    problems: dict[str, str] | None = None,
    notice_problem: str = "",
    status: int = 200,
) -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        listed = await notices.all(tx, now=context.clock())
        changed_here = {row["name"] for row in await clinic_facts.all_set(tx)}
        zone = (await context.clinic_now(tx)).time_zone or UTC
    return staff_page(
        request,
        "studio/facts.html",
        status=status,
        typed=typed,
        problems=problems or {},
        notice_problem=notice_problem,
        sent={name: form_value(request, name) for name in ("text_en", "text_es", "starts", "ends")},
        groups=facts_form.GROUPS,
        label=facts_form.label,
        long=facts_form.LONG,
        weekdays=WEEKDAYS,
        notices=listed,
        changed_here=changed_here,
        zone=zone,
        said=SAID.get(request.args.get("said", ""), ""),
    )
