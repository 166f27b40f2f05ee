"""Every rule fires on its own examples, stays silent on its others, and is written in the notation."""

from __future__ import annotations

import pytest

from safety.check import check, spotters
from safety.lexicon import LANGUAGES
from safety.notation import Compiler, NotationError
from safety.rules import SIGNALS, Rule
from safety.sentences import split_sentences
from safety.words import read_words

RULES = [rule for spotter in spotters().values() for rule in spotter.rules.values()]
FIRING = [(rule, text) for rule in RULES for text in rule.fires_on]
SILENT = [(rule, text) for rule in RULES for text in rule.silent_on]


def name(value: object) -> str:
    return f"{value.language}-{value.id}" if isinstance(value, Rule) else str(value)[:40]


def fired(rule: Rule, text: str) -> bool:
    spotter = spotters()[rule.language]
    words = read_words(split_sentences(text), spotter.lexicon)
    return rule.id in {span.rule.id for span in spotter.spot(words)}


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_rule_brings_enough_examples(rule: Rule) -> None:
    assert len(rule.fires_on) >= 10
    assert len(rule.silent_on) >= 5
    assert not set(rule.fires_on) & set(rule.silent_on)


@pytest.mark.parametrize(("rule", "text"), FIRING, ids=name)
def test_a_rule_fires_on_its_examples(rule: Rule, text: str) -> None:
    assert fired(rule, text)
    assert (check(text).kind in SIGNALS) is (rule.kind in SIGNALS)


@pytest.mark.parametrize(("rule", "text"), SILENT, ids=name)
def test_a_rule_stays_silent_on_its_others(rule: Rule, text: str) -> None:
    if rule.kind in SIGNALS:
        assert check(text).rule != rule.id
    else:
        assert not fired(rule, text)


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
