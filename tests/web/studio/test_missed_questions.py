"""Missed questions: found, masked, grouped, dealt with in one press, undone."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.web.conftest import NOW, Visitor
from tests.web.stand_in_bot import reply, turn
from tests.web.studio.test_pages import ANSWER, HTML
from web.chat import ratings
from web.studio import answers, missed_questions
from web.studio.clustering import grouped

pytestmark = pytest.mark.thorough  # drafts made from many chats

OFFER = reply("utter_greet", (("Does it hurt?", "faq/does_it_hurt"),))


def vector_of(text):
    """By the first word: what is about ramps points one way, what is about dogs another."""
    ways = {"ramp": [1.0, 0.0], "dog": [0.0, 1.0]}
    return next((way for word, way in ways.items() if text.lower().startswith(word)), [0.6, 0.8])


def decides(bot, outcome, *replies):
    """Let the bot end turns so; texts get a vector by their first word, and one nearest answer."""

    def behaves(request):
        if "texts" not in request:
            return turn(*(replies or (reply("utter_greet"),)), outcome=outcome)
        near = {"question": "does it hurt", "answer": "does_it_hurt", "similarity": 0.4}
        texts = request["texts"]
        return {"similar": [[near] for _ in texts], "vectors": [vector_of(text) for text in texts]}

    bot.does(behaves)


async def open_ones(service):
    async with service.db.read() as tx:
        return await missed_questions.open_ones(tx, now=service.clock())


def members(page, title):
    card = page.partition(f"“{title}”</h2>")[2].partition("</form>")[0]
    return re.findall(r'name="message" value="([^"]+)"', card)


def batch_in(page):
    found = re.search(r'name="batch" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


async def asks_in_vain(visitor, bot, *texts):
    decides(bot, "declined")
    for text in texts:
        await visitor.asks(text)


async def test_declined_questions_stand_in_groups_masked_with_the_nearest_answer(visitor, bot, owner):
    await asks_in_vain(visitor, bot, "ramp please", "ramp? my name is Gwendolyn", "dog allowed")
    page = (await owner.get("/studio/missed", headers=HTML)).text
    assert "3 questions of visitors" in page
    assert "Gwendolyn" not in page
    assert page.count('class="card gap"') == 2
    assert "2 times: declined" in page
    assert len(members(page, "dog allowed")) == 1


async def test_one_press_makes_a_draft_and_one_undoes_it(visitor, bot, owner, service):
    await asks_in_vain(visitor, bot, "ramp please", "ramp at the door")
    page = (await owner.get("/studio/missed", headers=HTML)).text
    made = await owner.posts("/studio/missed/mark", how="drafted", message=members(page, "ramp at the door"))
    assert made.headers["location"] == "/studio/answers/ramp_at_the_door?said=drafted"
    async with service.db.read() as tx:
        draft = await answers.get(tx, "ramp_at_the_door")
    assert draft is not None
    assert set(draft.answer.questions) == {"ramp please", "ramp at the door"}
    assert not draft.is_on
    assert await open_ones(service) == []
    page = (await owner.get("/studio/missed", headers=HTML)).text
    await owner.posts("/studio/missed/undo", batch=batch_in(page))
    assert len(await open_ones(service)) == 2
    async with service.db.read() as tx:
        assert await answers.list_all(tx) == []


async def test_a_draft_of_enough_wordings_keeps_two_as_tests_and_brings_what_a_build_needs(
    visitor, bot, owner, service
):
    await asks_in_vain(
        visitor,
        bot,
        *(f"ramp number {word}" for word in ("one", "two", "three", "four", "five", "six", "seven")),
    )
    page = (await owner.get("/studio/missed", headers=HTML)).text
    which = re.findall(r'name="message" value="([^"]+)"', page)
    await owner.posts("/studio/missed/mark", how="drafted", message=which)
    async with service.db.read() as tx:
        (draft,) = await answers.list_all(tx)
    assert (len(draft.answer.questions), len(draft.tests)) == (5, 2)
    assert not set(draft.tests) & set(draft.answer.questions)
    assert draft.answer.topics == (draft.id,)
    assert draft.answer.review_by == "2027-05-23"


async def test_wordings_are_added_to_an_answer_and_taken_back(visitor, bot, owner, service):
    await owner.posts("/studio/answers/new", **ANSWER)
    await asks_in_vain(visitor, bot, "ramp please")
    page = (await owner.get("/studio/missed", headers=HTML)).text
    which = members(page, "ramp please")
    await owner.posts("/studio/missed/mark", how="added", answer="where_do_i_park", message=which)
    async with service.db.read() as tx:
        (draft,) = await answers.list_all(tx)
    assert "ramp please" in draft.answer.questions
    page = (await owner.get("/studio/missed", headers=HTML)).text
    await owner.posts("/studio/missed/undo", batch=batch_in(page))
    async with service.db.read() as tx:
        (draft,) = await answers.list_all(tx)
    assert "ramp please" not in draft.answer.questions


async def test_asked_back_counts_only_in_vain(visitor, bot, service):
    decides(bot, "asked_back", OFFER)
    offered = await visitor.asks("ramp please")
    assert [each.reasons for each in await open_ones(service)] == [("asked_back",)]
    decides(bot, "answered")
    await visitor.presses(offered["choices"][0]["id"])
    await visitor.hears()
    assert await open_ones(service) == []


async def test_an_answer_that_did_not_help_is_a_missed_question(visitor, bot, service):
    decides(bot, "answered")
    said = await visitor.asks("ramp please")
    async with service.db.write() as tx:
        await ratings.rate(tx, visitor.id, said["id"], helpful=False, sentence=None, now=NOW)
    assert [(each.text, each.reasons) for each in await open_ones(service)] == [
        ("ramp please", ("not_helpful",))
    ]


async def test_deleting_the_chat_takes_the_question_away(visitor, bot, service):
    await asks_in_vain(visitor, bot, "ramp please")
    await visitor.http.delete(visitor.path, headers=visitor.headers)
    assert await open_ones(service) == []


async def test_without_the_bot_the_page_still_shows_them(visitor, bot, owner):
    await asks_in_vain(visitor, bot, "ramp please", "Ramp, please!", "dog allowed")
    bot.fails()
    page = (await owner.get("/studio/missed", headers=HTML)).text
    assert page.count('class="card gap"') == 2


async def test_a_request_without_questions_is_refused(owner):
    assert (await owner.posts("/studio/missed/mark", how="drafted")).status_code == 400


async def test_made_up_ids_mark_nothing(owner, http, bot, service):
    await asks_in_vain(await Visitor(http).opens_the_chat(), bot, "ramp please")
    answer = await owner.posts("/studio/missed/mark", how="ignored", message="nobody nothing")
    assert answer.status_code in (303, 404)
    assert len(await open_ones(service)) == 1


def test_every_text_is_in_exactly_one_group():
    vectors = np.eye(12, 8)[np.arange(12) % 8]
    groups = grouped(vectors, [f"text {number}" for number in range(12)])
    assert sorted(at for group in groups for at in group) == list(range(12))
    assert {len(group) for group in groups} == {1, 2}
