"""No text that a stranger or an owner writes costs the web half much (messages: tests/safety)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dear_texts import PROVE, dearest
from web.core import markdown
from web.core.pii import mask
from web.desk import search
from web.desk.finding.words import snippet

MOST_S = 0.05
LOOKS = 20_000 if PROVE else 100
PERSONAL = (
    "my name is Anna Maria", "call me at +1 (555) 201-8834", "12 North Main Street", "anna@example.com",
    "https://a.example/c", "3rd of May 2020", "this is Bob", "Dr. Smith", "me llamo Ana", "I'm Zed", "A B",
)  # fmt: skip
MARKS = (
    "**bold**", "*italic*", "[link](https://a.example)", "- item", "1. one", "{phone}", "\\*", "* * *",
    "***", "[[[", "](", "[a](b)", "  - deep", "\n\n", "``", "![x](y)",
)  # fmt: skip


def drawn(text: str) -> None:
    markdown._parsed.cache_clear()
    markdown.plain(markdown.blocks(text, {"phone": "555 0100"}))


def searched(text: str) -> None:
    """As a search looks into one message that is all but what is looked for."""
    words = search.read(lambda name: text if name == "words" else "").words
    snippet(text, words)


@pytest.mark.parametrize(
    ("work", "pieces"),
    [
        (mask, PERSONAL),
        (lambda text: mask(text, names=text.split()[:50]), PERSONAL),
        (drawn, MARKS),
        (searched, (*PERSONAL, "%", "_", "\\", "a")),
    ],
    ids=["masking", "masking names", "markdown", "search"],
)
def test_no_text_costs_much(work: Callable[[str], object], pieces: tuple[str, ...]) -> None:
    found = dearest(work, pieces, chars=2_000, seed=12, looks=LOOKS)
    assert found.cost_s < MOST_S, found.text[:200]
