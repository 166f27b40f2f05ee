"""Wordings: the first that can be said with what is known, never one with a hole."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from content.wording import names_in, pick, render

SAID: list[dict[str, Any]] = [
    {"text": "Call {phone}, {hours}."},
    {"text": "Call {phone}."},
    {"text": "Ask for a call here."},
    {"text": "Llame al {phone}.", "metadata": {"language": "es"}},
]


def picked(language: str, *known: str) -> str | None:
    wording = pick(SAID, language=language, known=known)
    return wording.text if wording else None


def test_the_fullest_wording_that_has_all_its_facts_is_said() -> None:
    assert picked("en", "phone", "hours") == "Call {phone}, {hours}."
    assert picked("en", "phone") == "Call {phone}."
    assert picked("en") == "Ask for a call here."


def test_the_visitors_language_comes_first_and_english_helps_out() -> None:
    assert picked("es", "phone", "hours") == "Llame al {phone}."
    assert picked("es") == "Ask for a call here."


def test_nothing_is_said_rather_than_a_hole() -> None:
    assert pick([{"text": "Call {phone}."}], language="en", known=()) is None


def test_a_manifests_entry_reads_like_rasas() -> None:
    entry: dict[str, Any] = {"text": "Hola", "language": "es"}
    found = pick([entry], language="es", known=())
    assert found is not None
    assert found.language == "es"


@given(st.text())
def test_a_value_is_never_looked_into(value: str) -> None:
    assert render("<{first_name}>", {"first_name": value}) == f"<{value}>"
    assert render("<{first_name}>", {"first_name": "{phone}", "phone": value}) == "<{phone}>"


def test_only_names_in_braces_count() -> None:
    assert names_in("{phone} {Phone} { phone } {1} {{email}}") == {"phone", "email"}
