"""What the form is told while somebody types: sentences per field, nearest questions, the preview."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, HTTPResponse, Request, json

from web.routes.guard import allow
from web.routes.requests import house_of
from web.routes.studio.common import EDITORS, look, values_of
from web.studio import forms
from web.studio.complaints import near_duplicates
from web.studio.preview import preview

doors = Blueprint("studio_hints", url_prefix="/studio")


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
