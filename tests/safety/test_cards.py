"""The cards: what stands on them, in which order, and how short they are."""

from __future__ import annotations

import pytest

from safety.cards import CARD_KINDS, Button, card, soft_line
from safety.lexicon import LANGUAGES
from safety.rules import SIGNALS

ALL = [(kind, language) for kind in CARD_KINDS for language in LANGUAGES]
MAX_CORE_WORDS = 45


def hrefs(buttons: list[Button]) -> list[str]:
    return [button.href.partition("?")[0] for button in buttons]


def test_every_verdict_that_needs_a_card_has_one() -> None:
    assert set(CARD_KINDS) == {*SIGNALS, "unsure"}


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_a_card_is_short(kind: str, language: str) -> None:
    assert len(card(kind, language).text.split()) <= MAX_CORE_WORDS
    assert len(card(kind, language).next_step.split()) <= 20


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_a_card_says_what_it_is_and_names_911(kind: str, language: str) -> None:
    text = card(kind, language).text
    honest = {
        "en": "I'm a computer program; nobody may be reading this right now.",
        "es": "Soy un programa; quizá nadie lea esto ahora.",
    }
    assert honest[language] in text
    assert "911" in text


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_a_card_names_the_person_who_reads_along(kind: str, language: str) -> None:
    shown = card(kind, language, reader="Nina Nurse")
    assert "Nina Nurse" in shown.text
    assert not any(claim in shown.text for claim in ("nobody", "nadie", "{"))
    assert len(shown.text.split()) <= MAX_CORE_WORDS + 15  # the help in it is not shortened for it


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "order"),
    [
        ("crisis", ["tel:988", "sms:988", "tel:911"]),
        ("crisis_other", ["tel:988", "sms:988", "tel:911"]),
        ("unsure", ["tel:988", "sms:988", "tel:911"]),
        ("emergency", ["tel:911", "tel:+18002221222", "tel:988"]),
        ("harm", ["tel:911", "tel:+18007997233", "tel:+18006564673"]),
    ],
)
def test_the_large_buttons_stand_in_the_right_order(kind: str, language: str, order: list[str]) -> None:
    assert hrefs(card(kind, language).buttons) == order


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_every_card_leads_to_988_911_and_help_abroad(kind: str, language: str) -> None:
    shown = card(kind, language)
    found = hrefs(shown.buttons + shown.more)
    for needed in (
        "tel:988",
        "sms:988",
        "tel:911",
        "https://988lifeline.org/chat",
        "https://findahelpline.com",
    ):
        assert needed in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_crisis_card_names_the_veterans_line(language: str) -> None:
    more = card("crisis", language).more
    assert "sms:838255" in hrefs(more)
    assert any("1" in button.title and button.href == "tel:988" for button in more)


def test_spanish_is_led_to_the_spanish_line() -> None:
    titles = " ".join(button.title for button in card("crisis", "es").buttons)
    assert "oprima 2" in titles
    assert "AYUDA" in titles


@pytest.mark.parametrize(("language", "words"), [("en", "breathing well"), ("es", "respira bien")])
def test_poison_control_is_only_for_those_who_breathe_well(language: str, words: str) -> None:
    question = card("emergency", language).text.partition("1-800-222-1222")[0].rpartition("?")[0]
    assert question.endswith(words)


@pytest.mark.parametrize("kind", ["crisis", "crisis_other", "unsure"])
def test_a_spanish_text_never_names_988_without_the_way_to_spanish(kind: str) -> None:
    assert "988 y oprim" in card(kind, "es").text


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_a_card_never_shames_promises_or_diagnoses(kind: str, language: str) -> None:
    words = f"{card(kind, language).text} {card(kind, language).next_step}".casefold()
    for never in (
        "selfish",
        "promise",
        "understand exactly",
        "don't do",
        "prometo",
        "egoísta",
        "no lo haga",
        "someone will call",
        "ketamin",
        "press 3",
        "lethal",
        "secret",
    ):
        assert never not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_soft_line_is_one_short_line_with_988(language: str) -> None:
    assert "988" in soft_line(language)
    assert "\n" not in soft_line(language)
    assert len(soft_line(language).split()) <= 30


def test_an_unknown_language_gets_english() -> None:
    assert card("crisis", "fr") == card("crisis", "en")
    assert soft_line("fr") == soft_line("en")
