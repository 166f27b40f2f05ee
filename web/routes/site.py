"""The clinic's page; the chat is on it as on any customer's page, by the loader."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from clinic.facts import FACT_NAMES
from web.home import sections
from web.manifest import Manifest
from web.pages import content_security_policy
from web.routes.requests import house_of

doors = Blueprint("site")
LANGUAGE = "en"


@doors.get("/")
async def home(request: Request) -> HTTPResponse:
    """Show the front page."""
    house = house_of(request)
    public = await house.last_known.public(house, LANGUAGE)
    facts = public.facts
    # Which answers are signed only the record knows.
    manifest = public.words if public.is_from_record else Manifest()
    page: HTTPResponse = request.app.ctx.pages.draw(
        "home.html",
        facts={**dict.fromkeys(FACT_NAMES), **facts},
        sections=sections(manifest, facts=facts, settings=house.settings, today=house.clock().date()),
        is_demo=house.settings.mode == "demo",
    )
    page.headers["content-security-policy"] = content_security_policy(frames="'self'")
    return page
