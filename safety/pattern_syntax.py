"""Owns the short notation of the rules and its translation into spaCy token patterns.

A pattern is a line of words. They are read like a visitor's (words.py), so "dont" and "do not" are
the same and fillers may stay out:

    want to die          these words in this order
    (die|be dead)        one of these; alternatives may be several words
    [all|this mess]      one of these, or nothing
    {want}               a group of alternatives named in words/<language>.yml
    ..3                  up to three words of any kind, within the sentence
    .                    the start or the end of a sentence
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

END = "."
MAX_VARIANTS = 6_000
_ITEM = re.compile(r"\s*(?:(?P<open>[(\[])|\{(?P<group>\w+)\}|\.\.(?P<gap>\d+)|(?P<word>[^\s()\[\]{}|]+))")
_CLOSING = {"(": ")", "[": "]"}


class NotationError(ValueError):
    """A pattern that cannot be read; the message names the pattern."""


@dataclass(frozen=True)
class _Item:
    """One piece of a pattern: its kind is word, group, gap, "(" or "["."""

    kind: str
    text: str


@dataclass(frozen=True)
class Slot:
    """One place in a pattern: any of `words`, or (without words) up to `gap` words of any kind."""

    words: tuple[str, ...] = ()
    gap: int = 0
    optional: bool = False

    @property
    def required(self) -> bool:
        """Tell whether a word must stand here."""
        return bool(self.words) and not self.optional


Variant = tuple[Slot, ...]
Reader = Callable[[list[str]], list[str]]


class Compiler:
    """Turns the patterns of one language into plain sequences of slots."""

    def __init__(self, groups: Mapping[str, list[str]], read: Reader) -> None:
        self._groups = groups
        self._read = read

    def compile(self, pattern: str) -> list[Variant]:
        """Give every variant of a pattern, each once."""
        variants = self._variants(pattern)
        if len(variants) > MAX_VARIANTS:
            raise NotationError(f"'{pattern}' has {len(variants)} variants, above {MAX_VARIANTS}")
        if not all(any(slot.required for slot in variant) for variant in variants):
            raise NotationError(f"'{pattern}' can match without any word")
        return variants

    def _variants(self, pattern: str) -> list[Variant]:
        choices: list[list[Variant]] = []
        plain: list[str] = []
        for item in [*items(pattern), None]:
            if item is not None and item.kind == "word":
                if "'" in item.text:
                    raise NotationError(f"'{pattern}': write '{item.text}' without its apostrophe")
                plain.append(item.text)
                continue
            # Neighbours are read together: "wake up" may be one spelling.
            choices.append([tuple(Slot(words=(word,)) for word in self._meant(plain))])
            plain = []
            if item is not None:
                choices.append(self._choices(item, pattern))
        variants = (tuple(slot for part in parts for slot in part) for parts in product(*choices))
        return list(dict.fromkeys(variants))

    def _meant(self, plain: list[str]) -> list[str]:
        end = [END] if plain[-1:] == [END] else []
        return self._read(plain[: len(plain) - len(end)]) + end

    def _choices(self, item: _Item, pattern: str) -> list[Variant]:
        if item.kind == "gap":
            return [(Slot(gap=int(item.text)),)]
        if item.kind == "group":
            if item.text not in self._groups:
                raise NotationError(f"'{pattern}' names the unknown group '{item.text}'")
            return self._alternatives(self._groups[item.text])
        found = self._alternatives(_split(item.text))
        return found if item.kind == "(" else _optional(found)

    def _alternatives(self, phrases: list[str]) -> list[Variant]:
        """Put single words into one slot and give every longer alternative its own variant."""
        single: list[str] = []
        longer: list[Variant] = []
        for phrase in phrases:
            for variant in self._variants(phrase.strip()):
                if not variant:
                    raise NotationError(f"'{phrase}' is only a filler: it would match everything")
                if len(variant) == 1 and variant[0].required:
                    single.extend(variant[0].words)
                else:
                    longer.append(variant)
        alone = [(Slot(words=tuple(dict.fromkeys(single))),)] if single else []
        return alone + longer


def token_pattern(variant: Variant) -> list[dict[str, Any]]:
    """Give the spaCy Matcher pattern of one variant."""
    return [_token(slot) for slot in variant]


def _token(slot: Slot) -> dict[str, Any]:
    if not slot.words:
        return {"IS_PUNCT": False, "OP": f"{{,{slot.gap}}}"}
    one: dict[str, Any] = {"ORTH": slot.words[0] if len(slot.words) == 1 else {"IN": list(slot.words)}}
    return {**one, "OP": "?"} if slot.optional else one


def _optional(variants: list[Variant]) -> list[Variant]:
    """Let one-word alternatives be one optional slot; only longer ones need variants of their own."""
    longer = [variant for variant in variants if len(variant) != 1 or not variant[0].required]
    single = [(replace(variant[0], optional=True),) for variant in variants if variant not in longer]
    left_out: list[Variant] = [()]
    return [*(single or left_out), *longer]


def items(pattern: str) -> list[_Item]:
    """Cut a pattern into its pieces, those in brackets whole."""
    found: list[_Item] = []
    position = 0
    while position < len(pattern.rstrip()):
        match = _ITEM.match(pattern, position)
        if match is None:
            raise NotationError(f"'{pattern}' cannot be read from '{pattern[position:]}'")
        position = match.end()
        if match["open"]:
            end = _closing(pattern, position, match["open"])
            found.append(_Item(match["open"], pattern[position:end]))
            position = end + 1
        else:
            kind = str(match.lastgroup)
            found.append(_Item(kind, match[kind]))
    return found


def _closing(pattern: str, start: int, opened: str) -> int:
    """Find the bracket that closes the one opened before `start`."""
    depth = 1
    for position in range(start, len(pattern)):
        depth += (pattern[position] == opened) - (pattern[position] == _CLOSING[opened])
        if depth == 0:
            return position
    raise NotationError(f"'{pattern}' never closes its '{opened}'")


def _split(text: str) -> list[str]:
    """Cut alternatives at every | outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def split_alternatives(text: str) -> list[str]:
    """Cut the value of a group into its alternatives."""
    return [part.strip() for part in _split(text) if part.strip()]
