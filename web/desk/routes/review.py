"""Search all conversations, take them along as a file, and the physician's week."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text

from web.accounts import audit
from web.core import csv_export, formatting, pii
from web.core.errors import NotFound
from web.core.i18n import say
from web.desk import search, weekly_review
from web.desk.queue_views import shortened, title_of
from web.desk.routes.layout import READERS, WORKERS, draw, note_reading, person_of, zone_of
from web.hours import forms
from web.http.guard import allow, staff_of
from web.http.requests import context_of

bp = Blueprint("desk_review")
FIELDS = ("words", "since", "until", "reason", "answer", "below", "rating")
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@bp.get("/search")
@allow(*READERS)
async def page(request: Request) -> HTTPResponse:
    """Show what fits the search."""
    context = context_of(request)
    looked_for = search.read(lambda name: str(request.args.get(name) or ""))
    async with context.db.read(long=True) as tx:
        zone = await zone_of(request, tx)
        found, total = await search.find(
            tx, looked_for, zone=zone, is_masked=_is_masked(request), country=context.clinic.country
        )
    query = {name: request.args.get(name) for name in FIELDS if request.args.get(name)}
    await note_reading(request, "conversations.searched", "conversations", by=sorted(query), found=total)
    return draw(
        request,
        "desk/search.html",
        found=[(each, formatting.when(each.last, zone), _shown(request, each.first_words)) for each in found],
        total=total,
        looked_for=looked_for,
        reasons=search.REASONS,
        ratings=search.RATINGS,
        answers=_titles(request),
        query=urlencode(query),
        pages=-(-total // search.PER_PAGE),
        may_export=staff_of(request).may(*WORKERS),
    )


@bp.get("/export/<kind:str>")
@allow(*WORKERS)
async def export(request: Request, kind: str) -> HTTPResponse:
    """Give the conversations that fit as CSV or JSON; who took them along is kept."""
    context, by = context_of(request), person_of(request)
    if kind not in KINDS:
        raise NotFound(say("no_such_page"))
    looked_for = search.read(lambda name: str(request.args.get(name) or ""))
    async with context.db.read(long=True) as tx:
        zone, country = await zone_of(request, tx), context.clinic.country
        rows = await search.export_rows(tx, looked_for, zone=zone, country=country)
    body = await asyncio.to_thread(_written, rows, kind)
    async with context.db.write() as tx:  # nothing is given away before this is kept
        kept = {"rows": len(rows), "form": kind}
        did, about = "conversations.export", "conversations"
        await audit.note(tx, by=by.id, did=did, about=about, details=kept, now=context.clock())
    headers = {"content-disposition": f'attachment; filename="conversations.{kind}"'}
    return text(body, content_type=KINDS[kind], headers=headers)


@bp.get("/week")
@allow("clinician", "owner", "administrator")
async def weekly(request: Request) -> HTTPResponse:
    """Show the week that ends on a day, for the physician."""
    context, by = context_of(request), person_of(request)
    async with context.db.read(long=True) as tx:
        zone, now = await zone_of(request, tx), context.clock()
        ends = str(request.args.get("ends") or "")
        local = now.astimezone(zone or UTC)
        day = forms.read_day(ends, "The last day") if ends else local.date()
        until = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone or UTC)
        seen = await weekly_review.read_week(tx, until=until.astimezone(UTC))
    async with context.db.write() as tx:
        await audit.note(tx, by=by.id, did="week.read", about="conversations", about_id=str(day), now=now)
    manifest = context.manifests.current()
    return draw(
        request,
        "desk/week.html",
        week=seen,
        day=day,
        before=day - timedelta(days=7),
        after=day + timedelta(days=7) if day < local.date() else None,
        sampled=[
            (row, formatting.when(row["created_at"], zone), _shown(request, row["first_words"]))
            for row in seen.sampled
        ],
        wrong=[
            (row, title_of(manifest, f"faq/{row['right_answer']}"), _shown(request, row["question"]))
            for row in seen.wrong
        ],
        misses=[(row["conversation_id"], _shown(request, row["text"])) for row in seen.misses],
    )


def _written(rows: list[dict[str, Any]], kind: str) -> str:
    return csv_export.as_csv(search.COLUMNS, rows) if kind == "csv" else csv_export.as_json(rows)


def _titles(request: Request) -> list[tuple[str, str]]:
    answers = context_of(request).manifests.current().answers
    titled = [(name, str(answer.get("title") or name)) for name, answer in answers.items()]
    return sorted(titled, key=lambda pair: pair[1])


def _shown(request: Request, words: str) -> str:
    """A visitor's words; masked for those who need not know who it was."""
    return shortened(pii.mask(words) if _is_masked(request) else words)


def _is_masked(request: Request) -> bool:
    """Whether this reader sees no names and numbers; then no search finds any either."""
    return not staff_of(request).may(*WORKERS)
