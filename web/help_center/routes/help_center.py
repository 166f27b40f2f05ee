"""The answers as pages for everybody: the list, each answer, and what search engines ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import html, text

from content.facts import FACT_NAMES
from content.wording import DEFAULT_LANGUAGE
from safety.cleaning import tidy
from web.bot.manifest import Manifest
from web.context import AppContext
from web.core.errors import NotFound
from web.core.i18n import say
from web.help_center import search, structured_data
from web.help_center.answer_pages import AnswerPage, Shown, said_instead
from web.help_center.paging import ListedSection, Sorted, one_section, overview
from web.help_center.sections import HelpSection, sorted_into
from web.help_center.static_pages import SHEETS
from web.http.requests import address_of, context_of
from web.http.templates import content_security_policy, markup
from web.last_known import Public
from web.safety.crisis_cards import Help, help_for
from web.widget.bundler import joined_sheets
from web.widget.routes.widget import look_of

bp = Blueprint("help_center")
# Asked about each time: what is withdrawn is gone in the same second.
FRESH = {"cache-control": "no-cache"}


@dataclass(frozen=True)
class CurrentAnswers:
    """What is true for one request."""

    context: AppContext
    public: Public
    manifest: Manifest
    shown: Shown
    own_sections: Sequence[HelpSection] = ()

    @property
    def is_demo(self) -> bool:
        """Whether search engines are to stay away."""
        return self.context.settings.mode == "demo"

    @property
    def is_known(self) -> bool:
        """Whether it is known which answers may be shown, and the bot is not switched off."""
        return self.public.is_from_record and not self.public.is_off

    @property
    def sections(self) -> Sorted:
        """All of them, sorted for the list."""
        return sorted_into(self.own_sections, self.shown.pages.values())


async def read_now(request: Request) -> CurrentAnswers:
    """Read what may be shown now; which answers are signed only the record knows."""
    context = context_of(request)
    public = await context.last_known.public(context, DEFAULT_LANGUAGE)
    may_be_shown = public.is_from_record and not public.is_off
    manifest = public.words if may_be_shown else Manifest()
    shown = request.app.ctx.answer_pages.shown(manifest, public.facts, **_how(context))
    return CurrentAnswers(context, public, manifest, shown, request.app.ctx.sections)


def _how(context: AppContext) -> dict[str, Any]:
    """By which rules answers are worded."""
    return {"mode": context.settings.mode, "today": context.clock().date()}


@bp.route("/answers", methods=["GET", "HEAD"])
async def index(request: Request) -> HTTPResponse:
    """List the answers, those of one section, or those that a search finds."""
    read = await read_now(request)
    query = _query(request)
    found, card = await _look_for(request, read, query) if query else ([], None)
    own = None if query else _own_section(request, read)
    return draw(
        request,
        read,
        "help_center/index.html",
        path=own.path(own.number) if own else "/answers",
        query=query,
        found=found,
        card=card,
        own=own,
        sections=[own] if own else overview(read.sections),
        is_indexed=not query,
    )


@bp.route("/answers/<name:str>", methods=["GET", "HEAD"])
async def answer(request: Request, name: str) -> HTTPResponse:
    """Show one answer, or say what the chat says when it may not be given now."""
    read = await read_now(request)
    page = read.shown.pages.get(name)
    if page is None:
        return _instead(request, read, name)
    return draw(
        request,
        read,
        "help_center/answer.html",
        path=page.path,
        page=page,
        related=read.shown.related(page),
        data=markup(structured_data.faq({f"{read.context.settings.public_url}{page.path}": page})),
        thanks=request.args.get("thanks") == "yes",
        is_indexed=True,
    )


@bp.get("/answers/look.css")
async def look(request: Request) -> HTTPResponse:
    """Give the style sheet of these pages with the clinic's colours."""
    sheet = joined_sheets(SHEETS) + look_of(request).style(":root")
    return text(sheet, headers=FRESH, content_type="text/css; charset=utf-8")


