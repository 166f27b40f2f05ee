"""HTML from templates, escaped always; and the headers that keep every page to itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from sanic import HTTPResponse, Request, html

from content.opening_hours import SPANISH_MONTHS
from content.wording import DEFAULT_LANGUAGE
from web.core.formatting import danger, when
from web.core.i18n import LANGUAGES
from web.http.files import versioned
from web.http.prefix import page_at

HERE = Path(__file__).resolve().parent.parent


def content_security_policy(
    *,
    framed_by: str = "'none'",
    frames: str = "'none'",
    trusted_types: str = "'none'",
    manifest: str = "",
) -> str:
    """No inline script or style, nothing from elsewhere; nobody frames us unless they are named."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            f"frame-src {frames}",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {framed_by}",
            "require-trusted-types-for 'script'",
            f"trusted-types {trusted_types}",
            *([f"manifest-src {manifest}"] if manifest else []),
        )
    )


HEADERS = {
    "content-security-policy": content_security_policy(),
    "x-content-type-options": "nosniff",
    # Not "no-referrer": browsers then send forms with the origin "null".
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class Pages:
    """Draws templates."""

    def __init__(self, *, site_name: Callable[[], str], prefix: str = "") -> None:
        self._site_name = site_name
        self._prefix = prefix
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["digits"] = digits
        self._templates.filters["with_calls"] = with_calls
        self._templates.filters["quoted"] = quoted
        self._templates.filters["when"] = when
        self._templates.filters["danger"] = danger
        self._templates.filters["day"] = day

    def draw(self, template: str, *, status: int = 200, **values: Any) -> HTTPResponse:
        """Draw one page."""
        return html(self.text(template, **values), status=status)

    def text(self, template: str, **values: Any) -> str:
        """Draw one page as text, for who sends it in a way of their own."""
        page = self._templates.get_template(template)
        return page_at(self._prefix, versioned(page.render(site_name=self._site_name(), **values)))

    def problem(self, sentence: str, *, status: int, language: str = DEFAULT_LANGUAGE) -> HTTPResponse:
        """Draw the page of an error."""
        words = LANGUAGES[language]
        return self.draw("problem.html", sentence=sentence, status=status, language=language, words=words)


def digits(phone: str) -> str:
    """A phone number as a link needs it."""
    return "".join(character for character in phone if character in "+0123456789")


def quoted(text: str) -> Markup:
    """A text within single quotes: JSON is full of double ones, each of which would be five letters."""
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;"))


def with_calls(text: str) -> Markup:
    """A text whose first 988 and first 911 can be pressed on a phone."""
    drawn = str(escape(text))
    for number in ("988", "911"):
        link = f'<a href="tel:{number}">{number}</a>'
        drawn = re.sub(rf"(?<![\w\"-]){number}(?![\w\"-])", link, drawn, count=1)
    return Markup(drawn)


def day(date_of: date | str, language: str = "en") -> str:
    """A date as people at the clinic read it; facts hold it as they were written."""
    on = date.fromisoformat(date_of) if isinstance(date_of, str) else date_of
    if language == "es":
        return f"{on.day} de {SPANISH_MONTHS[on.month - 1]} de {on.year}"
    return f"{on:%a, %b} {on.day}, {on.year}"


def markup(trusted: str) -> Markup:
    """Markup that we made ourselves, as a drawing; never words of anybody."""
    return Markup(trusted)


# For a year browsers come by https without being told; only to us: the rest of the domain is not ours.
HSTS = "max-age=31536000"


async def add_headers(request: Request, response: HTTPResponse) -> None:
    """Put the headers on every response; a browser may keep files only, and asks about them."""
    settings = request.app.ctx.context.settings
    if settings.is_https and not settings.path_prefix:  # else the host is the website's to decide about
        response.headers.setdefault("strict-transport-security", HSTS)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    is_file = request.path.startswith("/static/")
    response.headers.setdefault("cache-control", "no-cache" if is_file else "no-store")
