"""Owns reading rules/*.yml and finding where they fire; what follows from it is for check.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from safety.lexicon import LANGUAGES, Lexicon, load_lexicon, read_yaml
from safety.matching import Matcher, every, longest
from safety.pattern_syntax import Compiler, NotationError, split_alternatives
from safety.words import Words, meant_by

RULES_FOLDER = Path(__file__).parent / "rules"
SIGNALS = ("emergency", "crisis", "crisis_other", "harm")
KINDS = (*SIGNALS, "soft", "look_alike")
_REQUIRED = {"id", "kind", "patterns", "fires_on", "silent_on"}
_OPTIONAL = {"hides", "unless", "soft_line", "explicit", "in_browser"}


@dataclass(frozen=True)
class Rule:
    """One rule: what it stands for, when it fires, and what it must and must not fire on.

    A look_alike hides the signals it overlaps: all of them, or the kinds and rules in `hides`.
    It stands back when its sentence holds one of the `unless` phrases. A rule on `explicit` words is
    never outvoted by the classifier. One that is not `in_browser` has no room there: the plain rules may
    give a card too many on its examples.
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
    in_browser: bool = True


class Span(NamedTuple):
    """A place where a rule fired: words from `start` to before `end`."""

    rule: Rule
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share a word."""
        return self.start < other.end and other.start < self.end


class RuleMatcher:
    """All rules of one language, ready to find where they fire in a message."""

    def __init__(self, lexicon: Lexicon, rules: Iterable[Rule], matcher: Matcher | None = None) -> None:
        self.lexicon = lexicon
        self.rules = {rule.id: rule for rule in rules}
        self.matcher = matcher or self._compiled()

    def _compiled(self) -> Matcher:
        matcher, lexicon = Matcher(), self.lexicon
        compiler = Compiler(lexicon.groups, lambda words: meant_by(words, lexicon))
        for rule in self.rules.values():
            for pattern in rule.patterns:
                for variant in compiler.compile(pattern):
                    matcher.add(rule.id, variant)
        lexicon.vocabulary.update(matcher.words)
        return matcher

    def match(self, words: Words) -> list[Span]:
        """Find where the rules fire, as the words stand: signals at every place, in order.

        Of what hides or softens, the longest match from each start: the shorter ones lie within it.
        """
        spans: list[Span] = []
        for name, lengths in sorted(self.matcher.find(words.words).items()):
            rule = self.rules[name]
            places = every(lengths) if rule.kind in SIGNALS else longest(lengths)
            spans += [Span(rule, start, end) for start, end in sorted(places)]
        return spans


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
        in_browser=bool(data.get("in_browser", True)),
    )
