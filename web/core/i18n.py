"""The service's own sentences, by language, from `web/core/locales`; none of the clinic's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from content.wording import DEFAULT_LANGUAGE, names_in, render

LOCALES = Path(__file__).resolve().parent / "locales"
LANGUAGES: Mapping[str, Mapping[str, str]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in LOCALES.glob("*.json")
}


def say(name: str, language: str = DEFAULT_LANGUAGE, /, **values: str) -> str:
    """Word one sentence of the catalogue, in English where the language is not known."""
    words = LANGUAGES.get(language, LANGUAGES[DEFAULT_LANGUAGE])
    return render(words[name], values)


def reworded(sentence: str, language: str) -> tuple[str, str]:
    """A sentence of the catalogue in this language, and the language it is in.

    What was said in another language than English stays, and what has no translation stays English.
    """
    if name := _names_by_sentence(DEFAULT_LANGUAGE).get(sentence):
        return say(name, language), language if language in LANGUAGES else DEFAULT_LANGUAGE
    spoken = (code for code in LANGUAGES if sentence in _names_by_sentence(code))
    return sentence, next(spoken, DEFAULT_LANGUAGE)


@cache
def _names_by_sentence(language: str) -> Mapping[str, str]:
    return {text: name for name, text in LANGUAGES[language].items()}


def preferred(accept_language: str) -> str:
    """The language of ours that a browser would rather read (RFC 9110, 12.5.4); English when none is."""
    ranges = (part.partition(";") for part in accept_language.lower().split(","))
    weighed = [(_weight(rest), tag.strip().partition("-")[0]) for tag, _, rest in ranges]
    ours = [(weight, tag) for weight, tag in weighed if weight and tag in LANGUAGES]
    return max(ours, key=lambda each: each[0])[1] if ours else DEFAULT_LANGUAGE


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def how_to_reach_us(facts: Mapping[str, Any], language: str) -> str:
    """Say how a visitor reaches the clinic and when somebody answers, as far as it is known."""
    first = ("call_us", "text_us", "write_to_us", "contact_page")
    ways = [name for name in first if names_in(LANGUAGES[DEFAULT_LANGUAGE][name]) <= set(facts)]
    sentences = [say(ways[0], language, **_texts(facts))] if ways else []
    if "who_answers" in facts:
        sentences.append(facts["who_answers"])
    elif "hours" in facts:
        sentences.append(say("our_hours", language, **_texts(facts)))
    return " ".join(sentences)


def could_not_answer(facts: Mapping[str, Any], language: str) -> str:
    """The true sentence that stands in for an answer that did not come."""
    reach = how_to_reach_us(facts, language)
    sentences = (say("could_not_answer", language), reach, say("ask_again", language))
    return " ".join(sentence for sentence in sentences if sentence)


def person_asked_for(facts: Mapping[str, Any], language: str) -> str:
    """What somebody reads who asked for a person where no bot could answer: that, and who answers when."""
    sentences = (say("person_asked_for", language), how_to_reach_us(facts, language))
    return " ".join(sentence for sentence in sentences if sentence)


def team_was_told(facts: Mapping[str, Any], language: str) -> str:
    """What may be promised about staff under a crisis card."""
    if facts.get("staff_here"):
        return say("team_told_here", language)
    if facts.get("open_now"):
        return say("team_told_open", language)
    if "next_opening" in facts:
        return say("team_told_opens", language, **_texts(facts))
    return say("team_told", language)


def for_chat(language: str) -> dict[str, str]:
    """The sentences that the chat in the browser needs."""
    words = LANGUAGES.get(language, LANGUAGES[DEFAULT_LANGUAGE])
    return {name: text for name, text in words.items() if name.startswith("chat_")}


def for_who_waits(language: str) -> dict[str, str]:
    """The sentences for who waits for a person; the chat asks for them then."""
    words = LANGUAGES.get(language, LANGUAGES[DEFAULT_LANGUAGE])
    return {name: text for name, text in words.items() if name.startswith("away_")}


def _texts(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if isinstance(value, str)}
