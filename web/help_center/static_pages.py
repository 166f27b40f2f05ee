"""Writes the answers as files that any web server can give: the same pages, with nothing of us behind them.

What is true only for a moment (who is here, notices, searching, votes) is left out; what no clinician
signed is too, whatever the mode. A file list beside them tells the next export what it may take away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.facts import FACT_NAMES, MOMENT_FACTS
from content.wording import DEFAULT_LANGUAGE
from web.core.i18n import LANGUAGES
from web.help_center import structured_data
from web.help_center.answer_pages import AnswerPage, Shown
from web.help_center.paging import ListedSection, Sorted, one_section, overview
from web.http.files import STATIC
from web.http.templates import Pages, markup
from web.widget.bundler import joined_sheets
from web.widget.theme import Look

SHEETS = (STATIC / "theme.css", STATIC / "site" / "site.css", STATIC / "help_center" / "pages.css")
LIST = "exported.txt"
_OWN_ADDRESS = re.compile(r'(?<==")/(answers|static|widget)([^"#]*)(#[^"]*)?(?=")')
_ONE_SECTION = re.compile(r"\?section=([\w-]+)(?:&amp;page=(\d+))?")


class NotOurFolderError(ValueError):
    """The folder holds something that no export of ours wrote."""


@dataclass(frozen=True)
class Export:
    """What is written; `site` is where it will stand, `chat_at` where the chat is, both may be unknown."""

    pages: Pages
    shown: Shown
    sections: Sorted
    facts: Mapping[str, Any]
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
        texts = {**self._lists(), **self._answers(), "look.css": sheet}
        if self.site:
            names = [name for name in texts if name.endswith(".html") and name != "index.html"]
            texts["sitemap.xml"] = structured_data.site_map(
                ["", *sorted(names)], f"{self.site}/", self.built_at
            )
        files = {name: text.encode() for name, text in texts.items()}
        files |= {self._logo: picture.read_bytes(), "mark.svg": (STATIC / "site" / "mark.svg").read_bytes()}
        return files | {LIST: "\n".join(sorted((*files, LIST))).encode()}

    def _lists(self) -> dict[str, str]:
        listed = overview(self.sections)
        written = {"index.html": self._draw("index", "", sections=listed)}
        for short in (each for each in listed if each.count > len(each.pages)):
            first = one_section(self.sections, short.anchor, 1)
            for number in range(1, (first.last if first else 0) + 1):
                own = one_section(self.sections, short.anchor, number)
                name = _file_of_section(short.anchor, number)
                written[name] = self._draw("index", name, sections=[], own=own)
        return written

    def _answers(self) -> dict[str, str]:
        return {f"{page.id}.html": self._answer(page) for page in self.shown.pages.values()}

    def _answer(self, page: AnswerPage) -> str:
        data = structured_data.faq({self._address(f"{page.id}.html"): page}) if self.site else ""
        related = self.shown.related(page)
        return self._draw("answer", f"{page.id}.html", page=page, related=related, data=markup(data))

    def _draw(self, template: str, name: str, *, own: ListedSection | None = None, **values: Any) -> str:
        drawn = self.pages.text(
            f"help_center/{template}.html",
            facts={**dict.fromkeys(FACT_NAMES), **lasting(self.facts)},
            notices=(),
            **in_words(DEFAULT_LANGUAGE),
            languages={},
            canonical=self._address(name),
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

    def _address(self, name: str) -> str:
        return f"{self.site}/{name}" if self.site else name

    def _as_file(self, found: re.Match[str]) -> str:
        """The file that stands for one of our own addresses."""
        where, rest, place = found.groups(default="")
        if where == "widget":
            return self._logo
        if where == "static":
            return rest.rpartition("/")[2]
        if rest == "/look.css":
            return "look.css"
        if section := _ONE_SECTION.fullmatch(rest):
            return _file_of_section(section[1], int(section[2] or 1)) + place
        return (f"{rest[1:]}.html" if rest else "index.html") + place

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


def _file_of_section(anchor: str, number: int) -> str:
    return f"section-{anchor}{f'-{number}' if number > 1 else ''}.html"


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
