"""The crisis checklist: read by everybody at the desk, written by a clinician or an administrator."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import audit
from web.desk.routes.layout import WORKERS, done, draw, person_of, zone_of
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value
from web.safety import checklists

bp = Blueprint("desk_crisis_steps", url_prefix="/crisis-steps")
HERE = "/desk/crisis-steps"
WRITERS = ("clinician", "administrator")


@bp.get("/")
@allow(*WORKERS, "clinician")
async def page(request: Request) -> HTTPResponse:
    """Show the list of every kind of danger, with its form for those who write it."""
    async with context_of(request).db.read() as tx:
        lists, zone = await checklists.every(tx), await zone_of(request, tx)
    may_write = staff_of(request).may(*WRITERS)
    return draw(request, "desk/crisis_steps.html", lists=lists, zone=zone, may_write=may_write)


@bp.post("/<kind:str>")
@allow(*WRITERS)
async def save(request: Request, kind: str) -> HTTPResponse:
    """Write one list; an empty one brings the shipped steps back."""
    context, by = context_of(request), person_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        await checklists.save(tx, kind, form_value(request, "steps"), by=by, now=now)
        await audit.note(tx, by=by.id, did="crisis_steps.saved", about="crisis_steps", about_id=kind, now=now)
    return done(request, HERE, "The checklist is saved.")
