"""No text costs the service much: a search for dear ones finds none above the bound, in either half."""

from __future__ import annotations

import pytest

from safety.check import check
from safety.cleaning import MAX_MESSAGE_CHARS, MAX_RAW_CHARS
from safety.language import language_of
from tests.dear_texts import PROVE, dearest
from tests.safety.test_rules import RULES

MOST_S = 0.05
LOOKS = 30_000 if PROVE else 120
EXAMPLES = [text for rule in RULES for text in (*rule.fires_on, *rule.silent_on)]
WORDS = sorted({word for text in EXAMPLES for word in text.split()})


@pytest.mark.parametrize(
    ("chars", "share"), [(MAX_MESSAGE_CHARS, 1), (8_000, 2), (16_000, 4)], ids=["full", "long", "body"]
)
def test_no_text_made_of_the_rules_own_words_costs_much(chars: int, share: int) -> None:
    found = dearest(check, [*EXAMPLES, *WORDS], chars=chars, seed=12, looks=LOOKS // share)
    assert found.cost_s < MOST_S, found.text[:200]


def test_no_text_is_too_dear_to_tell_its_language() -> None:
    found = dearest(language_of, EXAMPLES, chars=16_000, seed=13, looks=LOOKS // 4)
    assert found.cost_s < MOST_S, found.text[:200]


@pytest.mark.parametrize(
    "text",
    [
        "if " * 700,
        "/restart " + "my mom took too many of her pills " * 60,
        "what if i want to die, " * 90,
        "\ufdfa" * 2_000,
        "\ufdfa" * MAX_RAW_CHARS,
        "ab*cd " * 330,
        "d\u200bi\u200be " * 300,
        "iwanttodie" * 200,
    ],
    ids=lambda text: repr(text[:14]),
)
def test_what_once_cost_much_does_no_more(text: str) -> None:
    assert dearest(check, [text], chars=len(text), seed=1, looks=3).cost_s < MOST_S
