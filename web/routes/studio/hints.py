"""What the form is told while somebody types: sentences per field, nearest questions, the preview."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, HTTPResponse, Request, json

from web.routes.guard import allow
from web.routes.requests import house_of
from web.routes.studio.common import EDITORS, look, values_of
from web.studio import forms, radar, unpublished, wordings
from web.studio.complaints import near_duplicates
from web.studio.preview import preview

doors = Blueprint("studio_hints", url_prefix="/studio")
MAX_RADAR = 3


@doors.post("/hints")
@allow(*EDITORS)
async def hints(request: Request) -> HTTPResponse:
    """Say what is wrong and how it will look."""
    house, sent = house_of(request), _sent(request)
    desk = await look(request)
    async with house.db.read() as tx:
        facts = await house.facts(tx, "en")
    found = desk.complaints(sent.answer, tests=sent.tests, is_on=True)
    found += desk.why_clinical(sent.answer)
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
    """Say who answers the last questions and the test messages, today and in the drafts."""
    house, sent = house_of(request), _sent(request)
    desk = await look(request)
    asked = [radar.Looked(text[:300]) for text in sent.answer.questions[-MAX_RADAR:]]
    asked += [radar.Looked(text[:300], is_test=True) for text in sent.tests]
    async with house.db.read() as tx:
        fresh = await unpublished.questions(tx, desk.drafts, house.manifests.current(), instead=sent.answer)
    told = await radar.look(house, asked, written=sent.answer, desk=desk, fresh=fresh)
    return json({"nearest": told})


@doors.post("/wordings")
@allow(*EDITORS)
async def offers(request: Request) -> HTTPResponse:
    """Offer what visitors really asked, masked, near to the answer on the screen."""
    house, sent = house_of(request), _sent(request)
    async with house.db.read(long=True) as tx:
        asked = await wordings.candidates(tx, sent.answer.id, now=house.clock())
    return json({"wordings": await wordings.offered(house, sent.answer, asked)})


def _sent(request: Request) -> forms.Sent:
    values = values_of(request)
    return forms.read(values, next(iter(values("id")), "")[:60])
