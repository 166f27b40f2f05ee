"""Owns writing a rule's pattern as a regular expression that Python and a browser read alike.

It matches words with a space behind each, as `in_words` writes them; a group stands in it as {name}.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from safety.lexicon import Lexicon
from safety.pattern_syntax import END, items, split_alternatives
from safety.sentences import split_sentences
from safety.words import meant_by, read_words

GAP = r"(?:(?!\. )\S+ ){0,%d}"
_GROUP = re.compile(r"\{([a-z_]+)\}")


def in_words(text: str, lexicon: Lexicon) -> str:
    """Write a message as the expressions expect it: " . i want to die . "."""
    return f" {' '.join(read_words(split_sentences(text), lexicon).words)} "


@dataclass(frozen=True)
class Expression:
    """What one pattern finds; `kind` is that of its rule."""

    kind: str
    source: str
    compiled: re.Pattern[str]


class Translator:
    """Turns the notation of one language's rules into regular expressions."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.groups = {
            name: f"(?:{self._any_of(alternatives)})" for name, alternatives in lexicon.groups.items()
        }

    def expression(self, kind: str, pattern: str) -> Expression:
        """Translate one pattern of a rule of this kind."""
        source = self._source(pattern)
        whole = source
        while _GROUP.search(whole):
            whole = _GROUP.sub(lambda found: self.groups[found[1]], whole)
        return Expression(kind, source, re.compile(f" {whole}"))

    def groups_in(self, sources: Iterable[str]) -> dict[str, str]:
        """Give the groups that these need, and those that the groups need."""
        needed: dict[str, str] = {}
        waiting = [name for source in sources for name in _GROUP.findall(source)]
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed[name] = self.groups[name]
                waiting += _GROUP.findall(self.groups[name])
        return dict(sorted(needed.items()))

    def _source(self, pattern: str) -> str:
        parts: list[str] = []
        words: list[str] = []
        for item in [*items(pattern), None]:
            if item is not None and item.kind == "word":
                words.append(item.text)
                continue
            parts += [f"{re.escape(word)} " for word in self._meant(words)]
            words = []
            if item is not None:
                parts.append(self._part(item.kind, item.text))
        return "".join(parts)

    def _meant(self, words: list[str]) -> list[str]:
        end = [END] if words[-1:] == [END] else []
        return meant_by(words[: len(words) - len(end)], self.lexicon) + end

    def _part(self, kind: str, text: str) -> str:
        if kind == "gap":
            return GAP % int(text)
        if kind == "group":
            return f"{{{text}}}"
        return f"(?:{self._any_of(split_alternatives(text))}){'?' if kind == '[' else ''}"

    def _any_of(self, alternatives: Iterable[str]) -> str:
        return "|".join(dict.fromkeys(self._source(each) for each in alternatives))
