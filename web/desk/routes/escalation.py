"""The administrator's page of escalation: after how long an unanswered visitor is passed on, and to whom."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import accounts, audit
from web.accounts.roles import ADMINISTRATOR
from web.core.errors import Refused
from web.desk.routes.layout import done, draw, note_presence, pulse_values, snapshot_of
from web.http.error_handler import wants_page
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value
from web.notifications import on_call

bp = Blueprint("desk_escalation", url_prefix="/escalation")
PATH = "/desk/escalation"


@bp.get("/")
@allow(ADMINISTRATOR)
async def page(request: Request) -> HTTPResponse:
    """Show the rule, and who would be asked now."""
    await note_presence(request)
    return await _draw(request)


@bp.post("/")
@allow(ADMINISTRATOR)
async def save(request: Request) -> HTTPResponse:
    """Keep the rule; it holds at once."""
    context, by = context_of(request), staff_of(request)
    try:
        wanted = on_call.read_rule(form_value(request, "minutes"), form_value(request, "address"))
    except Refused as error:
        if not wants_page(request):
            raise
        return await _draw(request, error)
    async with context.db.write() as tx:
        await on_call.save(tx, wanted, by=by.id, now=context.clock())
        await audit.note(
            tx, by=by.id, did="escalation.set", about="settings", details={"minutes": wanted.minutes},
            now=context.clock(),
        )  # fmt: skip
    said = f"Saved: passed on after {wanted.minutes} min." if wanted.minutes else "Saved: switched off."
    return done(request, PATH, said)


async def _draw(request: Request, error: Refused | None = None) -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        rule = await on_call.rule(tx)
        names = await accounts.names(tx)
        scheduled = await context.scheduled(tx)
        watching = await context.watching(tx, scheduled)
    values = {
        "minutes": form_value(request, "minutes") if error else rule.minutes or "",
        "address": form_value(request, "address") if error else rule.address,
        "max_minutes": on_call.MAX_MINUTES,
        "is_on": bool(rule.minutes),
        "way": on_call.can_reach(context.settings, rule),
        "has_mailbox": context.settings.has_mailbox,
        "here": sorted(names.get(each.staff_id, "A colleague") for each in watching),
        "expected": sorted(
            names.get(each.staff_id, "A colleague")
            for each in scheduled
            if each.staff_id not in {one.staff_id for one in watching}
        ),
        "problem": error.sentence if error else "",
    }
    values |= pulse_values(request, await snapshot_of(request))
    return draw(request, "desk/escalation.html", status=error.status if error else 200, **values)
