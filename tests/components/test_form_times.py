"""When somebody wants to be called: their whole words where a cut could turn them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.form_extractors.kinds import BEST_TIME
from components.form_extractors.times import MAX_TIME_CHARS, times

NEGATIONS = ("not", "never", "don't call me", "no calls", "any day but", "anytime except", "nothing", "avoid")
WHEN = (
    "mornings",
    "on tuesdays",
    "before 9",
    "after 8pm",
    "at noon",
    "weekends",
    "until friday",
    "between 12 and 2",
)


def wish(text: str, asked_for: str | None = BEST_TIME) -> str | None:
    found = times(text, taken=[], asked_for=asked_for)
    return found[0].value if found else None


def test_a_time_in_chat_spelling_is_not_turned_around_when_nobody_asked_for_one() -> None:
    assert wish("can u call me b4 noon", None) == "b4 noon"
    assert wish("call me any time b4 xmas", None) == "any time b4 xmas"


@given(st.sampled_from(NEGATIONS), st.sampled_from(WHEN), st.sampled_from([BEST_TIME, None]))
def test_a_negation_is_never_cut_off(negation: str, when: str, asked_for: str | None) -> None:
    assert wish(f"{negation} {when}", asked_for) == f"{negation} {when}"


@pytest.mark.parametrize(
    "text",
    [
        "8-10 am eastern",
        "after 4 PST",
        "weekdays 9:15 to 10:45",
        "wed or thu after 2",
        "after 1 but before 3",
        "june 9th at 11",
        "the 21st in the evening",
        "a week from monday",
        "in two hours",
        "5/14 before lunch",
        "day after tomorrow",
        "quarter past ten",
        "i'm asleep until noon so after that",
        "every other friday",
        "seven am",
        "lunch break",
        "dont call b4 3pm",
        "not b4 noon",
        "aft 5 tmrw",
        "btwn 2 n 4",
        "btw 2 and 4",
        "wkends only",
        "not til 4",
        "any nite xcept tues",
    ],
)
def test_ranges_dates_and_zones_keep_their_words(text: str) -> None:
    assert wish(text) == text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("wednesday. no wait, thursday", "thursday"),
        ("tomorrow morning, sorry, evening", "tomorrow evening"),
        ("friday at 2, no make it 3", "friday at 3"),
        ("monday afternoon. scratch that, tuesday morning", "tuesday morning"),
    ],
)
def test_what_was_put_right_is_what_counts(text: str, right: str) -> None:
    assert wish(text) == right


@pytest.mark.parametrize(
    "text",
    ["Good morning", "good evening, please call me", "have a nice day", "Will", "may", "one more time"],
)
def test_a_greeting_or_a_name_is_no_time(text: str) -> None:
    assert wish(text, None) is None


def test_a_long_wish_is_cut_between_words() -> None:
    text = "not before ten because " + "i work nights and " * 20
    assert len(wish(text) or "") <= MAX_TIME_CHARS
    assert (wish(text) or "").startswith("not before ten")
