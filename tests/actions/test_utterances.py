"""What actions say exists, and what exists is said."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from actions.safety import GROUPS, STILL_HERE, words_for
from components.after_card import taught_follow_ups
from content.wording import names_in
from content.yaml_files import read_yaml

PROJECT = Path(__file__).parents[2]
ROOMS = ("actions", "components", "web")
# Named by the web half's cards (safety/cards), or put together from a kind or an intent.
PUT_TOGETHER = re.compile(
    r"utter_(safety(_\w*)?|after_card(_\w*)?|(faq|more|follow_up)(/\w*)?|action|message)?$"
)
OF_ANSWERS = ("utter_faq/", "utter_more/", "utter_follow_up/")
# What is said after a card in Spanish is always "still here", in words of its own.
ENGLISH_ONLY = re.compile(r"utter_after_card_(?!still_here)")


@cache
def content() -> list[tuple[Path, Any]]:
    return [(path, read_yaml(path)) for path in sorted((PROJECT / "data").rglob("*.yml"))]


def worded() -> set[str]:
    return {str(name) for _, document in content() for name in document.get("responses") or {}}


def named_in_code() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for room in ROOMS for path in (PROJECT / room).rglob("*.py")]
    names = {name for text in texts for name in re.findall(r"\butter_[a-z_]+", text)}
    return {name for name in names if not PUT_TOGETHER.match(name)}


def named_in_rules() -> set[str]:
    names: set[str] = set()
    for _, document in content():
        for kind in ("rules", "stories"):
            for story in document.get(kind) or []:
                names |= {str(step["action"]) for step in story["steps"] if "action" in step}
    return {name for name in names if name.startswith("utter_")}


def test_every_utterance_that_is_named_has_words() -> None:
    named = {name for name in named_in_code() | named_in_rules() if not PUT_TOGETHER.match(name)}
    assert named - worded() == set()


def test_no_words_are_left_that_nobody_says() -> None:
    unsaid = worded() - named_in_code() - named_in_rules()
    put_together = {name for name in unsaid if PUT_TOGETHER.match(name) or name.startswith(OF_ANSWERS)}
    assert unsaid - put_together == set()


def test_every_meaning_after_a_card_has_words_for_somebody() -> None:
    for _, kind in taught_follow_ups():
        assert any(words_for(kind, group) for group in GROUPS.values()), kind
    for language in ("en", "es"):
        for group in GROUPS.values():
            assert len(words_for(STILL_HERE, group, language)) >= 3


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_skill_speaks_both_languages(language: str) -> None:
    lacking = [
        name
        for path, document in content()
        if path.parent.name == "data"
        for name, variations in (document.get("responses") or {}).items()
        if not (language == "es" and ENGLISH_ONLY.match(name))
        and not any((v.get("metadata") or {}).get("language", "en") == language for v in variations)
    ]
    assert lacking == []


def test_values_of_the_form_are_the_only_names_beside_facts() -> None:
    from content.facts import FACT_NAMES

    given = {"first_name", "contact", "best_time", "patient", "leave_message", "given", "note"}
    given |= {"spanish_title", "call_whom", "say_why", "day", "times", "holiday", "sent_at"}
    used = {
        name
        for _, document in content()
        for variations in (document.get("responses") or {}).values()
        for variation in variations
        for name in names_in(variation["text"])
    }
    assert used - given - set(FACT_NAMES) == set()
