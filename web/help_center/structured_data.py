"""What search engines read: the questions and answers that a clinician signed, and the list of pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from content.wording import DEFAULT_LANGUAGE
from web.help_center.answer_pages import AnswerPage


def faq(pages: Mapping[str, AnswerPage]) -> str:
    """schema.org's FAQPage of pages by their addresses, for a script element; empty when none is signed."""
    signed = {address: page for address, page in pages.items() if page.is_reviewed}
    if not signed:
        return ""
    questions = [
        {
            "@type": "Question",
            "name": page.title,
            "url": address,
            "inLanguage": page.language,
            "acceptedAnswer": {"@type": "Answer", "text": page.text},
        }
        for address, page in signed.items()
    ]
    data = {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions}
    # Nothing in it ends the element.
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def alternates(addresses: Mapping[str, str]) -> dict[str, str]:
    """Where a page is read in each of its languages; nothing where it has only one."""
    if len(addresses) < 2:
        return {}
    default = addresses.get(DEFAULT_LANGUAGE)
    return {**addresses, "x-default": default} if default else dict(addresses)


def site_map(paths: Iterable[str], site: str, day: str) -> str:
    """A list of paths behind one address, as sitemaps.org wants it."""
    changed = f"<lastmod>{escape(day)}</lastmod>" if day else ""
    urls = "".join(f"<url><loc>{escape(site + path)}</loc>{changed}</url>" for path in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
