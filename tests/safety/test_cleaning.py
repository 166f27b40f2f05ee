"""Cleaning: what nobody can see goes, what somebody wrote stays, and twice is once."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.cleaning import (
    MAX_MESSAGE_CHARS,
    MAX_RAW_CHARS,
    TextRefused,
    clean,
    is_everyday,
    normalise,
    tidy,
)

ANYTHING = st.text(alphabet=st.characters(), max_size=300)
NASTY = st.text(
    alphabet="aA 'é\u0301\u0489\u200b\u200c\u200d\u202e\u2066\u2069\ufeff\x00\x07\t\n\ud800\udfffﬃ①",
    max_size=60,
)


@given(st.one_of(ANYTHING, NASTY))
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    try:
        once = clean(raw)
    except TextRefused:
        return
    assert clean(once.text) == once


@given(st.one_of(ANYTHING, NASTY))
def test_a_clean_text_can_be_stored_and_shown(raw: str) -> None:
    try:
        text = clean(raw).text
    except TextRefused:
        return
    text.encode("utf-8")
    assert 1 <= len(text) <= MAX_MESSAGE_CHARS
    assert text == text.strip()
    categories = {unicodedata.category(character) for character in text} - {"Cf"}
    assert not categories & {"Cc", "Cs"}
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@given(st.one_of(ANYTHING, NASTY))
def test_the_copy_for_matching_is_its_own_copy(raw: str) -> None:
    try:
        normalised = clean(raw).normalised
        again = clean(normalised).normalised
    except TextRefused:
        return
    assert again == normalised


@pytest.mark.parametrize("raw", ["", " ", "\n\t ", "\u3000", "\u200b\u202e", "\x00", "\ud800"])
def test_nothing_visible_is_refused_as_empty(raw: str) -> None:
    with pytest.raises(TextRefused, match="empty"):
        clean(raw)


@pytest.mark.parametrize("raw", [None, 5, b"hello", ["hello"]])
def test_what_is_no_text_is_refused(raw: object) -> None:
    with pytest.raises(TextRefused) as refused:
        clean(raw)
    assert refused.value.reason == "not_text"


def test_the_limit_counts_after_cleaning() -> None:
    assert len(clean("a" * MAX_MESSAGE_CHARS + "\u200b" * 500).text) == MAX_MESSAGE_CHARS


@pytest.mark.parametrize("length", [MAX_MESSAGE_CHARS + 1, MAX_RAW_CHARS + 1, 1_000_000])
def test_one_character_more_is_refused(length: int) -> None:
    with pytest.raises(TextRefused, match="too_long"):
        clean("a" * length)


def test_a_huge_text_is_refused_unread() -> None:
    with pytest.raises(TextRefused, match="too_long"):
        clean("\u200b" * 1_000_000)


def test_lines_and_tabs_become_spaces() -> None:
    assert clean("one\ntwo\tthree\r\nfour").text == "one two three four"


def test_a_pair_of_surrogates_is_its_character_and_a_lone_one_goes() -> None:
    assert clean("hi \ud83d\ude00 \ud83d there").text == "hi \U0001f600 there"


def test_direction_marks_and_nul_go() -> None:
    assert clean("a\u202eb\u2067c\x00d\u2069").text == "abcd"


def test_joined_emoji_stay_as_they_are() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert clean(family).text == family


def test_a_flood_of_marks_is_capped() -> None:
    assert len(clean("a" + "\u0336" * 200).text) == 4


@pytest.mark.parametrize(
    ("raw", "normalised"),
    [
        ("I CAN\u2019T \u201cstop\u201d", 'i can\'t "stop"'),
        ("ｗａｎｔ ＴＯ", "want to"),
        ("sooooo tired", "soo tired"),
        ("di\u200be", "die"),
        ("𝒹𝒾𝑒", "die"),
        ("Straße", "strasse"),
    ],
)
def test_the_copy_for_matching_is_plain(raw: str, normalised: str) -> None:
    assert clean(raw).normalised == normalised


EVERYDAY = [character for character in map(chr, range(0x110000)) if is_everyday(character)]


@pytest.mark.parametrize("character", EVERYDAY)
def test_the_short_way_for_everyday_characters_leads_to_the_same(character: str) -> None:
    """A zero-width space takes the long way, and is gone at its end."""
    assert len(EVERYDAY) > 110
    for text in (character, f"  Sooo{character} nice{character * 3}  ", f"{character}/{character} `t"):
        assert is_everyday(text)
        assert tidy(text) == tidy(f"{text}\u200b")
        assert normalise(text) == normalise(f"{text}\u200b")
