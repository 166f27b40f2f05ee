"""Many short cases in one text, with bars between them."""

from __future__ import annotations


def cases(text: str) -> list[str]:
    """The cases of a text, without the space around them."""
    return [case.strip() for line in text.splitlines() for case in line.split("|") if case.strip()]
