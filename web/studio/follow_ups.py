"""What an answer says when a visitor asks on: passages and links, as rows of a form or lines of a table."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from content.answers import ASPECT, LANGUAGES, Answer
from content.wording import Wording

FOLLOW_UPS = "follow_up/"
MAX_ROWS = 80
Aspect = tuple[str, str]  # its name, and how a visitor asks for it
More = dict[str, tuple[Wording, ...]]


def aspects_of(project: Path) -> tuple[Aspect, ...]:
    """The follow-ups that the bot knows, each with an example; read again when the file changed."""
    path = project / "data" / "follow_ups.yml"
    return _read(path, path.stat().st_mtime_ns) if path.exists() else ()


@functools.lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[Aspect, ...]:
    try:
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
    except (YAMLError, OSError, UnicodeDecodeError):
        return ()  # `python -m training check` says what is wrong with it
    items = [item for item in document.get("nlu") or () if str(item.get("intent")).startswith(FOLLOW_UPS)]
    return tuple((item["intent"].removeprefix(FOLLOW_UPS), _example(item)) for item in items)


def _example(item: dict[str, str]) -> str:
    return str(item.get("examples") or "").strip().split("\n")[0].removeprefix("-").strip()


def passages(rows: Iterable[Sequence[str]]) -> More:
    """Rows of aspect, language and text, in their order."""
    found: dict[str, list[Wording]] = {}
    for aspect, language, text in list(rows)[:MAX_ROWS]:
        if ASPECT.fullmatch(aspect) and text.strip():
            found.setdefault(aspect, []).append(Wording(text, language if language in LANGUAGES else "en"))
    return {aspect: tuple(wordings) for aspect, wordings in found.items()}


def links(rows: Iterable[Sequence[str]]) -> dict[str, str]:
    """Rows of aspect and answer."""
    return {aspect: name for aspect, name in list(rows)[:MAX_ROWS] if ASPECT.fullmatch(aspect) and name}


def as_lines(more: More) -> str:
    """Passages as lines of a table's cell: aspect | language | text."""
    rows = ((aspect, w.language, w.text) for aspect, said in more.items() for w in said)
    return "\n".join(" | ".join((aspect, lang, text.replace("\n", "\\n"))) for aspect, lang, text in rows)


def from_lines(cell: str) -> More:
    """Passages from a cell. Raises ValueError with what is wrong in it."""
    rows = []
    for line in filter(str.strip, cell.splitlines()):
        parts = [part.strip() for part in line.split("|", 2)]
        if len(parts) != 3 or not ASPECT.fullmatch(parts[0]):
            raise ValueError("A further passage is: follow-up | language | text.")
        rows.append((parts[0], parts[1], parts[2].replace("\\n", "\n")))
    return passages(rows)


def links_as_text(follow_ups: dict[str, str]) -> str:
    return ", ".join(f"{aspect}: {name}" for aspect, name in follow_ups.items())


def links_from_text(cell: str) -> dict[str, str]:
    """Links from a cell. Raises ValueError with what is wrong in it."""
    pairs = [tuple(half.strip() for half in each.split(":", 1)) for each in cell.split(",") if each.strip()]
    if any(len(pair) != 2 or not ASPECT.fullmatch(pair[0]) for pair in pairs):
        raise ValueError("A link is: follow-up: answer.")
    return links(pairs)


def served(answer: Answer) -> set[str]:
    """The follow-ups that an answer serves by itself."""
    return {*answer.more, *answer.follow_ups}
