"""The desk in numbers, over a range of days."""

from __future__ import annotations

from datetime import UTC, timedelta

from sanic import Blueprint, HTTPResponse, Request

from web.desk import statistics
from web.desk.routes.layout import READERS, draw, zone_of
from web.hours import forms
from web.http.guard import allow
from web.http.requests import context_of

bp = Blueprint("desk_numbers", url_prefix="/numbers")
RANGES = ((7, "7 days"), (28, "4 weeks"), (91, "3 months"), (365, "A year"))


@bp.get("/")
@allow(*READERS)
async def page(request: Request) -> HTTPResponse:
    """Show the charts, each with its table."""
    context = context_of(request)
    wanted = {name: str(request.args.get(name) or "") for name in ("since", "until")}
    since, until = (
        forms.read_day(text, words) if text else None
        for text, words in ((wanted["since"], "The first day"), (wanted["until"], "The last day"))
    )
    async with context.db.read(long=True) as tx:
        zone = await zone_of(request, tx)
        today = context.clock().astimezone(zone or UTC).date()
        first, last = statistics.days_of(since, until, today)
        drawn = await statistics.compared(
            tx, first=first, last=last, zone=zone, manifest=context.manifests.current()
        )
    ranges = [(words, today - timedelta(days=days - 1), (last - first).days + 1 == days and last == today)
              for days, words in RANGES]  # fmt: skip
    return draw(
        request,
        "desk/numbers.html",
        charts=drawn,
        first=first,
        last=last,
        ranges=ranges,
        days=(last - first).days + 1,
    )
