"""Writes the answers as files that any web server can give: the same pages, with nothing of us behind them.

What is true only for a moment (who is here, notices, searching, votes) is left out; what no clinician
signed is too, whatever the mode. A file list beside them tells the next export what it may take away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from content.facts import FACT_NAMES, MOMENT_FACTS
from content.wording import DEFAULT_LANGUAGE
from web.core.i18n import LANGUAGES
from web.help_center import structured_data
from web.help_center.answer_pages import AnswerPage
from web.help_center.editions import Edition, file_of, section_stem
from web.help_center.paging import ListedSection, overview
from web.http.files import STATIC
from web.http.templates import Pages, markup
from web.widget.bundler import joined_sheets
from web.widget.theme import Look

SHEETS = (STATIC / "theme.css", STATIC / "site" / "site.css", STATIC / "help_center" / "pages.css")
LIST = "exported.txt"
_OWN_ADDRESS = re.compile(r'(?<==")/(answers|static|widget)([^"#]*)(#[^"]*)?(?=")')


class NotOurFolderError(ValueError):
    """The folder holds something that no export of ours wrote."""


@dataclass(frozen=True)
class Export:
    """What is written; `site` is where it will stand, `chat_at` where the chat is, both may be unknown."""

    pages: Pages
    editions: Mapping[str, Edition]  # by language
    look: Look
    built_at: str
    site: str = ""
    chat_at: str | None = None

    def write(self, folder: Path) -> list[str]:
        """Write all files in place of the last export; give their names. Raises NotOurFolderError."""
        files = self.files()
        _clear(folder)
        for name, content in files.items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o644)  # a web server of another user reads them
        return sorted(files)

    def files(self) -> dict[str, bytes]:
        """Name and content of every file."""
        sheet = joined_sheets(SHEETS) + self.look.style(":root")
        picture = self.look.logo or STATIC / "site" / "mark.svg"
        texts = {"look.css": sheet}
        for language in self.editions:
            texts |= {**self._lists(language), **self._answers(language)}
        if self.site:
            names = [name for name in texts if name.endswith(".html") and name != "index.html"]
            texts["sitemap.xml"] = structured_data.site_map(
                ["", *sorted(names)], f"{self.site}/", self.built_at
            )
        files = {name: text.encode() for name, text in texts.items()}
        files |= {self._logo: picture.read_bytes(), "mark.svg": (STATIC / "site" / "mark.svg").read_bytes()}
        return files | {LIST: "\n".join(sorted((*files, LIST))).encode()}

    def _lists(self, language: str) -> dict[str, str]:
        edition = self.editions[language]
        listed = overview(edition.sections)
        written = {file_of("index", language): self._draw("index", "index", language, sections=listed)}
        for short in (each for each in listed if each.count > len(each.pages)):
            number = 1
            while own := edition.section(short.anchor, number):
                stem = section_stem(short.anchor, number)
                written[file_of(stem, language)] = self._draw("index", stem, language, sections=[], own=own)
                number += 1
        return written

    def _answers(self, language: str) -> dict[str, str]:
        pages = self.editions[language].shown.pages.values()
        return {file_of(page.id, language): self._answer(page) for page in pages}

    def _answer(self, page: AnswerPage) -> str:
        address = self._address(file_of(page.id, page.language))
        data = markup(structured_data.faq({address: page})) if self.site else ""
        related = self.editions[page.language].shown.related(page)
        return self._draw("answer", page.id, page.language, page=page, related=related, data=data)

    def _draw(
        self, template: str, stem: str, language: str, *, own: ListedSection | None = None, **values: Any
    ) -> str:
        drawn = self.pages.text(
            f"help_center/{template}.html",
            facts={**dict.fromkeys(FACT_NAMES), **lasting(self.editions[language].facts)},
            notices=(),
            **in_words(language),
            languages=self._alternates(stem, own),
            canonical=self._address(file_of(stem, language)),
            logo="/widget/logo",
            is_static=True,
            is_demo=False,
            is_known=True,
            is_off=False,
            may_be_found=bool(self.site),
            built_at=self.built_at,
            chat_at=self.chat_at,
            query="",
            card=None,
            own=own,
            **values,
        )
        return _OWN_ADDRESS.sub(self._as_file, drawn)

    def _alternates(self, stem: str, own: ListedSection | None) -> dict[str, str]:
        """Where the same is read in each language that it is written in."""
        return structured_data.alternates(
            {
                language: self._address(file_of(stem, language))
                for language, edition in sorted(self.editions.items())
                if stem == "index"
                or (edition.section(own.anchor, own.number) if own else stem in edition.shown.pages)
            }
        )

    def _address(self, name: str) -> str:
        if not self.site:
            return name
        return f"{self.site}/{'' if name == 'index.html' else name}"

    def _as_file(self, found: re.Match[str]) -> str:
        """The file that stands for one of our own addresses."""
        where, rest, place = found.groups(default="")
        if where == "widget":
            return self._logo
        if where == "static":
            return rest.rpartition("/")[2]
        if rest == "/look.css":
            return "look.css"
        path, _, query = rest.partition("?")
        asked = dict(parse_qsl(unescape(query)))
        section = section_stem(asked["section"], int(asked.get("page", 1))) if "section" in asked else ""
        return file_of(path[1:] or section or "index", asked.get("language", DEFAULT_LANGUAGE)) + place

    @property
    def _logo(self) -> str:
        return f"logo{self.look.logo.suffix if self.look.logo else '.svg'}"


def lasting(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that are still true when a file is read some day."""
    return {name: facts[name] for name in FACT_NAMES if name in facts and name not in MOMENT_FACTS}


def in_words(language: str) -> dict[str, Any]:
    """A page's language and the words around its answer."""
    names = {code: words["language_name"] for code, words in LANGUAGES.items()}
    return {
        "language": language,
        "words": LANGUAGES[language],
        "language_names": names,
        "home": home_in(language),
    }


def home_in(language: str) -> str:
    """Where the list of the answers is read in this language."""
    return "/answers" if language == DEFAULT_LANGUAGE else f"/answers?language={language}"


def _clear(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)
    there = {path.name for path in folder.iterdir()}
    ours = set((folder / LIST).read_text(encoding="utf-8").splitlines()) if LIST in there else set()
    if strange := sorted(there - ours):
        raise NotOurFolderError(
            f"{folder} holds {strange[0]!r}, which no export wrote. Name an empty folder."
        )
    for name in ours & there:
        (folder / name).unlink()
