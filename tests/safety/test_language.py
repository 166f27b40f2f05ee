"""Which language: Spanish for Spanish, never for English, other only when sure."""

from __future__ import annotations

import pytest

from safety.language import language_of
from tests.safety.phrases import PHRASES


@pytest.mark.parametrize(
    "text",
    [
        "hola",
        "precio?",
        "¿horario?",
        "cuanto cuesta",
        "quiero una cita",
        "aceptan seguro",
        "donde estan",
        "necesito ayuda",
        "me duele",
        "gracias",
        "tengo dolor de espalda",
        "puedo manejar despues",
        "QUIERO HABLAR CON ALGUIEN",
        "kiero una cita",
        "es seguro?",
        "mi esposa tiene fibromialgia",
        "hablan español",
        "no quiero vivir",
        "buenos días",
    ],
)
def test_spanish_is_recognised(text: str) -> None:
    assert language_of(text) == "es"


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "no",
        "price",
        "do you speak español",
        "is dr. de la cruz in",
        "los angeles?",
        "san antonio location",
        "el paso",
        "hola, do you take insurance",
        "pain",
        "k hole",
        "sin",
        "me",
        "son",
        "can my son come",
        "no se",
        "a",
        "",
        "123",
        "🤷",
        "...",
        "use of ketamine in la",
        "i want to die",
        "casa grande clinic hours please",
    ],
)
def test_english_is_never_taken_for_spanish(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "ケタミンは安全ですか",
        "сколько это стоит",
        "كم السعر",
        "价格是多少",
        "가격이 얼마예요",
        "bonjour combien coûte le traitement",
        "vorrei un appuntamento grazie",
        "wie viel kostet die behandlung",
        "quanto custa o tratamento, obrigado",
        "tôi muốn hỏi giá điều trị",
    ],
)
def test_another_language_is_other(text: str) -> None:
    assert language_of(text) == "other"


def test_no_english_phrase_is_spanish_and_the_spanish_ones_are() -> None:
    wrong = [
        row["id"]
        for row in PHRASES
        if (language_of(row["text"]) == "es") is not (row["text"] in spanish_phrases())
    ]
    assert wrong == []


def spanish_phrases() -> set[str]:
    """The Spanish rows carry the language's own letters or words in their ids: s..., and the rest."""
    return {row["text"] for row in PHRASES if row["id"][0] in "sxy"}
