"""What may be shown at one request, and how a page for everybody is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import html

from content.facts import FACT_NAMES
from content.wording import DEFAULT_LANGUAGE
from web.bot.manifest import Manifest
from web.context import AppContext
from web.help_center.answer_pages import AnswerPages, Shown
from web.help_center.paging import Sorted
from web.help_center.sections import HelpSection, sorted_into
from web.help_center.static_pages import in_words
from web.http.requests import context_of
from web.http.templates import content_security_policy
from web.last_known import Public
from web.widget.routes.widget import look_of

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
    language: str = DEFAULT_LANGUAGE

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


async def read_now(request: Request, language: str = DEFAULT_LANGUAGE) -> CurrentAnswers:
    """Read what may be shown now; which answers are signed only the record knows."""
    context = context_of(request)
    public = await context.last_known.public(context, language)
    may_be_shown = public.is_from_record and not public.is_off
    manifest = public.words if may_be_shown else Manifest()
    pages: AnswerPages = request.app.ctx.answer_pages
    shown = pages.shown(manifest, public.facts, language=language, **how(context))
    return CurrentAnswers(context, public, manifest, shown, request.app.ctx.sections, language)


def how(context: AppContext) -> dict[str, Any]:
    """By which rules answers are worded."""
    return {"mode": context.settings.mode, "today": context.clock().date()}


def draw(
    request: Request,
    read: CurrentAnswers,
    template: str,
    *,
    path: str,
    is_indexed: bool,
    status: int = 200,
    language: str = DEFAULT_LANGUAGE,
    **values: Any,
) -> HTTPResponse:
    """Draw a page for everybody; what is said to search engines is said to all alike."""
    may_be_found = is_indexed and not read.is_demo
    drawn: str = request.app.ctx.pages.text(
        template,
        facts={**dict.fromkeys(FACT_NAMES), **read.public.facts},
        notices=[note.texts[language] for note in read.public.notices if language in note.texts],
        **in_words(language),
        canonical=f"{read.context.settings.public_url}{path}",
        logo="/widget/logo" if look_of(request).logo else "/static/site/mark.svg",
        is_demo=read.is_demo,
        is_known=read.is_known,
        is_off=read.public.is_off,
        may_be_found=may_be_found,
        built_at=read.manifest.built_at[:10],
        is_static=False,
        chat_at="",
        **{"languages": {}, **values},
    )
    headers = {**FRESH, "content-security-policy": content_security_policy(frames="'self'")}
    if not may_be_found:
        headers["x-robots-tag"] = "noindex"
    return html(drawn, status=status, headers=headers)
