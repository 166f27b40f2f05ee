"""Owns reading rules/*.yml and finding where they fire; what follows from it is for check.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc

from safety.lexicon import LANGUAGES, Lexicon, load_lexicon, read_yaml
from safety.pattern_syntax import Compiler, NotationError, Variant, split_alternatives, token_pattern
from safety.words import Words, meant_by

RULES_FOLDER = Path(__file__).parent / "rules"
SIGNALS = ("emergency", "crisis", "crisis_other", "harm")
KINDS = (*SIGNALS, "soft", "look_alike")
_REQUIRED = {"id", "kind", "patterns", "fires_on", "silent_on"}
_OPTIONAL = {"hides", "unless", "soft_line", "explicit"}


@dataclass(frozen=True)
class Rule:
    """One rule: what it stands for, when it fires, and what it must and must not fire on.

    A look_alike hides the signals it overlaps: all of them, or the kinds and rules in `hides`.
    It stands back when its sentence holds one of the `unless` phrases. A rule on `explicit` words is
    never outvoted by the classifier.
    """

    id: str
    kind: str
    language: str
    patterns: tuple[str, ...]
    fires_on: tuple[str, ...]
    silent_on: tuple[str, ...]
    hides: frozenset[str]
    unless: frozenset[str]
    soft_line: bool
    explicit: bool = False


@dataclass(frozen=True)
class Span:
    """A place where a rule fired: words from `start` to before `end`."""

    rule: Rule
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share a word."""
        return self.start < other.end and other.start < self.end


class RuleMatcher:
    """All rules of one language, ready to find where they fire in a message."""

    def __init__(self, lexicon: Lexicon, rules: Iterable[Rule]) -> None:
        self.lexicon = lexicon
        self.rules = {rule.id: rule for rule in rules}
        self._vocab = spacy.blank(lexicon.language).vocab
        # One matcher for the patterns that share an anchor: a required slot with rare words.
        self._matchers: dict[tuple[str, ...], Matcher] = {}
        self._anchored: dict[str, list[tuple[str, ...]]] = {}
        self._reach: dict[tuple[str, ...], int] = {}
        # Of each variant under an anchor, the other slots in which a word must stand.
        self._required: dict[tuple[str, ...], set[tuple[frozenset[str], ...]]] = {}
        compiler = Compiler(lexicon.groups, lambda words: meant_by(words, lexicon))
        self._file(
            [
                (rule, variant)
                for rule in self.rules.values()
                for pattern in rule.patterns
                for variant in compiler.compile(pattern)
            ]
        )

    def match(self, words: Words) -> list[Span]:
        """Find every place where a rule fires, as the words stand."""
        found: dict[tuple[str, ...], list[int]] = {}
        for position, word in enumerate(words.words):
            for key in self._anchored.get(word, ()):
                found.setdefault(key, []).append(position)
        worth = [
            (key, at, until)
            for key, positions in found.items()
            for at, until in _windows(positions, self._reach[key], len(words.words))
            if self._can_match(key, words.words[at:until])
        ]
        if not worth:
            return []
        doc = Doc(self._vocab, words=words.words)
        spans = {
            (self._vocab.strings[name], at + start, at + end)
            for key, at, until in worth
            for name, start, end in self._matchers[key](doc[at:until])
        }
        return [Span(self.rules[name], start, end) for name, start, end in sorted(spans)]

    def _can_match(self, key: tuple[str, ...], words: list[str]) -> bool:
        """Tell whether all words that one of the variants must have are there: mostly they are not."""
        there = set(words)
        return any(not any(slot.isdisjoint(there) for slot in required) for required in self._required[key])

    def _file(self, variants: list[tuple[Rule, Variant]]) -> None:
        """File each variant under its rarest slot, so that a message runs only what can match it."""
        counts = Counter(
            word for _, variant in variants for word in {word for slot in variant for word in slot.words}
        )
        self.lexicon.vocabulary.update(counts)
        filed: dict[tuple[str, ...], dict[str, list[Any]]] = {}
        for rule, variant in variants:
            anchor = min(
                (slot.words for slot in variant if slot.required),
                key=lambda words: sum(counts[word] for word in words),
            )
            filed.setdefault(anchor, {}).setdefault(rule.id, []).append(token_pattern(variant))
            others = (_as_set(slot.words) for slot in variant if slot.required and slot.words != anchor)
            self._required.setdefault(anchor, set()).add(tuple(others))
            length = sum(slot.gap or 1 for slot in variant)
            self._reach[anchor] = max(length, self._reach.get(anchor, 0))
        for anchor, by_rule in filed.items():
            self._matchers[anchor] = Matcher(self._vocab, validate=False)
            for name, patterns in by_rule.items():
                self._matchers[anchor].add(name, patterns)
            for word in anchor:
                self._anchored.setdefault(word, []).append(anchor)


@cache  # many variants have a slot in common, some of hundreds of words
def _as_set(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words)


def _windows(positions: list[int], reach: int, length: int) -> list[tuple[int, int]]:
    """Give the stretches of words that a pattern through one of the positions can cover."""
    windows: list[tuple[int, int]] = []
    for position in positions:
        start, end = max(0, position - reach), min(length, position + reach + 1)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def load_rules(language: str) -> list[Rule]:
    """Read every rules/<language>_*.yml."""
    rules: list[Rule] = []
    for path in sorted(RULES_FOLDER.glob(f"{language}_*.yml")):
        rules += [_rule(data, language, path) for data in read_yaml(path)]
    names = Counter(rule.id for rule in rules)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise NotationError(f"two rules of '{language}' are called {', '.join(twice)}")
    return rules


def load_matchers() -> dict[str, RuleMatcher]:
    """Make the spotter of every language."""
    return {name: RuleMatcher(load_lexicon(name), load_rules(name)) for name in LANGUAGES}


def _rule(data: dict[str, Any], language: str, path: Path) -> Rule:
    missing, unknown = _REQUIRED - data.keys(), data.keys() - _REQUIRED - _OPTIONAL
    if missing or unknown or data["kind"] not in KINDS:
        raise NotationError(
            f"{path.name}: rule '{data.get('id')}' lacks {sorted(missing)},"
            f" has unknown {sorted(unknown)} or an unknown kind"
        )
    return Rule(
        id=data["id"],
        kind=data["kind"],
        language=language,
        patterns=tuple(data["patterns"]),
        fires_on=tuple(str(example) for example in data["fires_on"]),
        silent_on=tuple(str(example) for example in data["silent_on"]),
        hides=frozenset(str(data.get("hides", "")).split()),
        unless=frozenset(split_alternatives(str(data.get("unless", "")))),
        soft_line=bool(data.get("soft_line", data["kind"] == "soft")),
        explicit=bool(data.get("explicit", False)),
    )
