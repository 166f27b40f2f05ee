"""The calls to make: dial, log an attempt, done; and the list as a file."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text

from web.accounts import accounts, audit
from web.chat import callbacks
from web.core import csv_export
from web.core.errors import BadRequest
from web.core.pubsub import LISTS_READ
from web.desk import callback_views, undo
from web.desk.routes.layout import (
    WORKERS,
    done,
    draw,
    live_page,
    note_presence,
    note_reading,
    note_reading_once,
    person_of,
    pulse_values,
    snapshot_of,
    zone_of,
)
from web.http.guard import allow
from web.http.requests import context_of, form_value, work_of

bp = Blueprint("desk_calls", url_prefix="/callbacks")
READ = ("callbacks.read", "callbacks")


@bp.get("/")
@allow(*WORKERS)
async def page(request: Request) -> HTTPResponse:
    """Show the open calls, or the closed ones."""
    await note_presence(request)
    await note_reading(request, *READ, show="closed" if request.args.get("show") == "closed" else "open")
    return await _draw(request, "desk/calls.html")


@bp.get("/live")
@allow(*WORKERS, background=True)
async def live(request: Request) -> HTTPResponse:
    """Give the list alone, as soon as it changes."""
    await note_presence(request)
    await note_reading_once(request, *READ)
    return await live_page(request, lambda: _draw(request, "desk/_calls.html"), LISTS_READ)


@bp.post("/<callback_id:str>/move")
@allow(*WORKERS)
async def move(request: Request, callback_id: str) -> HTTPResponse:
    """Take a request one step on: called, reached, done, cancelled, or new again."""
    context, by = context_of(request), person_of(request)
    to = form_value(request, "to")
    if to not in callback_views.STEP_WORDS and to != "note":
        raise BadRequest("There is no such step.")

    made = undo.Undo()

    async def change() -> None:
        nonlocal made
        async with context.db.write() as tx:
            note = form_value(request, "note").strip()
            if to == "note":
                await callbacks.remark(tx, callback_id, note, by=by.id, now=context.clock())
                return
            row, now = await callbacks.one(tx, callback_id), context.clock()
            where = [row["conversation_id"]] if row else []
            async with undo.undoable(tx, where, did="call", by=by, now=now) as made:
                await callbacks.move(tx, callback_id, to, by=by.id, now=now, note=note)

    await work_of(request).to_the_end(change())
    context.pubsub.publish("desk")
    said = "The note is saved; the call stays open." if to == "note" else callback_views.STATES[to]
    return done(request, "/desk/callbacks", said, undo=made.id)


@bp.get("/export.csv")
@allow(*WORKERS)
async def export(request: Request) -> HTTPResponse:
    """Give every request as a file; who took it is kept."""
    context, by = context_of(request), person_of(request)
    async with context.db.read(long=True) as tx:
        rows = await callback_views.export_rows(tx, zone=await zone_of(request, tx), now=context.clock())
    async with context.db.write() as tx:  # nothing is given away before this is kept
        details = {"rows": len(rows), "form": "csv"}
        await audit.note(
            tx, by=by.id, did="callbacks.export", about="callbacks", details=details, now=context.clock()
        )
    headers = {"content-disposition": 'attachment; filename="callbacks.csv"'}
    return text(
        csv_export.as_csv(callback_views.EXPORTED, rows),
        content_type="text/csv; charset=utf-8",
        headers=headers,
    )


async def _draw(request: Request, template: str) -> HTTPResponse:
    context = context_of(request)
    show = "closed" if request.args.get("show") == "closed" else "open"
    async with context.db.read() as tx:
        now = context.clock()
        names = await accounts.names(tx)
        listed = await callback_views.listed(
            tx, show=show, names=names, zone=await zone_of(request, tx), now=now
        )
    values = pulse_values(request, await snapshot_of(request))
    not_all = show == "closed" and len(listed) == callback_views.MAX_CLOSED_LISTED
    return draw(request, template, calls=listed, show=show, not_all=not_all, **values)
