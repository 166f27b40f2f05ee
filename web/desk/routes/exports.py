"""The conversations that fit a search as a file: all of them, part by part."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from sanic import Blueprint, Request

from web.accounts import audit
from web.core import csv_export
from web.core.errors import NotFound
from web.core.i18n import say
from web.desk import search
from web.desk.finding import exports
from web.desk.routes.layout import WORKERS, person_of, zone_of
from web.http.guard import allow
from web.http.requests import context_of

bp = Blueprint("desk_exports", url_prefix="/export")
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@bp.get("/<kind:str>")
@allow(*WORKERS)
async def export(request: Request, kind: str) -> None:
    """Give the conversations that fit as CSV or JSON; who took them along is kept."""
    context, by = context_of(request), person_of(request)
    if kind not in KINDS:
        raise NotFound(say("no_such_page"))
    looked_for = search.read(lambda name: str(request.args.get(name) or ""))
    async with context.db.read(long=True) as tx:
        ids = await search.all_ids(tx, looked_for, zone=await zone_of(request, tx))
    async with context.db.write() as tx:  # nothing is given away before this is kept
        kept = {"conversations": len(ids), "form": kind}
        did, about = "conversations.export", "conversations"
        await audit.note(tx, by=by.id, did=did, about=about, details=kept, now=context.clock())
    name = f'attachment; filename="conversations.{kind}"'
    response = await request.respond(content_type=KINDS[kind], headers={"content-disposition": name})
    async for part in _parts(request, ids, kind):
        await response.send(part)
    await response.eof()


async def _parts(request: Request, ids: list[str], kind: str) -> AsyncIterator[str]:
    """The file in parts, each read by itself: a slow browser keeps no old state of the record open."""
    context = context_of(request)
    yield csv_export.head(exports.COLUMNS) if kind == "csv" else "["
    is_first = True
    for some in exports.batches(ids):
        async with context.db.read(long=True) as tx:
            rows = await exports.rows(tx, some, zone=await zone_of(request, tx))
        if rows:
            yield await asyncio.to_thread(_written, rows, kind, is_first=is_first)
            is_first = False
    if kind == "json":
        yield "\n]\n"


def _written(rows: list[dict[str, Any]], kind: str, *, is_first: bool) -> str:
    if kind == "csv":
        return csv_export.lines(exports.COLUMNS, rows)
    return ("" if is_first else ",") + csv_export.as_json(rows).removeprefix("[").removesuffix("\n]")
