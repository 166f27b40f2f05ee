"""Owns the plain rules: the part of the rules that a browser checks by itself while no server answers.

They are chosen from rules/*.yml by the rules' own examples, so that nobody keeps a second list: the
patterns that find most, and for every other example the very words in which a rule fired. What would
be a false alarm on an example is hidden by a mask. Disguised and glued words are left to check.py.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from safety.check import check_by_rules, matchers
from safety.expressions import Expression, Translator, in_words
from safety.rules import SIGNALS, RuleMatcher

# So many characters of whole patterns may travel for each language.
MAX_PATTERN_CHARS = 3_800
# What an entry costs beside its characters.
COST_OF_PATTERN, COST_OF_WORDS = 400, 15
MIN_FOUND = 1


@cache
def plain_rules() -> dict[str, Any]:
    """Choose the plain rules of every language, as plain data for a browser."""
    return {language: _Choice(matcher).as_data() for language, matcher in matchers().items()}


def examples(matcher: RuleMatcher) -> list[str]:
    """Every example of one language's rules for browsers, those that must fire and those that must not."""
    rules = [rule for rule in matcher.rules.values() if rule.in_browser]
    return sorted({text for rule in rules for text in (*rule.fires_on, *rule.silent_on)})


class _Choice:
    """Chooses for one language."""

    def __init__(self, matcher: RuleMatcher) -> None:
        self.lexicon = matcher.lexicon
        self.translator = Translator(matcher.lexicon)
        self.words = {text: in_words(text, matcher.lexicon) for text in examples(matcher)}
        self.kinds = {text: check_by_rules(text).kind for text in self.words}
        self.left = {text for text, kind in self.kinds.items() if kind in SIGNALS}
        self.all = [
            self.translator.expression(rule.kind, pattern)
            for rule in matcher.rules.values()
            if rule.kind in SIGNALS
            for pattern in rule.patterns
        ]
        self.chosen: list[Expression] = []
        self._choose_patterns()
        self._choose_words()

    def as_data(self) -> dict[str, Any]:
        sources = [each.source for each in self.chosen]
        return {
            "signals": {kind: [each.source for each in self.chosen if each.kind == kind] for kind in SIGNALS},
            "groups": self.translator.groups_in(sources),
            "masks": self._masks(),
            "spellings": self._spellings(),
            "fillers": sorted(self.lexicon.fillers),
            "first": sorted(self.lexicon.first_person),
            "third": sorted(self.lexicon.third_person),
            "reflexive": sorted(self.lexicon.reflexive),
            "anybody": sorted(self.lexicon.anybody),
        }

    def _choose_patterns(self) -> None:
        """Take the patterns that find most for their length, as long as there is room."""
        found = {each: self._found_by(each) for each in self.all}
        room = MAX_PATTERN_CHARS
        while found:
            best = max(
                found, key=lambda each: len(found[each] & self.left) / (COST_OF_PATTERN + len(each.source))
            )
            if len(found[best] & self.left) < MIN_FOUND:
                return
            taken = found.pop(best)
            if len(best.source) <= room:
                room -= len(best.source)
                self.chosen.append(best)
                self.left -= taken

    def _choose_words(self) -> None:
        """For what is left, take the words in which a rule fired."""
        found: dict[tuple[str, str], set[str]] = {}
        for each in self.all:
            for text in self.left:
                match = each.compiled.search(self.words[text])
                if match and _is_same(each.kind, self.kinds[text]):
                    found.setdefault((each.kind, match[0][1:]), set())
        for kind, words in found:
            found[kind, words] = {text for text in self.words if f" {words}" in self.words[text]}
        while self.left and found:
            best = max(found, key=lambda each: self._worth(each, found[each]))
            texts = found.pop(best)
            found_now = {text for text in texts & self.left if _is_same(best[0], self.kinds[text])}
            if found_now:
                source = re.escape(best[1]).replace("\\ ", " ")
                self.chosen.append(Expression(best[0], source, re.compile(f" {source}")))
                self.left -= found_now

    def _worth(self, candidate: tuple[str, str], texts: set[str]) -> float:
        kind, words = candidate
        wrong = sum(_rank(kind) < _rank(self.kinds[text]) for text in texts)
        return len(texts & self.left) / (COST_OF_WORDS + len(words)) - wrong

    def _found_by(self, expression: Expression) -> set[str]:
        return {
            text
            for text, words in self.words.items()
            if _is_same(expression.kind, self.kinds[text]) and expression.compiled.search(words)
        }

    def _masks(self) -> list[str]:
        """Give the words of every example that would be a false alarm."""
        false = {
            self.words[text].strip(" .") + " "
            for text, kind in self.kinds.items()
            if kind not in SIGNALS and any(each.compiled.search(self.words[text]) for each in self.chosen)
        }
        return sorted(false)

    def _spellings(self) -> dict[str, str]:
        """Give the spellings of words that the chosen expressions know."""
        sources = [each.source for each in self.chosen]
        known = set(re.findall(r"\w+", " ".join([*sources, *self.translator.groups_in(sources).values()])))
        return {
            " ".join(written): " ".join(meant)
            for written, meant in self.lexicon.spellings.items()
            if known.intersection(meant)
        }


def _is_same(kind: str, other: str) -> bool:
    """Whether two kinds are one but for whose crisis it is, which the words around tell."""
    return kind == other or {kind, other} == {"crisis", "crisis_other"}


def _rank(kind: str) -> int:
    """How early a kind of card goes before the others; no card comes last."""
    return SIGNALS.index(kind) if kind in SIGNALS else len(SIGNALS)
