"""The card of a crisis or an emergency, the question about suicide, and what is said after them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import answer_parts
from actions.speech import decision, language, say
from content.yaml_files import read_yaml

SAID = "after_card_said"
FOLLOW_UP = "utter_after_card_"
# The action server is not told the domain; the names of the approved words stand in their file.
WORDS_FILE = Path(__file__).parent.parent / "data" / "after_card.yml"
STILL_HERE = "still_here"
# Whose card it was decides the words.
GROUPS = {"crisis": "self", "crisis_other": "other", "emergency": "emergency", "harm": "harm"}
# The same card a third time helps nobody: then the words that follow it do.
MAX_SAME_CARDS = 2


class ActionSafety(Action):
    """Runs the same check's verdict that the web half has already acted on."""

    def name(self) -> str:
        return "action_safety"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        kind = (tracker.latest_message.get("safety") or {}).get("kind", "unsure")
        card = f"utter_safety_{kind}"
        said = list(tracker.get_slot(SAID) or ())
        if kind in GROUPS and said.count(card) >= MAX_SAME_CARDS:
            card = _next_words(STILL_HERE, GROUPS[kind], said, language(tracker))
        say(dispatcher, card)
        answer_parts(dispatcher, tracker, decision(tracker).get("parts") or [])
        return [SlotSet(SAID, [*said, card])]


class ActionAfterCard(Action):
    """Says the next approved words for what was said after a card."""

    def name(self) -> str:
        return "action_after_card"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        group = GROUPS.get(str(tracker.get_slot("in_crisis")), "self")
        said = list(tracker.get_slot(SAID) or ())
        meant = str(decision(tracker).get("follow_up") or STILL_HERE)
        words = _next_words(meant, group, said, language(tracker))
        say(dispatcher, words)
        return [SlotSet(SAID, [*said, words])]


class ActionCheckNo(Action):
    """Takes a no to the question about suicide, and leads back to what the visitor came for."""

    def name(self) -> str:
        return "action_check_no"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        say(dispatcher, "utter_check_no")
        return []


def _next_words(kind: str, group: str, said: list[str], language: str = "en") -> str:
    """The first words for this that were not said yet; else what we have, longest ago."""
    fitting, waiting = words_for(kind, group, language), words_for(STILL_HERE, group, language)
    fresh = [words for words in (*fitting, *waiting) if words not in said]
    if fresh:
        return fresh[0]
    return min([*fitting, *waiting], key=lambda words: len(said) - said[::-1].index(words))


def words_for(kind: str, group: str, language: str = "en") -> list[str]:
    """The names of what may be said for this, in order; for a kind without words, none."""
    return [
        name
        for name, languages in _all_words().items()
        if name.startswith(f"{FOLLOW_UP}{kind}_{group}_") and language in languages
    ]


@cache
def _all_words() -> dict[str, frozenset[str]]:
    """The languages of every approved text, by its name."""
    responses = read_yaml(WORDS_FILE, shown_as=WORDS_FILE.name)["responses"]
    return {
        name: frozenset(str(text["metadata"]["language"]) for text in texts)
        for name, texts in responses.items()
    }
