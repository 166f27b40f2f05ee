"""How a reply will look to a visitor, with what the clinic's facts are now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.answers import Answer
from content.readability import grade_of
from content.wording import pick
from web.core.markdown import blocks
from web.studio.editing.clinical_places import marked, words_of
from web.studio.workspace import Workspace


def preview(answer: Answer, facts: Mapping[str, Any], desk: Workspace) -> dict[str, Any]:
    """The wording that would be said, as a tree, with its grade, its length and what is offered next."""
    variations = [{"text": wording.text, "language": wording.language} for wording in answer.wordings]
    known = {name: str(value) for name, value in facts.items() if isinstance(value, str) and value}
    wording = pick(variations, language="en", known=known.keys())
    text = wording.text if wording else ""
    titles = desk.titles
    return {
        "blocks": marked(blocks(text, known), words_of(desk.judge, desk.as_stored(answer))),
        "needs": bool(variations) and wording is None,
        "grade": round(grade_of(text, desk.policy.plain_words), 1),
        "words": len(text.split()),
        "next": [titles[name] for name in answer.next if name in titles],
        "sources": [{"cite": s.cite, "url": s.url, "passage": s.passage} for s in answer.sources if s.cite],
    }
