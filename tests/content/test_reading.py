"""The reading grade: the published formula, and words that readers know."""

from __future__ import annotations

import pytest

from content.readability import grade_of, syllables

WORDS = {"a": 1, "the": 1, "like": 1, "watched": 1, "needed": 2, "table": 2, "people": 2, "being": 1,
         "medicine": 3, "clinician": 3, "makes": 1, "tables": 2, "reliable": 4}  # fmt: skip


@pytest.mark.parametrize(("word", "count"), WORDS.items())
def test_syllables_are_counted_from_spelling(word, count):
    assert abs(syllables(word) - count) <= 1


def test_the_grade_is_the_published_formula():
    # 6 words, 1 sentence, 6 syllables.
    assert grade_of("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)


def test_long_words_in_long_sentences_are_hard():
    hard = "Individualised pharmacological administration necessitates multidisciplinary evaluation"
    assert grade_of(hard) > 20 > 3 > grade_of("Tell us if you feel ill. We help you.")


def test_a_word_that_readers_know_is_not_hard():
    text = "We give ketamine here."
    assert grade_of(text, {"ketamine"}) < grade_of(text)


def test_nothing_has_no_grade():
    assert grade_of("") == 0
