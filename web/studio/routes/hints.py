"""What the form is told while somebody types: sentences per field, nearest questions, the preview."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, HTTPResponse, Request, json

from web.http.guard import allow
from web.http.requests import context_of
from web.studio import conflict_preview, forms, question_suggestions, unpublished
from web.studio.forecast.advice import advice
from web.studio.forecast.changed_answers import changed_answers
from web.studio.forecast.draft_bot import DraftBot
from web.studio.preview import preview
from web.studio.routes.common import EDITORS, look, values_of
from web.studio.validation import near_duplicates

bp = Blueprint("studio_hints", url_prefix="/studio")
MAX_RADAR = 3


@bp.post("/hints")
@allow(*EDITORS)
async def hints(request: Request) -> HTTPResponse:
    """Say what is wrong and how it will look."""
    context, sent = context_of(request), _sent(request)
    desk = await look(request)
    async with context.db.read() as tx:
        facts = await context.facts(tx, "en")
    found = desk.issues(sent.answer, tests=sent.tests, is_on=True)
    found += desk.why_clinical(sent.answer)
    found += await asyncio.to_thread(near_duplicates, sent.answer, desk.book)
    return json(
        {
            "issues": [{"field": c.field, "text": c.text, "stops": c.stops} for c in found],
            **preview(sent.answer, facts, desk),
        }
    )


@bp.post("/nearest")
@allow(*EDITORS)
async def nearest(request: Request) -> HTTPResponse:
    """Say who answers the last questions and the test messages, today and in the drafts."""
    context, sent = context_of(request), _sent(request)
    desk = await look(request)
    asked = [conflict_preview.Looked(text[:300]) for text in sent.answer.questions[-MAX_RADAR:]]
    asked += [conflict_preview.Looked(text[:300], is_test=True) for text in sent.tests]
    async with context.db.read() as tx:
        fresh = await unpublished.questions(tx, desk.drafts, context.manifests.current(), instead=sent.answer)
    changed = changed_answers(desk.drafts, context.manifests.current(), instead=sent.answer)
    reply = await draft_bot_of(request).ask(changed, [each.text for each in asked], written=sent.answer.id)
    told = await conflict_preview.look(
        context, asked, written=sent.answer, desk=desk, fresh=fresh, tried=reply.texts
    )
    called = conflict_preview.called(desk, sent.answer.id)
    advised = advice(reply.standing, called, answers=desk.titles.keys())
    return json({"nearest": told, "how": reply.how, "advice": advised})


@bp.post("/wordings")
@allow(*EDITORS)
async def offers(request: Request) -> HTTPResponse:
    """Offer what visitors really asked, masked, near to the answer on the screen."""
    context, sent = context_of(request), _sent(request)
    async with context.db.read(long=True) as tx:
        asked = await question_suggestions.candidates(tx, sent.answer.id, now=context.clock())
    return json({"wordings": await question_suggestions.offered(context, sent.answer, asked)})


def draft_bot_of(request: Request) -> DraftBot:
    """Who tries drafts here."""
    found: DraftBot = request.app.ctx.draft_bot
    return found


def _sent(request: Request) -> forms.Sent:
    values = values_of(request)
    return forms.read(values, next(iter(values("id")), "")[:60])
