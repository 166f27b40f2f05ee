"""Every rule fires on its own examples, stays silent on its others, and is written in the notation."""

from __future__ import annotations

import pytest

from safety.check import check, matchers
from safety.lexicon import LANGUAGES
from safety.pattern_syntax import Compiler, NotationError
from safety.rules import SIGNALS, Rule
from safety.sentences import split_sentences
from safety.words import read_words

RULES = [rule for matcher in matchers().values() for rule in matcher.rules.values()]
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.language}-{rule.id}")


def fired(rule: Rule, text: str) -> bool:
    matcher = matchers()[rule.language]
    words = read_words(split_sentences(text), matcher.lexicon)
    return rule.id in {span.rule.id for span in matcher.match(words)}


@every_rule
def test_a_rule_brings_enough_examples(rule: Rule) -> None:
    assert len(rule.fires_on) >= 10
    assert len(rule.silent_on) >= 5
    assert not set(rule.fires_on) & set(rule.silent_on)


# One test a rule, not one an example: a failing one lists every example that is wrong.
@every_rule
def test_a_rule_fires_on_its_examples(rule: Rule) -> None:
    assert [text for text in rule.fires_on if not fired(rule, text)] == []


@every_rule
def test_the_examples_of_a_signal_get_a_card_and_those_of_no_signal_get_none(rule: Rule) -> None:
    is_signal = rule.kind in SIGNALS
    assert [text for text in rule.fires_on if (check(text).kind in SIGNALS) is not is_signal] == []


@every_rule
def test_a_rule_stays_silent_on_its_others(rule: Rule) -> None:
    if rule.kind in SIGNALS:
        assert [text for text in rule.silent_on if check(text).rule == rule.id] == []
    else:
        assert [text for text in rule.silent_on if fired(rule, text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_rule_exists_in_every_language(language: str) -> None:
    kinds = {rule.kind for rule in RULES if rule.language == language}
    assert kinds == {*SIGNALS, "soft", "look_alike"}


def test_what_a_look_alike_hides_exists() -> None:
    known = {*SIGNALS, *(rule.id for rule in RULES)}
    assert all(rule.hides <= known for rule in RULES)


GROUPS = {"want": ["want to", "need to"]}


def compiled(pattern: str) -> list[list[str]]:
    compiler = Compiler(GROUPS, lambda words: [word for word in words if word != "really"])
    return [
        ["|".join(slot.words) or f"..{slot.gap}" for slot in variant] for variant in compiler.compile(pattern)
    ]


def test_alternatives_of_one_word_share_a_place_and_longer_ones_do_not() -> None:
    assert compiled("(die|go|be dead) now") == [["die|go", "now"], ["be", "dead", "now"]]


def test_a_group_stands_for_its_alternatives() -> None:
    assert compiled("{want} ..2 die") == [["want", "to", "..2", "die"], ["need", "to", "..2", "die"]]


def test_an_optional_phrase_may_be_there_or_not() -> None:
    assert compiled("end it [for good]") == [["end", "it"], ["end", "it", "for", "good"]]


@pytest.mark.parametrize(
    "pattern", ["(die", "{nobody}", "..3", "[maybe]", "don't", "want (really|to)", "a }"]
)
def test_a_pattern_that_cannot_work_is_refused(pattern: str) -> None:
    with pytest.raises(NotationError):
        compiled(pattern)
