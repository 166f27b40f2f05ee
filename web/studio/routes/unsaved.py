"""What keeps a form from being lost: what is typed is kept, and who else is there is told."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, json

from web.core.errors import BadRequest
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value, whole_number
from web.studio.editing import presence, unsaved
from web.studio.routes.common import EDITORS, back, values_of

bp = Blueprint("studio_unsaved", url_prefix="/studio/unsaved")


@bp.post("/")
@allow(*EDITORS)
async def keep(request: Request) -> HTTPResponse:
    """Keep what stands in the form, and say who else is there."""
    context, staff, key = context_of(request), staff_of(request), _key(request)
    fields = unsaved.fields_of(list(request.get_form(keep_blank_values=True) or {}), values_of(request))
    version = whole_number(form_value(request, "version") or None, default=0)
    if not fields:
        raise BadRequest("This form is too long to be kept.")
    async with context.db.write() as tx:
        now = context.clock()
        await unsaved.keep(tx, key, fields, version=version, by=staff.id, now=now)
        await presence.note(tx, key, by=staff.id, is_typing=True, now=now)
        others = await presence.others(tx, key, but=staff.id, now=now)
    return json({"ok": True, "others": [each.sentence for each in others]})


@bp.post("/here")
@allow(*EDITORS, background=True)
async def here(request: Request) -> HTTPResponse:
    """Note that this form is open, and say who else is there."""
    context, staff, key = context_of(request), staff_of(request), _key(request)
    async with context.db.write() as tx:
        now = context.clock()
        is_typing = bool(form_value(request, "typing"))
        await presence.note(tx, key, by=staff.id, is_typing=is_typing, now=now)
        others = await presence.others(tx, key, but=staff.id, now=now)
    return json({"ok": True, "others": [each.sentence for each in others]})


@bp.post("/drop")
@allow(*EDITORS)
async def drop(request: Request) -> HTTPResponse:
    """Forget what was typed and show what is saved."""
    context, key = context_of(request), _key(request)
    async with context.db.write() as tx:
        await unsaved.drop(tx, key, by=staff_of(request).id)
    return back(
        "/studio/answers" if key.startswith(unsaved.NEW) else f"/studio/answers/{key}", said="dropped"
    )


def _key(request: Request) -> str:
    key = form_value(request, "unsaved")
    if not unsaved.is_key(key):
        raise BadRequest("This form has no name, so nothing can be kept of it.")
    return key
