"""The answers as files in one language, and what the files are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content.wording import DEFAULT_LANGUAGE
from web.help_center.answer_pages import Shown
from web.help_center.paging import ListedSection, Sorted, one_section, overview


@dataclass(frozen=True)
class Edition:
    """What is written in one language."""

    shown: Shown
    sections: Sorted
    facts: Mapping[str, Any]

    def section(self, anchor: str, number: int) -> ListedSection | None:
        """One page of a section that the list names but does not hold whole."""
        is_short = any(
            each.anchor == anchor and each.count > len(each.pages) for each in overview(self.sections)
        )
        return one_section(self.sections, anchor, number) if is_short else None


def section_stem(anchor: str, number: int) -> str:
    """What the files of one page of a section are named by."""
    return f"section-{anchor}{f'-{number}' if number > 1 else ''}"


def file_of(stem: str, language: str) -> str:
    """Name of a file: no id of an answer has a dot in it."""
    return f"{stem}.html" if language == DEFAULT_LANGUAGE else f"{stem}.{language}.html"
