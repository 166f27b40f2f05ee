"""Ratings: whether an answer helped, what was missing, and who may say so."""

from __future__ import annotations

import pytest

from tests.web.conftest import Visitor
from tests.web.stand_in_bot import reply
from web import schema

ANSWER = reply("utter_faq/what_is_a_crown")


@pytest.fixture
def asked(open_house):
    open_house.bot.says(ANSWER)
    return open_house


async def rates(visitor, message_id, **body):
    path = f"{visitor.path}/messages/{message_id}/rating"
    return await visitor.http.post(path, headers=visitor.headers, json=body)


async def test_a_no_is_kept_with_its_sentence_and_put_before_staff_once(guest, asked):
    answer = await guest.asks("what is a crown")
    for sentence in (None, "the price"):
        told = await rates(guest, answer["id"], helpful=False, sentence=sentence)
        assert told.json() == {"ok": True, "send_as_message": False}
    (kept,) = await asked.service.rows(schema.ratings, of=guest)
    assert (kept["helpful"], kept["sentence"]) == (False, "the price")
    to_read = await asked.service.rows(schema.to_reads, of=guest)
    assert [row["reason"] for row in to_read] == ["not_helpful"]


async def test_thinking_again_replaces(guest, asked):
    answer = await guest.asks("what is a crown")
    await rates(guest, answer["id"], helpful=False, sentence="the price")
    await rates(guest, answer["id"], helpful=True, sentence="ignored")
    (kept,) = await asked.service.rows(schema.ratings, of=guest)
    assert (kept["helpful"], kept["sentence"]) == (True, None)


async def test_a_crisis_in_the_sentence_is_sent_back_to_be_a_message(guest, asked):
    answer = await guest.asks("what is a crown")
    told = await rates(guest, answer["id"], helpful=False, sentence="i want to kill myself")
    assert told.json()["send_as_message"] is True
    (kept,) = await asked.service.rows(schema.ratings, of=guest)
    assert kept["sentence"] is None


@pytest.mark.parametrize(
    "body",
    [{}, {"helpful": "no"}, {"helpful": False, "sentence": "x" * 501}, {"helpful": True, "sentence": 7}],
)
async def test_nonsense_is_refused(guest, asked, body):
    answer = await guest.asks("what is a crown")
    assert (await rates(guest, answer["id"], **body)).status_code == 400
    assert await asked.service.rows(schema.ratings, of=guest) == []


async def test_only_what_the_bot_said_here_can_be_rated(guest, asked):
    another = await Visitor(asked.http).opens_the_chat()
    elsewhere = await another.asks("what is a crown")
    mine = (await guest.sends("what is a crown")).json()["message"]
    for message_id in (elsewhere["id"], mine["id"], "not-there"):
        assert (await rates(guest, message_id, helpful=True)).status_code == 404
