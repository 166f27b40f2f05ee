"""The clinic's page; the chat is on it as on any customer's page, by the loader."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from clinic.facts import FACT_NAMES
from web.http.requests import house_of
from web.http.templates import content_security_policy
from web.setup.homepage import sections

doors = Blueprint("site")
LANGUAGE = "en"


@doors.get("/")
async def home(request: Request) -> HTTPResponse:
    """Show the front page."""
    house = house_of(request)
    async with house.db.read() as tx:
        facts = await house.facts(tx, LANGUAGE)
        manifest = await house.words(tx)
    page: HTTPResponse = request.app.ctx.pages.draw(
        "home.html",
        facts={**dict.fromkeys(FACT_NAMES), **facts},
        sections=sections(manifest, facts=facts, settings=house.settings, today=house.clock().date()),
        is_demo=house.settings.mode == "demo",
    )
    page.headers["content-security-policy"] = content_security_policy(frames="'self'")
    return page
