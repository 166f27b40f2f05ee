"""The window: a conversation cut anywhere goes on as if nothing had been cut."""

from __future__ import annotations

from typing import Any

import pytest

from tests.components.visitor import Visitor
from training.local_bots import LocalBot

SCRIPT = (
    "hi", "what is a k-hole?", "is it dangerous?", "can someone call me?", "what are the side effects?",
    "Marcus", "how often would i have to come in?", "555 201 3344", "mornings, new patient",
)  # fmt: skip
LAST = "yes, you may leave a message"


def replies(bot: LocalBot, events: list[dict[str, Any]], text: str) -> Any:
    facts = {"name": "Elm Street", "can_call_back": True}
    result = bot.turn(events=events, facts=facts, text=text)
    return result["replies"], result["requests"]


@pytest.fixture(scope="module")
def windows(bot: LocalBot) -> list[list[dict[str, Any]]]:
    """The window after each message of the script."""
    visitor = Visitor(bot)
    found = []
    for text in SCRIPT:
        visitor.says(text)
        found.append(visitor.events)
    return found


def test_the_form_survives_though_its_start_is_long_cut_off(
    bot: LocalBot, windows: list[list[dict[str, Any]]]
) -> None:
    assert sum(event["event"] == "user" for event in windows[-1]) <= 4
    said, requests = replies(bot, windows[-1], LAST)
    assert [reply["utterance"] for reply in said] == ["utter_callback_sent"]
    assert requests[0]["fields"]["first_name"] == "Marcus"


def test_a_window_of_every_length_gives_the_same_next_turn(
    bot: LocalBot, windows: list[list[dict[str, Any]]]
) -> None:
    # Each window is what its predecessor and one turn became: taken again it becomes the same.
    for before, text, after in zip(windows, SCRIPT[1:], windows[1:], strict=False):
        facts = {"name": "Elm Street", "can_call_back": True}
        result = bot.turn(events=before, facts=facts, text=text)
        assert [strip(event) for event in result["events"]] == [strip(event) for event in after]


def test_whole_turns_can_be_cut_from_the_front(bot: LocalBot, windows: list[list[dict[str, Any]]]) -> None:
    whole = windows[-1]
    wanted = replies(bot, whole, LAST)
    starts = [at for at, event in enumerate(whole) if event["event"] == "user"]
    state = whole[: starts[0]]
    for start in starts[1:]:
        kept = [*state, *known(whole[:start]), *whole[start:]]
        assert replies(bot, kept, LAST) == wanted


def known(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a cut keeps of the turns it drops: filled slots, the open form, a listen."""
    kept = [event for event in events if event["event"] in ("slot", "active_loop")]
    return [*kept, {"event": "action", "name": "action_listen"}]


def test_nothing_of_a_message_but_its_meaning_is_kept(windows: list[list[dict[str, Any]]]) -> None:
    for event in windows[-1]:
        assert not event.get("metadata", {}).keys() - {"utterance"}
        assert not event.get("parse_data", {}).keys() - {"text", "intent", "entities"}


def test_a_form_that_this_release_lacks_is_left_and_said(bot: LocalBot) -> None:
    events = [
        {"event": "active_loop", "name": "no_longer_there_form"},
        {"event": "slot", "name": "no_longer_a_slot", "value": "x"},
        {"event": "action", "name": "action_listen"},
    ]
    said, _ = replies(bot, events, "what is a k-hole?")
    assert [reply["utterance"] for reply in said] == ["utter_form_gone", "utter_faq/k_hole"]


def strip(event: dict[str, Any]) -> dict[str, Any]:
    """An event without its time and ids, which differ from run to run."""
    return {key: value for key, value in event.items() if key not in ("timestamp", "message_id", "metadata")}


def test_a_card_that_was_shown_while_no_bot_answered_is_known(bot: LocalBot) -> None:
    known = [{"event": "slot", "name": "in_crisis", "value": "crisis"}]
    said, requests = replies(bot, known, "i am all alone")
    assert [reply["utterance"].startswith("utter_after_card_") for reply in said] == [True]
    assert requests == []
