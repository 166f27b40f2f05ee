"""The chat for other websites: the loader, the frame it opens, and the chat as a page of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from sanic import Blueprint, HTTPResponse, Request, json
from sanic.response import file as file_response
from sanic.response import text

from content.facts import FACT_NAMES
from content.wording import DEFAULT_LANGUAGE
from web.core.errors import Forbidden, NotFound
from web.core.i18n import for_chat, for_who_waits, say
from web.core.settings import origin_of
from web.http.requests import context_of, is_own, own_address
from web.http.templates import content_security_policy
from web.widget.bundler import without_indents
from web.widget.loader import (
    FORMS,
    chat_script,
    chat_settings,
    chat_style,
    help_without_server,
    known_language,
    language_names,
    loader_script,
    loader_settings,
    notice_kept,
    qr_drawing,
)
from web.widget.theme import PICTURES, Look

logger = logging.getLogger(__name__)
bp = Blueprint("widget")
KEPT = {"cache-control": "public, max-age=3600"}
ASKED_ABOUT = {"cache-control": "no-cache"}
# A page that is isolated from other origins may load these all the same.
MAX_ASKED_CHARS = 100
BACK_WORDS = ("title", "words", "once", "other", "open", "no_storage", "failed", "no_link", "new")
FOR_OTHER_SITES = {
    "cross-origin-resource-policy": "cross-origin",
    "cross-origin-embedder-policy": "require-corp",
    # As a module or with `crossorigin`; there is nothing of anybody in these.
    "access-control-allow-origin": "*",
}


@bp.get("/widget.js")
async def loader(request: Request) -> HTTPResponse:
    """Give the one script that a host page loads."""
    context = context_of(request)
    public = await context.last_known.public(context, DEFAULT_LANGUAGE)
    told = loader_settings(
        look_of(request),
        public.facts,
        sites=public.sites,
        base=own_address(request),
        asked=asked_of(request, ("language", "in")),
    )
    headers = {**FOR_OTHER_SITES, "cache-control": "public, max-age=300"}
    return text(loader_script(told), headers=headers, content_type="text/javascript; charset=utf-8")


def asked_of(request: Request, names: Sequence[str]) -> dict[str, str]:
    """What a script's own address asks for: a tag manager drops `data-*`, a module has none."""
    asked = {name: str(request.args.get(name) or "") for name in names}
    return {name: value for name, value in asked.items() if value and len(value) <= MAX_ASKED_CHARS}


@bp.get("/widget")
async def frame(request: Request) -> HTTPResponse:
    """Show the chat inside a page of an allowed site."""
    site = origin_of(request.args.get("site", ""))
    context = context_of(request)
    allowed = (await context.last_known.public(context, DEFAULT_LANGUAGE)).sites
    if not (site in allowed or is_own(request, site)):
        # The address of a page, not what anybody wrote.
        logger.warning("The chat was not shown: '%s' is not an allowed site (see Setup).", site[:200])
        raise Forbidden(say("site_not_allowed", known_language(request.args.get("language"))))
    form = request.args.get("form")
    page = await _chat_page(request, form=form if form in FORMS else "panel", site=site)
    policy = content_security_policy(framed_by=" ".join(("'self'", *allowed)))
    page.headers.update({**FOR_OTHER_SITES, "content-security-policy": policy})
    return page


@bp.get("/widget/plain.json")
async def plain(request: Request) -> HTTPResponse:
    """Give what the chat needs to help in a crisis without a server."""
    told = await asyncio.to_thread(help_without_server, context_of(request).settings.var)
    return text(told, headers=KEPT, content_type="application/json; charset=utf-8")


@bp.get("/widget/away.json")
async def away(request: Request) -> HTTPResponse:
    """Give the sentences for who waits for a person."""
    return json(for_who_waits(known_language(request.args.get("language"))), headers=KEPT)


@bp.get("/widget/chat.js")
async def script(request: Request) -> HTTPResponse:
    """Give the chat's script."""
    return text(chat_script(), headers=ASKED_ABOUT, content_type="text/javascript; charset=utf-8")


@bp.get("/widget/chat.css")
async def style(request: Request) -> HTTPResponse:
    """Give the chat's style sheet."""
    sheet = chat_style(look_of(request))
    return text(sheet, headers=ASKED_ABOUT, content_type="text/css; charset=utf-8")


@bp.get("/widget/logo")
async def logo(request: Request) -> HTTPResponse:
    """Give the clinic's picture."""
    file = look_of(request).logo
    if file is None:
        raise NotFound(say("no_such_page"))
    return await file_response(file, mime_type=PICTURES[file.suffix], headers=ASKED_ABOUT)


@bp.get("/chat")
async def stand_alone(request: Request) -> HTTPResponse:
    """Show the chat as a page of its own."""
    return await _chat_page(request, form="page", site="")


@bp.get("/chat/back")
async def back(request: Request) -> HTTPResponse:
    """Ask whether to open the chat of a link; a program that only looks at links uses none up."""
    language = known_language(request.args.get("language"))
    words = {name: say(f"back_{name}", language) for name in BACK_WORDS}
    page: HTTPResponse = request.app.ctx.pages.draw("widget/back.html", language=language, words=words)
    page.headers["referrer-policy"] = "no-referrer"
    page.headers["cache-control"] = "no-store"
    return page


@bp.get("/chat/link")
async def link(request: Request) -> HTTPResponse:
    """Show the chat's address as a sheet to print, with its QR code."""
    page: HTTPResponse = request.app.ctx.pages.draw("widget/link.html", address=_address(request))
    return page


@bp.get("/chat/qr.svg")
async def qr_code(request: Request) -> HTTPResponse:
    """Give the QR code of the chat's address."""
    return text(qr_drawing(_address(request)), content_type="image/svg+xml", headers=KEPT)


def _address(request: Request) -> str:
    return f"{context_of(request).settings.public_url}/chat"


def look_of(request: Request) -> Look:
    """How this clinic's chat looks; it is called as the clinic is called now, unless the file says more."""
    look: Look = request.app.ctx.look
    return look if look.name else replace(look, name=context_of(request).name)


async def _chat_page(request: Request, *, form: str, site: str) -> HTTPResponse:
    context = context_of(request)
    language = known_language(request.args.get("language"))
    public = await context.last_known.public(context, language)
    facts = public.facts
    look = look_of(request)
    drawn: str = request.app.ctx.pages.text(
        "widget/chat.html",
        form=form,
        language=language,
        facts={**dict.fromkeys(FACT_NAMES), **facts},
        notice=say("notice", language),
        notice_kept=notice_kept(facts, context.settings.limits, language),
        privacy_notice=say("privacy_notice", language),
        words=for_chat(language),
        chat=chat_settings(public.words, facts, look, language=language, site=site),
        look={
            "name": look.name,
            "logo": "/widget/logo" if look.logo else None,
            "greeting": look.greeting.get(language),
        },
        languages=language_names(),
    )
    page = without_indents(drawn)
    return text(page, headers={"cache-control": "no-store"}, content_type="text/html; charset=utf-8")