@bp.get("/sitemap.xml")
async def sitemap(request: Request) -> HTTPResponse:
    """Name every page that search engines may show."""
    read = await read_now(request)
    pages: list[AnswerPage] = [] if read.is_demo else list(read.shown.pages.values())
    site, day = read.context.settings.public_url, read.manifest.built_at[:10]
    drawn = structured_data.sitemap(pages, site, day)
    return text(drawn, headers=FRESH, content_type="application/xml; charset=utf-8")


@bp.get("/robots.txt")
async def robots(request: Request) -> HTTPResponse:
    """Tell crawlers what is theirs, and how fast."""
    settings = context_of(request).settings
    if settings.mode == "demo":
        return text("User-agent: *\nDisallow: /\n")
    lines = ("User-agent: *", "Allow: /answers", "Disallow: /v1/", "Disallow: /widget", "Crawl-delay: 1",
             f"Sitemap: {settings.public_url}/sitemap.xml", "")  # fmt: skip
    return text("\n".join(lines))


def draw(
    request: Request,
    read: CurrentAnswers,
    template: str,
    *,
    path: str,
    is_indexed: bool,
    status: int = 200,
    **values: Any,
) -> HTTPResponse:
    """Draw a page for everybody; what is said to search engines is said to all alike."""
    may_be_found = is_indexed and not read.is_demo
    drawn: str = request.app.ctx.pages.text(
        template,
        facts={**dict.fromkeys(FACT_NAMES), **read.public.facts},
        notices=[
            note.texts[DEFAULT_LANGUAGE] for note in read.public.notices if DEFAULT_LANGUAGE in note.texts
        ],
        canonical=f"{read.context.settings.public_url}{path}",
        logo="/widget/logo" if look_of(request).logo else "/static/site/mark.svg",
        is_demo=read.is_demo,
        is_known=read.is_known,
        is_off=read.public.is_off,
        may_be_found=may_be_found,
        built_at=read.manifest.built_at[:10],
        is_static=False,
        chat_at="",
        **values,
    )
    headers = {**FRESH, "content-security-policy": content_security_policy(frames="'self'")}
    if not may_be_found:
        headers["x-robots-tag"] = "noindex"
    return html(drawn, status=status, headers=headers)


def _instead(request: Request, read: CurrentAnswers, name: str) -> HTTPResponse:
    """An answer that was withdrawn, is not signed or has expired; or a page that never was."""
    said = said_instead(name, read.manifest, read.public.facts, **_how(read.context))
    if said is None and read.is_known:
        raise NotFound(say("no_such_page"))
    return draw(
        request,
        read,
        "help_center/instead.html",
        status=404 if read.is_known else 503,
        path=f"/answers/{name}" if read.is_known else "/answers",
        title=read.manifest.title(name) or "Answers",
        said=said or say("bot_off" if read.public.is_off else "record_away"),
        is_indexed=False,
    )


def _own_section(request: Request, read: CurrentAnswers) -> ListedSection | None:
    """The section that an address names; None when it names none. Raises NotFound."""
    anchor, number = request.args.get("section"), request.args.get("page") or "1"
    if not anchor:
        return None
    is_number = number.isascii() and number.isdigit() and len(number) < 5
    found = one_section(read.sections, str(anchor), int(number)) if is_number else None
    if found is None:
        raise NotFound(say("no_such_page"))
    return found


def _query(request: Request) -> str:
    written = request.args.get("q") or ""
    return " ".join(tidy(str(written)[: search.MAX_QUERY_CHARS]).split())


async def _look_for(
    request: Request, read: CurrentAnswers, query: str
) -> tuple[list[AnswerPage], Help | None]:
    """Look for answers; the words of a search are a visitor's words, so safety comes first."""
    verdict, near = await asyncio.gather(
        read.context.verdicts.on(query, address=address_of(request)),
        search.understood(read.context.bot, read.shown, query),
    )
    # Nobody of the team is told of a search: the card does not say so.
    card = help_for(verdict.kind, language=verdict.language, facts={})
    by_words = request.app.ctx.word_index.find(read.shown, query)
    return search.joined(near, by_words), card
