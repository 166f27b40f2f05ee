"""The clinic's page; the chat is on it as on any customer's page, by the loader."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from content.facts import FACT_NAMES
from web.http.requests import context_of
from web.http.templates import content_security_policy
from web.setup.homepage import sections

bp = Blueprint("site")
LANGUAGE = "en"


@bp.get("/")
async def home(request: Request) -> HTTPResponse:
    """Show the front page."""
    context = context_of(request)
    async with context.db.read() as tx:
        facts = await context.facts(tx, LANGUAGE)
        manifest = await context.words(tx)
    page: HTTPResponse = request.app.ctx.pages.draw(
        "home.html",
        facts={**dict.fromkeys(FACT_NAMES), **facts},
        sections=sections(manifest, facts=facts, settings=context.settings, today=context.clock().date()),
        is_demo=context.settings.mode == "demo",
    )
    page.headers["content-security-policy"] = content_security_policy(frames="'self'")
    return page
