"""How many answers one page lists: all while they are few, else of each section the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content.wording import DEFAULT_LANGUAGE
from web.help_center.answer_pages import AnswerPage
from web.help_center.sections import HelpSection

MAX_LISTED, FIRST, PER_PAGE = 200, 6, 100


@dataclass(frozen=True)
class ListedSection:
    """A section and those of its answers that one page lists."""

    section: HelpSection
    pages: Sequence[AnswerPage]
    count: int  # of all its answers
    number: int = 1
    last: int = 1

    @property
    def title(self) -> str:
        """What stands above it."""
        return self.section.title_in(self.language)

    @property
    def language(self) -> str:
        """The language of its answers."""
        return self.pages[0].language if self.pages else DEFAULT_LANGUAGE

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.section.anchor or "all"

    def path(self, number: int = 1) -> str:
        """Where one of its own pages is read."""
        page = f"&page={number}" if number > 1 else ""
        language = "" if self.language == DEFAULT_LANGUAGE else f"&language={self.language}"
        return f"/answers?section={self.anchor}{page}{language}"


Sorted = Sequence[tuple[HelpSection, Sequence[AnswerPage]]]


def overview(sections: Sorted) -> list[ListedSection]:
    """Every section, whole while all answers fit on one page."""
    is_much = sum(len(pages) for _, pages in sections) > MAX_LISTED
    first = (FIRST if len(sections) > 1 else PER_PAGE) if is_much else MAX_LISTED
    return [ListedSection(section, pages[:first], len(pages)) for section, pages in sections]


def one_section(sections: Sorted, anchor: str, number: int) -> ListedSection | None:
    """One page of one section; None where there is no such page."""
    for section, pages in sections:
        found = ListedSection(section, pages, len(pages))
        last = -(-len(pages) // PER_PAGE)
        if found.anchor == anchor and 1 <= number <= last:
            start = (number - 1) * PER_PAGE
            return ListedSection(section, pages[start : start + PER_PAGE], len(pages), number, last)
    return None
