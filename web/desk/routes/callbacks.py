"""The calls to make: the list, what is done with one of them, and all of them as a file."""

from __future__ import annotations

from urllib.parse import urlencode

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text

from web.accounts import accounts, audit
from web.core import csv_export
from web.core.db import Transaction
from web.core.errors import AskFirst, NotFound
from web.core.i18n import say
from web.core.pubsub import LISTS_READ
from web.desk import callback_views
from web.desk.callback_views import ONLY, CallFilter
from web.desk.calls import due_times
from web.desk.calls import record as call_record
from web.desk.calls.times import Viewer
from web.desk.routes.callback_steps import take
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
    question,
    snapshot_of,
    zone_of,
)
from web.http.error_handler import wants_page
from web.http.guard import allow
from web.http.requests import context_of, form_value, work_of

bp = Blueprint("desk_calls", url_prefix="/callbacks")
HERE = "/desk/callbacks"
READ = ("callbacks.read", "callbacks")
MAX_WORDS_CHARS = 200


@bp.get("/")
@allow(*WORKERS)
async def page(request: Request) -> HTTPResponse:
    """Show the open calls, or the closed ones."""
    await note_presence(request)
    await note_reading(request, *READ, show=_filter_of(request).show)
    return await _draw(request, "desk/calls.html")


@bp.get("/live")
@allow(*WORKERS, background=True)
async def live(request: Request) -> HTTPResponse:
    """Give the list alone, as soon as it changes."""
    await note_presence(request)
    await note_reading_once(request, *READ)
    return await live_page(request, lambda: _draw(request, "desk/_calls.html"), LISTS_READ)


@bp.get("/<callback_id:str>")
@allow(*WORKERS)
async def record(request: Request, callback_id: str) -> HTTPResponse:
    """Show one request by itself: to copy, to print, and whose other requests there are."""
    context = context_of(request)
    await note_presence(request)
    async with context.db.read() as tx:
        viewer = await _viewer(request, tx)
        call = await callback_views.one(tx, callback_id, viewer)
        if call is None:
            raise NotFound(say("no_callback"))
        names = {each.id for each in call.earlier} | {call.id}
        listed = await callback_views.listed(
            tx, show="open", names=viewer.names, zone=viewer.zone, now=viewer.now
        )
        closed = await callback_views.listed(
            tx, show="closed", names=viewer.names, zone=viewer.zone, now=viewer.now
        )
    async with context.db.write() as tx:
        by, now = person_of(request).id, context.clock()
        await audit.note(tx, by=by, did="callback.read", about="callbacks", about_id=callback_id, now=now)
    others = [each for each in (*listed, *closed) if each.id not in names]
    record_text = call_record.as_text(call, clinic=context.name)
    values = pulse_values(request, await snapshot_of(request))
    return draw(request, "desk/call.html", call=call, others=others, record=record_text, **values)


@bp.post("/<callback_id:str>/move")
@allow(*WORKERS)
async def move(request: Request, callback_id: str) -> HTTPResponse:
    """Do what was pressed: an attempt with its outcome, a claim, a date, a note, done."""
    context = context_of(request)

    async def change() -> tuple[str, str]:
        async with context.db.write() as tx:
            return await take(request, tx, callback_id)

    try:
        said, undo = await work_of(request).to_the_end(change())
    except AskFirst as asked:
        if not wants_page(request):
            raise
        return question(request, asked)
    context.pubsub.publish("desk")
    back = form_value(request, "back")
    return done(request, f"{HERE}/{callback_id}" if back == "record" else HERE, said, undo=undo)


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
    context, wanted = context_of(request), _filter_of(request)
    async with context.db.read() as tx:
        viewer = await _viewer(request, tx)
        listed = await callback_views.listed(
            tx,
            show=wanted.show,
            names=viewer.names,
            zone=viewer.zone,
            now=viewer.now,
            staff_id=viewer.staff_id,
            wanted=wanted,
        )
    values = pulse_values(request, await snapshot_of(request))
    not_all = wanted.show == "closed" and len(listed) == callback_views.MAX_CLOSED_LISTED
    query = {"show": wanted.show, "words": wanted.words, "only": wanted.only}
    return draw(
        request,
        template,
        calls=listed,
        by_section=callback_views.by_section(listed),
        wanted=wanted,
        show=wanted.show,
        only=ONLY,
        due_choices=due_times.CHOICES,
        not_all=not_all,
        query=urlencode({name: value for name, value in query.items() if value and value != "open"}),
        **values,
    )


async def _viewer(request: Request, tx: Transaction) -> Viewer:
    context = context_of(request)
    zone, names = await zone_of(request, tx), await accounts.names(tx)
    return Viewer(zone, context.clock(), names, person_of(request).id)


def _filter_of(request: Request) -> CallFilter:
    only = str(request.args.get("only") or "")
    return CallFilter(
        show="closed" if request.args.get("show") == "closed" else "open",
        words=str(request.args.get("words") or "").strip()[:MAX_WORDS_CHARS],
        only=only if only in ONLY else "",
    )
