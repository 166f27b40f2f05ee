"""The clinic's page; the chat is on it as on any customer's page, by the loader."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from content.facts import FACT_NAMES
from web.bot.manifest import Manifest
from web.core.i18n import LANGUAGES
from web.http.requests import context_of
from web.http.templates import content_security_policy
from web.setup.homepage import sections

bp = Blueprint("site")
LANGUAGE = "en"


@bp.route("/", methods=["GET", "HEAD"])  # monitors ask with HEAD
async def home(request: Request) -> HTTPResponse:
    """Show the front page."""
    context = context_of(request)
    public = await context.last_known.public(context, LANGUAGE)
    facts = public.facts
    # Which answers are signed only the record knows.
    manifest = public.words if public.is_from_record else Manifest()
    page: HTTPResponse = request.app.ctx.pages.draw(
        "home.html",
        facts={**dict.fromkeys(FACT_NAMES), **facts},
        sections=sections(manifest, facts=facts, settings=context.settings, today=context.clock().date()),
        is_demo=context.settings.mode == "demo",
        words=LANGUAGES[LANGUAGE],
    )
    page.headers["content-security-policy"] = content_security_policy(frames="'self'")
    return page
