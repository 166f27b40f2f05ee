"""What the form is told while somebody types: sentences per field, nearest questions, the preview."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, HTTPResponse, Request, json

from web.routes.guard import allow
from web.routes.requests import house_of
from web.routes.studio.common import EDITORS, look, values_of
from web.studio import forms, radar
from web.studio.complaints import near_duplicates
from web.studio.preview import preview

doors = Blueprint("studio_hints", url_prefix="/studio")
MAX_RADAR = 3


@doors.post("/hints")
@allow(*EDITORS)
async def hints(request: Request) -> HTTPResponse:
    """Say what is wrong and how it will look."""
    house = house_of(request)
    values = values_of(request)
    sent = forms.read(values, next(iter(values("id")), "")[:60])
    desk = await look(request)
    async with house.db.read() as tx:
        facts = await house.facts(tx, "en")
    found = desk.complaints(sent.answer, tests=sent.tests, is_on=True)
    found += await asyncio.to_thread(near_duplicates, sent.answer, desk.book)
    return json(
        {
            "complaints": [{"field": c.field, "text": c.text, "stops": c.stops} for c in found],
            **preview(sent.answer, facts, desk),
        }
    )


@doors.post("/nearest")
@allow(*EDITORS)
async def nearest(request: Request) -> HTTPResponse:
    """Say what becomes of the last questions today, and which taught ones are nearest."""
    values = values_of(request)
    lines = next(iter(values("questions")), "").replace("\r", "\n").split("\n")
    texts = [line[:300] for line in lines if line.strip()][-MAX_RADAR:]
    own = next(iter(values("id")), "")[:60]
    return json({"nearest": await radar.nearest(house_of(request), texts, own=own)})
