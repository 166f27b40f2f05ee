"""Choose and fill a wording: the first one whose every {name} is known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEFAULT_LANGUAGE = "en"
_NAME = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Wording:
    """One way to say an utterance, in one language."""

    text: str
    language: str = DEFAULT_LANGUAGE

    @classmethod
    def of(cls, variation: Mapping[str, Any]) -> Wording:
        """From a Rasa response variation (language in `metadata`) or from a manifest's entry."""
        metadata = variation.get("metadata") or {}
        language = variation.get("language") or metadata.get("language") or DEFAULT_LANGUAGE
        return cls(text=variation["text"], language=language)


def names_in(text: str) -> set[str]:
    """Names in braces that a text needs."""
    return set(_NAME.findall(text))


def pick(variations: Iterable[Mapping[str, Any]], *, language: str, known: Collection[str]) -> Wording | None:
    """The first wording in `language`, else in English, that needs nothing unknown; else None."""
    wordings: Sequence[Wording] = [Wording.of(variation) for variation in variations]
    for wanted in (language, DEFAULT_LANGUAGE):
        for wording in wordings:
            if wording.language == wanted and names_in(wording.text) <= set(known):
                return wording
    return None


def render(text: str, values: Mapping[str, str]) -> str:
    """Put values in for {names}. Values are never looked into, so braces in them stay text."""
    return _NAME.sub(lambda match: values[match.group(1)], text)
