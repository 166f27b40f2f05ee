"""The door of the bot half: what it takes, what it refuses, and that nothing stays behind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.turns.turn import without_commands
from tests.components.visitor import Visitor
from training.local_bots import LocalBot, TurnRefused

COMMANDS = ["/restart", "/stop", "/back", "/session_start", "/greet", '/faq/k_hole{"x":1}']


@pytest.mark.parametrize("prefix", ["", " ", "\u3000", "//", "\t/ "])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_typed_command_is_only_words(bot: LocalBot, command: str, prefix: str) -> None:
    visitor = Visitor(bot)
    visitor.says("please call me, i'm Marcus, 555 201 3344, mornings")
    assert visitor.says(prefix + command)
    kinds = {event["event"] for event in visitor.events}
    assert not kinds & {"restart", "pause", "rewind", "undo"}
    assert any(e["event"] == "active_loop" and e["name"] == "callback_form" for e in visitor.events)


@given(st.text(max_size=80))
def test_no_text_becomes_a_command(text: str) -> None:
    assert not without_commands(text).strip().startswith("/")


@pytest.mark.parametrize(
    "text",
    ["x", "?", "💊💊", "\x00\x01 hello", "\u202ehello\u202c", "\ud800 hello", "価格はいくらですか",
     "a" * 2000, "{phone} {name}", "${HOME}", "null", "12", "<script>alert(1)</script>"],
)  # fmt: skip
def test_odd_text_gets_a_reply(bot: LocalBot, text: str) -> None:
    assert Visitor(bot).says(text)


@pytest.mark.parametrize(
    "body",
    [
        b"not json", b"[]", b"null",
        {"conversation_id": "c"},
        {"conversation_id": "c", "text": 5},
        {"conversation_id": "c", "text": "hi", "choice": {"intent": "greet", "title": "hi"}},
        {"conversation_id": "c", "choice": {"intent": "greet"}},
        {"conversation_id": "c", "choice": {"intent": "", "title": "x"}},
        {"conversation_id": "c", "choice": "greet"},
        {"text": "hi"},
        {"conversation_id": 7, "text": "hi"},
        {"conversation_id": "c", "text": "hi", "events": {"a": 1}},
        {"conversation_id": "c", "text": "hi", "facts": [1]},
    ],
    ids=str,
)  # fmt: skip
def test_a_malformed_request_is_refused_in_words(bot: LocalBot, body: Any) -> None:
    with pytest.raises(TurnRefused) as refused:
        bot.post("turn", body)
    assert refused.value.status == 400
    assert "error" in str(refused.value)


@pytest.mark.parametrize("token", ["", "guess", "Bearer"])
def test_the_door_needs_the_token_of_this_start(bot: LocalBot, token: str) -> None:
    for path in ("turn", "similar"):
        with pytest.raises(TurnRefused) as refused:
            bot.post(path, {"conversation_id": "c", "text": "hi"}, token=token)
        assert refused.value.status == 401


def test_events_that_are_none_fail_and_the_next_turn_works(bot: LocalBot) -> None:
    with pytest.raises(TurnRefused) as refused:
        bot.turn(text="hi", events=[{"event": "no such event"}])
    assert refused.value.status == 500
    assert Visitor(bot).says("hi") == ["utter_greet"]


def test_the_same_turn_twice_is_the_same(bot: LocalBot) -> None:
    visitor = Visitor(bot)
    visitor.says("can someone call me?")
    results = [bot.turn(text="Marcus", events=visitor.events, facts={"can_call_back": True}) for _ in "ab"]
    kept = [{key: result[key] for key in ("replies", "requests", "understood")} for result in results]
    assert kept[0] == kept[1]


def test_nothing_stays_behind_for_the_next_visitor(bot: LocalBot) -> None:
    Visitor(bot).says("please call me, i'm Marcus, 555 201 3344, mornings")
    stranger = Visitor(bot)
    assert stranger.says("hi") == ["utter_greet"]
    assert "Marcus" not in json.dumps(stranger.events)


def test_a_choice_of_another_release_says_so(bot: LocalBot) -> None:
    result = bot.turn(choice={"intent": "faq/no_longer_there", "title": "Old question"})
    assert [reply["utterance"] for reply in result["replies"]] == ["utter_choice_gone"]


def test_the_window_stays_small(bot: LocalBot) -> None:
    visitor = Visitor(bot)
    visitor.says("can someone call me?")
    sizes = []
    for _ in range(6):
        for text in ("what is a k-hole?", "is it dangerous?", "hm"):
            visitor.says(text)
        sizes.append(len(json.dumps(visitor.events)))
    assert max(sizes[2:]) <= 1.1 * sizes[1]
    assert visitor.says("Marcus") == ["utter_ask_phone"]


def test_similar_names_the_nearest_known_questions_of_each_text(bot: LocalBot) -> None:
    found = bot.post("similar", {"texts": ["how much is it per session", "what is a k hole"], "limit": 3})
    assert [len(near) for near in found["similar"]] == [3, 3]
    first = found["similar"][1][0]
    assert first["answer"] == "k_hole"
    assert first["question"]
    assert 0.8 < first["similarity"] <= 1.0


@pytest.mark.parametrize("body", [{"texts": [" "]}, {"texts": []}, {"texts": ["a"], "limit": 0}, {}])
def test_similar_refuses_what_is_no_question(bot: LocalBot, body: dict[str, Any]) -> None:
    with pytest.raises(TurnRefused, match="must be"):
        bot.post("similar", body)


def test_similar_tells_vectors_when_asked(bot: LocalBot) -> None:
    texts = ["how much is it per session", "what does one session cost"]
    one, other = bot.post("similar", {"texts": texts, "limit": 1, "vectors": True})["vectors"]
    assert sum(a * b for a, b in zip(one, other, strict=True)) > 0.6
    assert "vectors" not in bot.post("similar", {"texts": texts})
