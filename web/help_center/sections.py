"""How the answers are sorted on their page (`help_center.yml`): sections, each with its topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content.wording import DEFAULT_LANGUAGE
from content.yaml_files import Problem, ProblemsError, line_of, read_yaml
from web.help_center.answer_pages import AnswerPage

OTHER = {"en": "More answers", "es": "Más respuestas"}
MAX_TITLE_CHARS = 60


class SectionsError(ProblemsError):
    """`help_center.yml` holds something that cannot be used."""


@dataclass(frozen=True)
class HelpSection:
    """One part of the page, by the topics of its answers."""

    title: str
    topics: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)  # by language

    def title_in(self, language: str) -> str:
        """What stands above it; in English where it has no title in this language."""
        return str(self.titles.get(language) or self.title)

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.title.lower()).split())

    def place(self, topics: Sequence[str]) -> int | None:
        """Where the first of these topics stands in it."""
        return min((self.topics.index(topic) for topic in topics if topic in self.topics), default=None)

    def order(self, page: AnswerPage) -> tuple[int, bool]:
        """By topic, and first the answer that has its topic's name."""
        return self.place(page.topics) or 0, page.id not in page.topics


def load_sections(path: Path) -> tuple[HelpSection, ...]:
    """Read the file; without one all answers stand in one list. Raises SectionsError."""
    if not path.exists():
        return ()
    document = read_yaml(path, shown_as=path.name)
    listed = document.get("sections") if isinstance(document, Mapping) else None
    if not isinstance(listed, list):
        raise SectionsError([Problem(path.name, 1, "It holds a list named 'sections'.")])
    problems = [
        Problem(
            path.name,
            line_of(document, "sections", number),
            "A section has a title in 'en' and a list of topics.",
        )
        for number, section in enumerate(listed)
        if not _is_section(section)
    ]
    if problems:
        raise SectionsError(problems)
    return tuple(
        HelpSection(
            str(section["title"][DEFAULT_LANGUAGE]), tuple(map(str, section["topics"])), section["title"]
        )
        for section in listed
    )


def sorted_into(
    sections: Sequence[HelpSection], pages: Iterable[AnswerPage]
) -> list[tuple[HelpSection, list[AnswerPage]]]:
    """The sections that have answers, each with its own; what no section names comes last."""
    last = HelpSection(OTHER[DEFAULT_LANGUAGE], (), OTHER) if sections else HelpSection("", ())
    found: dict[str, list[AnswerPage]] = {section.title: [] for section in (*sections, last)}
    for page in pages:
        own = next((each for each in sections if each.place(page.topics[:1]) is not None), None)
        own = own or next((each for each in sections if each.place(page.topics) is not None), last)
        found[own.title].append(page)
    for section in sections:
        found[section.title].sort(key=section.order)
    return [(section, found[section.title]) for section in (*sections, last) if found[section.title]]


def _is_section(section: Any) -> bool:
    if not isinstance(section, Mapping) or not isinstance(section.get("topics"), list):
        return False
    title = section.get("title")
    text = title.get(DEFAULT_LANGUAGE) if isinstance(title, Mapping) else None
    return isinstance(text, str) and 0 < len(text) <= MAX_TITLE_CHARS
