"""Titles of answers in other languages (`help_center.yml`), where a release knows none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from content.answers import ID
from content.wording import DEFAULT_LANGUAGE
from content.yaml_files import Problem, line_of, read_yaml
from web.bot.manifest import Titles
from web.core.i18n import LANGUAGES
from web.help_center.sections import MAX_TITLE_CHARS, SectionsError, load_sections


def load_titles(path: Path) -> Titles:
    """Read the file; without one, or without titles in it, there are none. Raises SectionsError."""
    document = read_yaml(path, shown_as=path.name) if path.exists() else None
    titles = document.get("titles") if isinstance(document, Mapping) else None
    if titles is None:
        return {}
    problems = [Problem(path.name, line_of(document, *keys), text) for keys, text in _problems(titles)]
    if problems:
        raise SectionsError(problems)
    return {language: dict(named) for language, named in titles.items()}


def use_file(state: Any, path: Path) -> None:
    """Read `help_center.yml`, and sort and name the answers by it from now on. Raises SectionsError."""
    state.sections, titles = load_sections(path), load_titles(path)
    state.context.manifests.use_titles(titles)


def _problems(titles: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    others = sorted(LANGUAGES.keys() - {DEFAULT_LANGUAGE})
    if not isinstance(titles, Mapping):
        yield ("titles",), f"'titles' names languages ({', '.join(others)}), each with titles by answer."
        return
    for language, named in titles.items():
        if language not in others or not isinstance(named, Mapping):
            yield ("titles", language), f"'{language}' is none of: {', '.join(others)}, each with titles."
            continue
        for name, title in named.items():
            if not ID.fullmatch(str(name)) or not _is_title(title):
                text = f"'{name}' is an answer's id with a title of at most {MAX_TITLE_CHARS} characters."
                yield ("titles", language, name), text


def _is_title(title: Any) -> bool:
    return isinstance(title, str) and len(title.strip()) > 0 and len(title) <= MAX_TITLE_CHARS
