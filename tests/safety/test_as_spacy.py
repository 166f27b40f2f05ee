"""safety/matching.py finds what spaCy's Matcher finds: every example of every rule, span for span.

The rules are not matched by spaCy, for a text can drive its cost up (docs/decisions.md); what a pattern
means is still what it means there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc

from safety.check import matchers
from safety.lexicon import LANGUAGES
from safety.pattern_syntax import Compiler, Slot
from safety.rules import SIGNALS, Rule, RuleMatcher
from safety.sentences import split_sentences
from safety.words import meant_by, read_words

pytestmark = pytest.mark.thorough  # spaCy compiles some ten thousand patterns

Place = tuple[int, int]


def token_of(slot: Slot) -> dict[str, Any]:
    """Write one slot as spaCy does; a gap is up to so many words of one sentence."""
    if not slot.words:
        return {"IS_PUNCT": False, "OP": f"{{,{slot.gap}}}"}
    word = slot.words[0] if len(slot.words) == 1 else {"IN": list(slot.words)}
    return {"ORTH": word, "OP": "?"} if slot.optional else {"ORTH": word}


def spacy_matcher(rule: Rule, ours: RuleMatcher, vocab: Any) -> Matcher:
    """All patterns of one rule, for spaCy."""
    matcher = Matcher(vocab)
    compiler = Compiler(ours.lexicon.groups, lambda words: meant_by(words, ours.lexicon))
    for pattern in rule.patterns:
        matcher.add(rule.id, [[token_of(slot) for slot in row] for row in compiler.compile(pattern)])
    return matcher


def as_kept(places: Iterable[Place], rule: Rule) -> set[Place]:
    """Of what hides or softens, the longest from each start is kept; of signals, every one."""
    if rule.kind in SIGNALS:
        return set(places)
    return set(dict(sorted(places)).items())


def differences(language: str) -> Iterator[str]:
    """Run all examples of a language through both matchers."""
    ours, vocab = matchers()[language], spacy.blank(language).vocab
    for rule in ours.rules.values():
        theirs = spacy_matcher(rule, ours, vocab)
        for example in (*rule.fires_on, *rule.silent_on):
            words = read_words(split_sentences(example), ours.lexicon)
            places = [(start, end) for _, start, end in theirs(Doc(vocab, words=words.words))]
            found = {(start, end) for of, start, end in ours.match(words) if of is rule}
            if found != as_kept(places, rule):
                yield f"{rule.id} in '{example}': {sorted(found)}, spaCy {sorted(set(places))}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_of_every_rule_matches_where_spacy_says(language: str) -> None:
    assert list(differences(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_have_matches_to_compare(language: str) -> None:
    ours = matchers()[language]
    texts = [text for rule in ours.rules.values() for text in rule.fires_on]
    matched = [text for text in texts if ours.match(read_words(split_sentences(text), ours.lexicon))]
    assert len(matched) == len(texts) > 100
