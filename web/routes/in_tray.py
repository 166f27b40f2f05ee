"""The staff's door, `/in-tray`: open callbacks, handoffs, transcripts."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, HTTPResponse, Request, redirect

from web import audit, callbacks, handoffs, in_tray
from web.errors import NotFound
from web.roles import ADMINISTRATOR, DESK
from web.routes.guard import allow, staff_of, staff_page
from web.routes.requests import house_of
from web.words import say

doors = Blueprint("in_tray", url_prefix="/in-tray")


@doors.get("/")
@allow(DESK, ADMINISTRATOR)
async def tray(request: Request) -> HTTPResponse:
    """Show what is open."""
    return await _draw_tray(request, "in_tray/tray.html")


@doors.get("/list")
@allow(DESK, ADMINISTRATOR, background=True)
async def tray_list(request: Request) -> HTTPResponse:
    """Give the list alone, for the page to refresh itself."""
    return await _draw_tray(request, "in_tray/_list.html")


@doors.get("/conversations/<conversation_id:str>")
@allow(DESK, ADMINISTRATOR)
async def transcript(request: Request, conversation_id: str) -> HTTPResponse:
    """Show one conversation from its beginning."""
    house, staff = house_of(request), staff_of(request)
    async with house.db.write() as tx:
        shown = await in_tray.transcript(tx, conversation_id, zone=(await house.clinic_now(tx)).time_zone)
        if shown is None:
            raise NotFound(say("no_such_page"))
        await audit.note(
            tx,
            by=staff.id,
            did="conversation.read",
            about="conversations",
            about_id=conversation_id,
            now=house.clock(),
        )
    return staff_page(request, "in_tray/transcript.html", shown=shown)


@doors.post("/callbacks/<request_id:str>/done")
@allow(DESK, ADMINISTRATOR)
async def callback_done(request: Request, request_id: str) -> HTTPResponse:
    """Mark a callback as done."""
    return await _close(request, request_id, callbacks.finish)


@doors.post("/handoffs/<request_id:str>/done")
@allow(DESK, ADMINISTRATOR)
async def handoff_done(request: Request, request_id: str) -> HTTPResponse:
    """Mark a handoff as resolved."""
    return await _close(request, request_id, handoffs.resolve_one)


async def _close(request: Request, request_id: str, close: Any) -> HTTPResponse:
    house = house_of(request)
    async with house.db.write() as tx:
        await close(tx, request_id, now=house.clock())
    return redirect("/in-tray", status=303)


async def _draw_tray(request: Request, template: str) -> HTTPResponse:
    house = house_of(request)
    async with house.db.read() as tx:
        entries = await in_tray.entries(tx, zone=(await house.clinic_now(tx)).time_zone, now=house.clock())
    return staff_page(request, template, entries=entries)
