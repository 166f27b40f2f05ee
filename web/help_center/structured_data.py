"""What search engines read: the questions and answers that a clinician signed, and the list of pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from xml.sax.saxutils import escape

from web.help_center.answer_pages import AnswerPage


def faq(pages: Iterable[AnswerPage], site: str) -> str:
    """schema.org's FAQPage as JSON for a script element; empty when nothing is signed."""
    signed = [page for page in pages if page.is_reviewed]
    if not signed:
        return ""
    questions = [
        {
            "@type": "Question",
            "name": page.title,
            "url": f"{site}{page.path}",
            "acceptedAnswer": {"@type": "Answer", "text": page.text},
        }
        for page in signed
    ]
    data = {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions}
    # Nothing in it ends the element.
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def sitemap(pages: Iterable[AnswerPage], site: str, day: str) -> str:
    """The list of pages as sitemaps.org wants it."""
    changed = f"<lastmod>{escape(day)}</lastmod>" if day else ""
    paths = [page.path for page in pages]
    listed = ["/answers", *paths] if paths else []
    urls = "".join(f"<url><loc>{escape(site + path)}</loc>{changed}</url>" for path in listed)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
