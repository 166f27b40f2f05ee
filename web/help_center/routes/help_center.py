"""The answers as pages for everybody: the list, each answer, and what search engines ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text

from content.wording import DEFAULT_LANGUAGE, Wording
from safety.cleaning import tidy
from web.bot.manifest import ANSWER_PREFIX
from web.core.errors import NotFound
from web.core.i18n import LANGUAGES, say
from web.help_center import search, structured_data
from web.help_center.answer_pages import AnswerPage, said_instead
from web.help_center.paging import ListedSection, one_section, overview
from web.help_center.routes.drawing import FRESH, CurrentAnswers, draw, how, read_now
from web.help_center.static_pages import SHEETS, home_in
from web.http.requests import address_of, context_of
from web.http.templates import markup
from web.safety.crisis_cards import Help, help_for
from web.widget.bundler import joined_sheets
from web.widget.loader import known_language
from web.widget.routes.widget import look_of

bp = Blueprint("help_center")


@bp.route("/answers", methods=["GET", "HEAD"])
async def index(request: Request) -> HTTPResponse:
    """List the answers, those of one section, or those that a search finds."""
    written = await _written(request)
    wanted = known_language(request.args.get("language"))
    language = wanted if wanted in written else DEFAULT_LANGUAGE
    read = written[language]
    query = _query(request)
    found, card = await _look_for(request, read, query) if query else ([], None)
    own = None if query else _own_section(request, read)
    return draw(
        request,
        read,
        "help_center/index.html",
        path=own.path(own.number) if own else home_in(language),
        language=language,
        languages={} if query else _lists(written, read.context.settings.public_url, own),
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
    by_language = {language: await read_now(request, language) for language in _languages(request, name)}
    found = {
        language: read.shown.pages[name] for language, read in by_language.items() if name in read.shown.pages
    }
    wanted = known_language(request.args.get("language"))
    language = wanted if wanted in found else DEFAULT_LANGUAGE
    read, page = by_language[language], found.get(language)
    if page is None:
        return _instead(request, by_language.get(wanted) or await read_now(request, wanted), name)
    site = read.context.settings.public_url
    return draw(
        request,
        read,
        "help_center/answer.html",
        path=page.path,
        page=page,
        related=read.shown.related(page),
        data=markup(structured_data.faq({f"{site}{page.path}": page})),
        language=language,
        languages=structured_data.alternates({each: f"{site}{page.path}" for each, page in found.items()}),
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
    """Name every page that search engines may show, in each of its languages."""
    written = await _written(request)
    read = written[DEFAULT_LANGUAGE]
    shown = [] if read.is_demo else [each for each in written.values() if each.shown.pages]
    paths = [path for each in shown for path in (home_in(each.language), *_paths(each))]
    drawn = structured_data.site_map(paths, read.context.settings.public_url, read.manifest.built_at[:10])
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


def _paths(read: CurrentAnswers) -> list[str]:
    return [page.path for page in read.shown.pages.values()]


def _instead(request: Request, read: CurrentAnswers, name: str) -> HTTPResponse:
    """An answer that was withdrawn, is not signed or has expired; or a page that never was."""
    language, manifest = read.language, read.manifest
    said = said_instead(name, manifest, read.public.facts, language=language, **how(read.context))
    if said is None and read.is_known:
        raise NotFound(say("no_such_page", language))
    own = manifest.title_in(name, language)
    return draw(
        request,
        read,
        "help_center/instead.html",
        status=404 if read.is_known else 503,
        path=f"/answers/{name}" if read.is_known else "/answers",
        language=language,
        title=own or manifest.title(name) or say("answers_title", language),
        title_language=DEFAULT_LANGUAGE if manifest.title(name) and not own else language,
        said=said or say("bot_off" if read.public.is_off else "record_away", language),
        is_indexed=False,
    )


async def _written(request: Request) -> dict[str, CurrentAnswers]:
    """What may be shown in English, and in every other language that some answer is written in."""
    said = context_of(request).manifests.current().utterances.values()
    others = {Wording.of(each).language for wordings in said for each in wordings} & LANGUAGES.keys()
    read = {language: await read_now(request, language) for language in {DEFAULT_LANGUAGE, *others}}
    return {name: each for name, each in read.items() if name == DEFAULT_LANGUAGE or each.shown.pages}


def _lists(written: Mapping[str, CurrentAnswers], site: str, own: ListedSection | None) -> dict[str, str]:
    """Where a list, of all answers or of one section, is read in each language."""
    if own is None:
        return structured_data.alternates(
            {language: f"{site}{home_in(language)}" for language in sorted(written)}
        )
    found = {name: one_section(each.sections, own.anchor, own.number) for name, each in written.items()}
    return structured_data.alternates(
        {name: f"{site}{each.path(own.number)}" for name, each in found.items() if each}
    )


def _languages(request: Request, name: str) -> list[str]:
    """English, and whatever else the published answer is written in."""
    said = context_of(request).manifests.current().utterances.get(f"{ANSWER_PREFIX}{name}", ())
    written = {Wording.of(each).language for each in said}
    return [DEFAULT_LANGUAGE, *sorted((written & LANGUAGES.keys()) - {DEFAULT_LANGUAGE})]


def _own_section(request: Request, read: CurrentAnswers) -> ListedSection | None:
    """The section that an address names; None when it names none. Raises NotFound."""
    anchor, number = request.args.get("section"), request.args.get("page") or "1"
    if not anchor:
        return None
    is_number = number.isascii() and number.isdigit() and len(number) < 5
    found = one_section(read.sections, str(anchor), int(number)) if is_number else None
    if found is None:
        raise NotFound(say("no_such_page", read.language))
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
    words = read.context.manifests.current().utterances
    card = help_for(verdict.kind, language=verdict.language, facts={}, words=words)
    if card and card.kind != "check":
        return near, card  # no answers that only share a word with what may have been said in danger
    by_words = request.app.ctx.word_indexes[read.language].find(read.shown, query)
    return search.joined(near, by_words), card
