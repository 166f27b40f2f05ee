"""Ratings: whether an answer helped, what was missing, and who may say so."""

from __future__ import annotations

import httpx
import pytest

from tests.web.conftest import Visitor, client_of
from tests.web.stand_in_bot import reply
from web import schema
from web.core.limits import Rate

ANSWER = reply("utter_faq/what_is_a_crown")


@pytest.fixture
def asked(shared_service):
    shared_service.bot.says(ANSWER)
    return shared_service


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


async def test_ratings_have_a_rate_and_a_crisis_in_one_is_told_all_the_same(services, bot):
    service = await services.start(limits={"ratings_per_address": Rate(burst=1, refill_s=60)})
    bot.says(reply("utter_faq/what_is_a_crown"))
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        answer = await visitor.asks("what is a crown")
        path = f"{visitor.path}/messages/{answer['id']}/rating"

        async def rates(**body: object) -> httpx.Response:
            return await http.post(path, json={"helpful": False, **body}, headers=visitor.headers)

        assert (await rates()).status_code == 200
        assert (await rates(sentence="not what I asked")).status_code == 429
        assert (await rates(sentence="I want to die")).json()["send_as_message"] is True
