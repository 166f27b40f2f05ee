"""Publishing at a time: schedule it on the report's page, cancel it."""

from __future__ import annotations

from datetime import UTC

from sanic import Blueprint, HTTPResponse, Request

from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value
from web.studio.routes.common import ADMINISTRATOR, OWNER, back
from web.studio.scheduling import publishes

bp = Blueprint("studio_scheduling", url_prefix="/studio/releases")


@bp.post("/<release:str>/schedule")
@allow(OWNER, ADMINISTRATOR)
async def schedule(request: Request, release: str) -> HTTPResponse:
    """Keep that a release is to be published at a time on the clinic's clock."""
    context = context_of(request)
    async with context.db.read() as tx:
        zone = (await context.clinic_now(tx)).time_zone or UTC
    moment = publishes.read_moment(form_value(request, "at"), zone, context.clock())
    await publishes.schedule(context, release, moment, by=staff_of(request))
    return back("/studio/releases", said="scheduled")


@bp.post("/scheduled/<publish_id:str>/cancel")
@allow(OWNER, ADMINISTRATOR)
async def cancel(request: Request, publish_id: str) -> HTTPResponse:
    """Take a scheduled publishing back."""
    context = context_of(request)
    async with context.db.write() as tx:
        await publishes.cancel(tx, publish_id, by=staff_of(request), now=context.clock())
    return back("/studio/releases", said="unscheduled")
