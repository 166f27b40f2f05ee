"""Try: chat with a built release next to the published one."""

from __future__ import annotations

import asyncio
import json as json_library
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json

from web.core.errors import BadRequest
from web.http.guard import allow, staff_page
from web.http.requests import context_of, form_value, whole_number
from web.releases import publishing
from web.studio import playground, release_compare
from web.studio.routes.common import EDITORS

bp = Blueprint("studio_try", url_prefix="/studio/try")
MAX_CHARS = 2_000


@bp.get("/")
@allow(*EDITORS)
async def page(request: Request) -> HTTPResponse:
    """Show two empty conversations, side by side."""
    context = context_of(request)
    every = [each for each in publishing.every_release(context) if not each.is_published]
    asked = request.args.get("release", "")
    chosen = next((each for each in every if each.id == asked), every[0] if every else None)
    return staff_page(
        request, "studio/try.html", others=every, chosen=chosen, published=publishing.published(context)
    )


@bp.post("/say")
@allow(*EDITORS)
async def say(request: Request) -> HTTPResponse:
    """Ask both releases the same."""
    context = context_of(request)
    text = form_value(request, "text").strip()[:MAX_CHARS]
    if not text:
        raise BadRequest("Write a message first.")
    async with context.db.read() as tx:
        facts = await context.facts(tx)
    told: dict[str, Any] = {}
    for side, release in (("published", ""), ("draft", form_value(request, "release")[:20])):
        if side == "draft" and not release:
            continue
        events = _events(form_value(request, f"events_{side}"))
        told[side] = await playground.say(context, text, release=release, events=events, facts=facts)
    return json(told)


@bp.post("/messages")
@allow(*EDITORS)
async def messages(request: Request) -> HTTPResponse:
    """Ask both releases some of the test messages; the page asks again until all are through."""
    context, release = context_of(request), form_value(request, "release")[:20]
    every = await asyncio.to_thread(release_compare.every_trial, context, release)
    start = whole_number(form_value(request, "from") or None, default=0)
    some = every[start : start + release_compare.AT_ONCE]
    rows = await release_compare.compare(context, some, release)
    return json({"rows": rows, "done": start + len(some), "total": len(every)})


def _events(sent: str) -> list[Any]:
    try:
        events = json_library.loads(sent or "[]")
    except (ValueError, RecursionError) as error:
        raise BadRequest("This conversation cannot continue. Start over.") from error
    return events if isinstance(events, list) else []
