"""The answers as a list inside a page of the website: one script, with what may be shown now in it."""

from __future__ import annotations

import json

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text

from web.core.i18n import LANGUAGES
from web.help_center.paging import ListedSection, overview
from web.help_center.routes.drawing import FRESH, read_now
from web.http.files import STATIC
from web.http.requests import own_address
from web.widget.bundler import joined, joined_sheets
from web.widget.loader import known_language
from web.widget.routes.widget import FOR_OTHER_SITES, asked_of

bp = Blueprint("answers_list")
PARTS = (STATIC / "widget" / "look.js", STATIC / "help_center" / "list.js")
SHEETS = (STATIC / "help_center" / "list.css",)
WORDS = ("search", "query", "all")


@bp.get("/answers.js")
async def answers_list(request: Request) -> HTTPResponse:
    """Give the script that draws the list into an element of a page."""
    read = await read_now(request, known_language(request.args.get("language")))
    if not read.shown.pages:
        read = await read_now(request)
    told = {
        "origin": own_address(request),
        "asked": asked_of(request, ("in", "section")),
        "look": joined_sheets(SHEETS),
        "language": read.language,
        "words": {name: LANGUAGES[read.language][f"answers_{name}"] for name in WORDS},
        "sections": [_told(section) for section in overview(read.sections)],
    }
    # Only ASCII and nothing that ends a script element, as the widget's own script.
    data = json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")
    script = "\n".join(
        ("(() => {", '"use strict";', joined(PARTS), f"frontDeskAnswers({data});", "})();", "")
    )
    # Asked about at each page: what is withdrawn is gone from the list in the same second.
    headers = {**FOR_OTHER_SITES, **FRESH}
    return text(script, headers=headers, content_type="text/javascript; charset=utf-8")


def _told(section: ListedSection) -> dict[str, object]:
    return {
        "anchor": section.anchor,
        "title": section.title,
        "path": section.path(),
        "count": section.count,
        "pages": [{"path": page.path, "title": page.title} for page in section.pages],
    }
