"""The checker finds what it is there to find: each kind of damage, made by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.clients.widget import Sent, Widget
from tests.faults import visits
from tests.faults.checker import Stored, findings, waited_s
from tests.faults.parts import Outage
from tests.faults.visits import Visit, patiently

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
KEY = "c1"


class Chat:
    """One good conversation: a question and its answer, seen and stored alike."""

    def __init__(self) -> None:
        self.rows = [
            row(1, "visitor", "what is ketamine", client_id="one"),
            row(2, "bot", "A medicine.", in_reply_to="m1", utterance="utter_faq/what_is_ketamine"),
        ]
        self.turns: list[dict[str, Any]] = [{"message_id": "m1", "state": "done", "outcome": "answered"}]
        self.calls: list[dict[str, Any]] = []
        self.wishes: list[dict[str, Any]] = []
        self.head = {"last_seq": 2}
        self.widget = Widget("127.0.0.1", 1, id=KEY)
        sent = Sent("one", {"text": "what is ketamine"}, 0.0, id="m1", stored_at_s=0.1, replied_at_s=0.2)
        self.widget.sent = {"one": sent}
        self.widget.batches = [[1], [2]]
        self.visit = Visit(self.widget, [])

    def see(self) -> None:
        """Let the visitor see what is stored now."""
        self.widget.seen = {each["seq"]: dict(each) for each in self.rows}
        self.visit.everything = [dict(each) for each in self.rows]

    def findings(self) -> list[str]:
        stored = Stored(
            {KEY: self.head}, {KEY: self.rows}, {KEY: self.turns}, {KEY: self.calls}, {KEY: self.wishes}
        )
        return findings([self.visit], stored, [], deadline_s=8.0)


def row(seq: int, author: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"m{seq}", "seq": seq, "author": author, "text": text, "kind": "text",
        "client_id": None, "in_reply_to": None, "utterance": None,
        "created_at": NOW + timedelta(seconds=seq), **more,
    }  # fmt: skip


def lose_the_message(chat: Chat) -> None:
    chat.rows.clear()
    chat.turns.clear()
    chat.head["last_seq"] = 0


def store_it_twice(chat: Chat) -> None:
    chat.rows.append(row(3, "visitor", "what is ketamine", client_id="one"))
    chat.head["last_seq"] = 3


def change_its_words(chat: Chat) -> None:
    chat.rows[0]["text"] = "what is"


def make_a_message_up(chat: Chat) -> None:
    chat.rows.append(row(3, "visitor", "never sent", client_id="two"))
    chat.head["last_seq"] = 3


def leave_a_hole(chat: Chat) -> None:
    chat.rows[1]["seq"] = 3
    chat.head["last_seq"] = 3


def answer_twice(chat: Chat) -> None:
    chat.rows.append(row(3, "bot", "A medicine.", in_reply_to="m1", utterance="utter_faq/what_is_ketamine"))
    chat.head["last_seq"] = 3


def say_nothing(chat: Chat) -> None:
    del chat.rows[1]
    chat.head["last_seq"] = 1


def never_end_the_turn(chat: Chat) -> None:
    chat.turns[0].update(state="claimed", outcome=None)


def answer_late(chat: Chat) -> None:
    chat.rows[1]["created_at"] = NOW + timedelta(seconds=10)


def take_a_call_down_without_a_request(chat: Chat) -> None:
    chat.rows[1]["utterance"] = "utter_callback_sent"


def open_a_request_that_nobody_was_told_of(chat: Chat) -> None:
    chat.calls.append({"message_id": "m1"})


def show_a_card_and_call_nobody(chat: Chat) -> None:
    chat.rows[1]["kind"] = "card"


def say_what_is_missing(chat: Chat) -> None:
    chat.rows[1]["text"] = "We will call None."


DAMAGE: list[tuple[Callable[[Chat], None], str]] = [
    (lose_the_message, "lost: message one"),
    (store_it_twice, "doubled: message one"),
    (change_its_words, "changed: message one"),
    (make_a_message_up, "from nowhere: message two"),
    (leave_a_hole, "out of order"),
    (answer_twice, "doubled: message 1 was told 2 times"),
    (say_nothing, "silent: message 1"),
    (never_end_the_turn, "silent: the turn of message m1"),
    (answer_late, "late: message 1"),
    (take_a_call_down_without_a_request, "broken promise"),
    (open_a_request_that_nobody_was_told_of, "broken promise"),
    (show_a_card_and_call_nobody, "broken promise"),
    (say_what_is_missing, "untrue: message 2"),
]


def test_a_good_conversation_has_no_findings() -> None:
    chat = Chat()
    chat.see()
    assert chat.findings() == []


@pytest.mark.parametrize(("damage", "finding"), DAMAGE, ids=[each.__name__ for each, _ in DAMAGE])
def test_damage_is_found(damage: Callable[[Chat], None], finding: str) -> None:
    chat = Chat()
    damage(chat)
    chat.see()
    assert any(finding in each for each in chat.findings()), chat.findings()


def test_a_stored_message_that_the_visitor_never_saw_is_found() -> None:
    chat = Chat()
    chat.see()
    del chat.widget.seen[2]
    assert any("message 2: stored is" in finding for finding in chat.findings())


def test_a_visitor_who_gave_up_is_found() -> None:
    chat = Chat()
    chat.see()
    chat.visit.is_forgotten = True
    assert any("silent: the visitor gave up" in finding for finding in chat.findings())


def test_waiting_is_counted_anew_when_the_web_half_comes_back() -> None:
    outage = Outage()
    outage.began, outage.ended = NOW + timedelta(seconds=1), NOW + timedelta(seconds=11)
    assert waited_s(NOW, NOW + timedelta(seconds=15), [outage]) == 4.0
    assert waited_s(NOW, NOW + timedelta(seconds=15), []) == 15.0
    assert waited_s(NOW + timedelta(seconds=20), NOW + timedelta(seconds=21), [outage]) == 1.0


class Visitor(Widget):
    """A visitor to whom something comes of every look at their chat, so many times."""

    looks = 0
    grows_for = 0

    @property
    def progress(self) -> tuple[int, int, int]:
        self.looks += 1
        return min(self.looks, self.grows_for), 0, 0


async def test_a_visitor_goes_on_as_long_as_something_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "PATIENCE_S", 0.01)
    widget = Visitor("", 0)
    widget.grows_for = 1_000_000

    async def chat() -> None:
        while widget.looks < 6:  # noqa: ASYNC110 (each look is one patience)
            await asyncio.sleep(0)

    await patiently(widget, chat())
    assert widget.looks >= 6


async def test_a_visitor_to_whom_nothing_comes_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "PATIENCE_S", 0.01)
    widget = Visitor("", 0)
    widget.grows_for = 3
    with pytest.raises(TimeoutError):
        await patiently(widget, asyncio.Event().wait())
    assert widget.looks > widget.grows_for
