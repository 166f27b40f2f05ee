"""The card of a crisis or an emergency, the question about suicide, and what is said after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import after_answers, answer_parts, remember
from actions.speech import call_choices, decision, language, offer, say
from content.yaml_files import read_yaml
from safety.calm import since_card

SAID = "after_card_said"
FOLLOW_UP = "utter_after_card_"
# The action server is not told the domain; the names of the approved words stand in their file.
WORDS_FILE = Path(__file__).parent.parent / "data" / "after_card.yml"
STILL_HERE = "still_here"
# Whose card it was decides the words.
GROUPS = {"crisis": "self", "crisis_other": "other", "emergency": "emergency", "harm": "harm"}
# Behind these a call of ours is offered at once, beside 988.
OFFERS_A_CALL = frozenset({"doubts", "no_answer", "other_ways", "real_person"})
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
        parts = decision(tracker).get("parts") or []
        if parts:
            return _thank_and_answer(dispatcher, tracker, meant, group, parts)
        words = _next_words(meant, group, said, language(tracker))
        say(dispatcher, words)
        if meant in OFFERS_A_CALL and group in ("self", "other"):
            offer(dispatcher, call_choices(tracker))
        return [SlotSet(SAID, [*said, words])]


class ActionCheckNo(Action):
    """Takes a no to the question about suicide, and leads back to what the visitor came for."""

    def name(self) -> str:
        return "action_check_no"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        parts = decision(tracker).get("parts") or []
        say(dispatcher, "utter_check_no_briefly" if parts else "utter_check_no")
        if not parts:
            return []
        answer_parts(dispatcher, tracker, parts)
        return after_answers(dispatcher, tracker, parts)


def _thank_and_answer(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    meant: str,
    group: str,
    parts: Sequence[Mapping[str, Any]],
) -> list[EventType]:
    """One short line for the good news, then the answer to what was asked beside it."""
    said = list(tracker.get_slot(SAID) or ())
    words = next(iter(words_for(f"{meant}_asks", group, language(tracker))), None)
    if words and words not in since_card(said):  # no thanks twice
        say(dispatcher, words)
        said.append(words)
    answer_parts(dispatcher, tracker, parts)
    return [SlotSet(SAID, said), *remember(tracker, parts)]


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
