"""Missed questions: found, masked, grouped, dealt with in one press, undone."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.web.conftest import NOW, Visitor, client_of, publish, signed_in
from tests.web.stand_in_bot import reply, turn
from tests.web.studio.test_pages import ANSWER, HTML
from web.chat import ratings
from web.hours import clinic_facts, own_project
from web.studio import answers, missed_questions
from web.studio.clustering import grouped, nearest_to_middle
from web.studio.gaps.by_hand import regrouped

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
    assert "3 questions from visitors" in page
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


async def test_without_a_nearest_answer_none_is_chosen_for_the_wordings(visitor, bot, owner, service):
    await owner.posts("/studio/answers/new", **ANSWER)
    await asks_in_vain(visitor, bot, "ramp please")
    bot.fails()
    page = (await owner.get("/studio/missed", headers=HTML)).text
    assert '<option value="">Choose an answer</option>' in page
    which = members(page, "ramp please")
    refused = await owner.posts("/studio/missed/mark", how="added", message=which, answer="")
    assert "Choose the answer" in refused.text
    assert len(await open_ones(service)) == 1


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


async def test_what_was_asked_again_in_other_words_is_missed(visitor, bot, service):
    decides(bot, "answered", reply("utter_faq/does_it_hurt"))
    await visitor.asks("does the second session cost extra money")
    await visitor.asks("extra money for a second session?")
    await visitor.asks("thank you so much")
    (found,) = await open_ones(service)
    assert (found.text, found.reasons) == ("does the second session cost extra money", ("asked_again",))


async def test_a_follow_up_or_the_same_message_twice_is_not_asked_again(visitor, bot, service):
    decides(bot, "answered", reply("utter_faq/does_it_hurt"))
    for text in ("ramp at the door", "ramp at the door", "and for dogs?", "is there a bench outside"):
        await visitor.asks(text)
    assert await open_ones(service) == []


async def test_what_a_visitor_complains_of_is_missed(visitor, bot, service):
    decides(bot, "answered", reply("utter_faq/does_it_hurt"))
    await visitor.asks("how much is the third visit")

    def missed_the_point(request):
        said = turn(reply("utter_greet"), outcome="skill")
        said["understood"]["intent"] = "missed_point"
        return said

    bot.does(missed_the_point)
    await visitor.asks("you did not answer me")
    (found,) = await open_ones(service)
    assert found.reasons == ("complained",)


async def test_not_ours_teaches_the_bot_to_decline_and_undo_takes_it_back(visitor, bot, owner, service):
    await asks_in_vain(visitor, bot, "ramp please", "ramp for Gwendolyn 555 201 0044")
    page = (await owner.get("/studio/missed", headers=HTML)).text
    both = re.findall(r'name="message" value="([^",]+)"', page)[:2]
    marked = await owner.posts("/studio/missed/mark", how="not_ours", message=both)
    assert marked.headers["location"].endswith("said=not_ours")
    async with service.db.read() as tx:
        part = (await own_project.parts(tx))["out_of_scope"]
    assert part.content["added"] == ["ramp please"]  # what was masked is nobody's to teach
    assert "ramp please" in (await owner.get("/studio/rules")).text
    page = (await owner.get("/studio/missed", headers=HTML)).text
    await owner.posts("/studio/missed/undo", batch=batch_in(page))
    async with service.db.read() as tx:
        part = (await own_project.parts(tx))["out_of_scope"]
    assert (part.content["added"], part.why) == ([], "in scope after all")


async def test_a_group_is_put_apart_and_together_by_hand_and_later_ones_join(visitor, bot, owner):
    await asks_in_vain(visitor, bot, "ramp please", "ramp at the side", "dog allowed")
    page = (await owner.get("/studio/missed", headers=HTML)).text
    whole = members(page, "ramp please") or members(page, "ramp at the side")
    assert len(whole) == 2
    await owner.posts("/studio/missed/mark", how="apart", message=whole[0], member=whole)
    page = (await owner.get("/studio/missed", headers=HTML)).text
    assert page.count('class="card gap"') == 3

    (dog,) = members(page, "dog allowed")
    await owner.posts("/studio/missed/mark", **{"how": "together", "message": whole[:1], "with": dog})
    page = (await owner.get("/studio/missed", headers=HTML)).text
    assert page.count('class="card gap"') == 2
    await asks_in_vain(visitor, bot, "dog in the room")
    page = (await owner.get("/studio/missed", headers=HTML)).text
    assert page.count('class="card gap"') == 2
    assert "3 times: declined" in page


async def test_every_wording_stands_with_its_chat(visitor, bot, owner):
    await asks_in_vain(visitor, bot, "ramp please", "Ramp, please!", "ramp at the side")
    page = (await owner.get("/studio/missed", headers=HTML)).text
    assert page.count(f'href="/conversations/{visitor.id}"') == 2
    assert "2 times, last" in page


PARKING_WORDS = {
    "utter_faq/parking": [
        {"text": "You can park here: {parking}", "language": "en"},
        {"text": "I don't have our **parking** details here.", "language": "en"},
    ]
}


async def test_a_fact_that_was_missing_is_counted_by_people_until_it_is_known(services, settings, bot):
    answers_of = {"parking": {"title": "Where can I park?", "topics": ["location"], "sources": []}}
    publish(settings, utterances=PARKING_WORDS, answers=answers_of)
    service = await services.start()
    decides(bot, "answered", reply("utter_faq/parking"))
    for _ in range(2):
        async with client_of(service) as http:
            visitor = await Visitor(http).opens_the_chat()
            said = await visitor.asks("where can i park")
            assert said["text"] == "I don't have our parking details here."
    async with signed_in(service, "owner") as owner:
        page = (await owner.get("/studio/missed", headers=HTML)).text
        assert "<strong>2 people</strong> asked “Where can I park?”" in page
        assert 'href="/studio/facts#parking">Fill in parking<' in page
        context = service.app.ctx.context
        async with service.db.write() as tx:
            await clinic_facts.set_fact(
                tx,
                "parking",
                "Behind us.",
                by="owner",
                now=NOW,
                rules=context.rules,
                file_clinic=context.clinic,
            )
        page = (await owner.get("/studio/missed", headers=HTML)).text
        assert "Facts that were missing" not in page


def test_groups_by_hand_come_before_those_by_meaning():
    class Said:
        def __init__(self, name, text=""):
            self.message_id, self.text = name, text or name

    a, b, c, d = (Said(name) for name in "abcd")
    found = regrouped([[a, b], [c], [d]], {"a": "one", "d": "one", "c": "two"})
    assert [[each.message_id for each in group] for group in found] == [["a", "b", "d"], ["c"]]

    again = Said("e", "C")
    found = regrouped([[a, b, again], [c], [d]], {"a": "one", "d": "one", "c": "two"})
    assert [[each.message_id for each in group] for group in found] == [["a", "b", "d"], ["e", "c"]]


@pytest.mark.parametrize("seed", [0, 1, 3, 5])
def test_words_that_are_nearly_the_same_are_in_one_group(seed):
    rng = np.random.default_rng(seed)
    topics = rng.normal(size=(8, 6))
    said = topics[np.arange(40) % 8] + 0.5 * rng.normal(size=(40, 6))
    near = said + 0.05 * rng.normal(size=said.shape)
    vectors = np.concatenate([said, said, near])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = [f"{number}{number} question" for number in range(40)]
    groups = grouped(vectors, [*words, *(f"{text}?" for text in words), *(f"{t} please now" for t in words)])
    home = {at: number for number, group in enumerate(groups) for at in group}
    assert [at for at in range(40) if len({home[at], home[at + 40], home[at + 80]}) > 1] == []


def test_noise_of_the_encoder_does_not_choose_the_title_of_a_group():
    vectors = np.array([[0.8, 0.6], [0.6, 0.8]]) + np.array([[0, 0], [0, 1e-6]])
    assert nearest_to_middle(vectors, [0, 1]) == nearest_to_middle(vectors[::-1], [0, 1]) == [0, 1]


def test_groups_are_the_same_in_whatever_order_the_messages_come():
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(60, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"{number}{number} question" for number in range(60)]
    as_words = [[texts[at] for at in group] for group in grouped(vectors, texts)]
    for _ in range(5):
        order = rng.permutation(60)
        mixed = [texts[at] for at in order]
        assert [[mixed[at] for at in group] for group in grouped(vectors[order], mixed)] == as_words
