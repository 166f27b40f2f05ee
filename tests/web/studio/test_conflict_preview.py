"""Beside the form: who answers today and in the draft, and wordings that visitors really asked."""

from __future__ import annotations

import pytest

from tests.web.stand_in_bot import reply, turn
from tests.web.studio.test_missed_questions import vector_of
from tests.web.studio.test_pages import ANSWER, HTML, PATH, draft_of, writes
from web.bot.client import Similar
from web.studio import embedding_cache, missed_questions
from web.studio.estimates import estimate

HURT = {"question": "does it hurt", "answer": "does_it_hurt", "similarity": 0.7}


@pytest.fixture(autouse=True)
def no_vectors_kept():
    embedding_cache._kept.clear()


def understands(bot, *intents, near=HURT):
    """Let the published bot answer every text with these, its nearest question being `near`."""

    def behaves(request):
        if "texts" not in request:
            return turn(reply("utter_greet"), outcome="declined")
        texts = request["texts"]
        decided = {"outcome": "answered" if intents else "declined",
                   "parts": [{"intent": intent} for intent in intents]}  # fmt: skip
        return {"similar": [[near]] * len(texts), "decisions": [decided] * len(texts),
                "vectors": [vector_of(text) for text in texts]}  # fmt: skip

    bot.does(behaves)


async def looks(owner, **changes):
    return (await owner.posts("/studio/nearest", **{**ANSWER, **changes})).json()["nearest"]


async def test_a_question_of_another_answer_wins_today_and_its_own_draft_wins_then(owner, bot):
    understands(bot, "faq/does_it_hurt")
    (line,) = await looks(owner, questions="ramp please")
    assert (line["today"], line["draft"], line["reaches"]) == ("“does it hurt”", "this answer", True)
    assert line["nearest"] == [
        {"question": "ramp please", "title": "this answer", "is_own": True, "similarity": 1.0}
    ]


async def test_a_test_message_that_is_near_nothing_new_stays_as_it_is_today(owner, bot):
    understands(bot, "faq/does_it_hurt")
    await writes(owner, title="Does it hurt", questions="does it hurt")
    *_, test = await looks(owner, questions="ramp please", test="dog allowed")
    assert test["is_test"]
    assert test["today"] == test["draft"] == "“Does it hurt”"
    assert not test["reaches"]


async def test_one_look_is_one_request_and_known_vectors_travel_once(owner, bot):
    understands(bot)
    many = "\n".join(f"ramp number {number}" for number in range(60))
    await looks(owner, questions=many)
    await looks(owner, questions=many)
    await looks(owner, questions=many)
    assert [len(request["texts"]) for request in bot.asked] == [50, 3 + 10, 3]


async def test_a_silent_bot_keeps_nobody_from_writing(owner, bot):
    bot.fails()
    assert await looks(owner) == []
    assert (await owner.posts("/studio/wordings", **ANSWER)).json() == {"wordings": []}


async def asks(visitor, *texts):
    for text in texts:
        await visitor.asks(text)


async def test_what_visitors_asked_near_an_answer_is_offered_masked_and_not_twice(visitor, bot, owner):
    understands(bot)
    await asks(visitor, "ramp please", "ramp for Mrs Gwendolyn Price?", "dog allowed", "Ramp, please!")
    sent = {**ANSWER, "title": "Ramp"}
    told = (await owner.posts("/studio/wordings", **{**sent, "questions": "ramp"})).json()
    assert [(each["text"], each["what"]) for each in told["wordings"]] == [("Ramp, please!", "declined")]
    told = (await owner.posts("/studio/wordings", **{**sent, "questions": "ramp please"})).json()
    assert told == {"wordings": []}


async def test_a_wording_that_was_taken_is_no_missed_question_any_more(visitor, bot, owner, service):
    understands(bot)
    await writes(owner, questions="ramp")
    await asks(visitor, "ramp please", "ramp at the door")
    sent = {**ANSWER, "questions": "ramp", "id": "where_do_i_park"}
    offers = (await owner.posts("/studio/wordings", **sent)).json()["wordings"]
    taken = [each["id"] for each in offers]
    # Both were pressed, and one was deleted again before saving.
    await owner.posts(PATH, **{**ANSWER, "questions": "ramp\nramp please", "taken": taken})
    assert (await draft_of(service)).answer.questions == ("ramp", "ramp please")
    async with service.db.read() as tx:
        left = await missed_questions.open_ones(tx, now=service.clock())
    assert [each.text for each in left] == ["ramp at the door"]
    page = (await owner.get("/studio/missed", headers=HTML)).text
    assert "Added wordings" in page


async def test_somebody_elses_ids_mark_nothing(visitor, bot, owner, service):
    understands(bot)
    await asks(visitor, "ramp please")
    await writes(owner, questions="ramp please", taken=["nobody nothing", "x"])
    async with service.db.read() as tx:
        assert len(await missed_questions.open_ones(tx, now=service.clock())) == 1


def near(answer, similarity):
    return Similar(f"a question of {answer}", answer, similarity)


@pytest.mark.parametrize(
    ("today", "known", "fresh", "gone", "wins", "is_close"),
    [
        (("a",), [("a", 0.8)], [("b", 0.9)], "", ("b",), False),
        (("a",), [("a", 0.8)], [("b", 0.82)], "", ("b", "a"), True),
        (("a",), [("a", 0.8)], [("b", 0.7)], "", ("a",), False),
        ((), [("a", 0.3)], [("b", 0.4)], "", (), False),
        ((), [("a", 0.5)], [("b", 0.7)], "", ("b",), False),
        (("a",), [("a", 0.8), ("c", 0.7)], [], "a", ("c",), False),
        (("a",), [("a", 0.8), ("c", 0.4)], [], "a", (), False),
        (("a", "c"), [("a", 0.8), ("c", 0.7)], [], "", ("a", "c"), False),
        (("a",), [("a", 0.8)], [("a", 0.9)], "", ("a",), False),
    ],
)
def test_the_nearest_question_decides_and_else_today_stands(today, known, fresh, gone, wins, is_close):
    found = estimate(
        today,
        [near(*each) for each in known],
        [near(*each) for each in fresh],
        stays=lambda hit: hit.answer != gone,
    )
    assert (found.answers, found.is_close) == (wins, is_close)
