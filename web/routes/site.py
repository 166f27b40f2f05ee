"""The clinic's page with the chat on it."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from clinic.facts import FACT_NAMES
from safety.cleaning import MAX_MESSAGE_CHARS
from web.home import chat_settings, sections
from web.routes.chat import notice
from web.routes.requests import house_of
from web.words import for_chat

doors = Blueprint("site")
LANGUAGE = "en"


@doors.get("/")
async def home(request: Request) -> HTTPResponse:
    """Show the front page."""
    house = house_of(request)
    manifest = house.manifests.current()
    async with house.db.read() as tx:
        facts = await house.facts(tx, LANGUAGE)
    return request.app.ctx.pages.draw(
        "home.html",
        facts={**dict.fromkeys(FACT_NAMES), **facts},
        sections=sections(manifest, facts=facts, settings=house.settings, today=house.clock().date()),
        is_demo=house.settings.mode == "demo",
        notice=notice(house.settings.limits.chat_days, LANGUAGE),
        words=for_chat(LANGUAGE),
        chat=chat_settings(manifest, facts, LANGUAGE, MAX_MESSAGE_CHARS),
    )
