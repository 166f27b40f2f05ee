"""Colleagues talk about an answer, ask each other to look at it, and see how it does."""

from __future__ import annotations

from typing import Any

from tests.web.stand_in_bot import handoff, reply, turn
from tests.web.studio.test_pages import HTML, PATH, writes
from web.studio.review.next_steps import next_steps


async def test_a_comment_stands_beside_the_answer_until_it_is_closed(owner, clinician):
    await writes(owner)
    assert (await owner.posts(f"{PATH}/comments", text="  ")).status_code == 400
    await owner.posts(f"{PATH}/comments", text="Is the yard <b>still</b> free?")
    page = (await clinician.get(PATH, headers=HTML)).text
    assert "Is the yard &lt;b&gt;still&lt;/b&gt; free?" in page
    comment = page.partition(f"{PATH}/comments/")[2].partition("/close")[0]
    await clinician.posts(f"{PATH}/comments/{comment}/close")
    assert "closed by Carl Clinician" in (await owner.get(PATH, headers=HTML)).text
    assert (await clinician.posts(f"{PATH}/comments/nothing/close")).status_code == 404


async def test_a_colleague_who_is_asked_finds_it_on_the_first_page(owner, clinician, nurse):
    await writes(owner)
    ask = {"of": clinician.staff.id, "note": "Is this still so?", "due": "2026-12-01"}
    assert (await owner.posts(f"{PATH}/reviews", **{**ask, "of": owner.staff.id})).status_code == 400
    assert (await owner.posts(f"{PATH}/reviews", **{**ask, "of": nurse.staff.id})).status_code == 400
    assert (await owner.posts(f"{PATH}/reviews", **{**ask, "due": "2020-01-01"})).status_code == 400
    assert (await owner.posts(f"{PATH}/reviews", **ask)).status_code == 303
    first = (await clinician.get("/studio", headers=HTML)).text
    assert "Look at “Where do I park?”" in first
    assert "asks for a review." in first
    page = (await clinician.get(PATH, headers=HTML)).text
    request = page.partition(f"{PATH}/reviews/")[2].partition("/done")[0]
    await clinician.posts(f"{PATH}/reviews/{request}/done")
    assert "asks for a review." not in (await clinician.get("/studio", headers=HTML)).text
    assert (await clinician.posts(f"{PATH}/reviews/{request}/done")).status_code == 404


async def test_an_answer_says_how_often_it_was_given(owner, visitor, bot):
    await writes(owner, title="Does it hurt")
    bot.says(reply("utter_faq/does_it_hurt"))
    await visitor.asks("does it hurt")
    told = (await owner.get("/studio/answers/does_it_hurt/figures")).json()
    assert (told["given"], told["chats"], told["helped"]) == (1, 1, 0)


async def test_a_person_who_was_asked_for_before_the_answer_is_not_counted_after_it(owner, visitor, bot):
    await writes(owner, title="Does it hurt")
    bot.does(lambda _: turn(reply("utter_greet"), requests=(handoff(),)))
    await visitor.asks("a person please")
    bot.says(reply("utter_faq/does_it_hurt"))
    await visitor.asks("does it hurt")
    told = (await owner.get("/studio/answers/does_it_hurt/figures")).json()
    assert (told["given"], told["handed_over"]) == (1, 0)


async def test_an_answer_says_how_often_it_was_offered_when_the_bot_asked_back(owner, visitor, bot):
    await writes(owner, title="Does it hurt")
    offer = reply("utter_which_one", (("Does it hurt?", "faq/does_it_hurt"), ("Hours", "faq/hours")))
    bot.does(lambda _: turn(offer, outcome="asked_back"))
    asked_back = await visitor.asks("does that")
    bot.says(reply("utter_faq/does_it_hurt"))
    await visitor.presses(asked_back["choices"][0]["id"])
    await visitor.hears()
    told = (await owner.get("/studio/answers/does_it_hurt/figures")).json()
    assert (told["asked_back"], told["chosen"], told["given"]) == (1, 1, 1)
    await writes(owner, title="Hours")
    told = (await owner.get("/studio/answers/hours/figures")).json()
    assert (told["asked_back"], told["chosen"]) == (1, 0)


NONE = dict.fromkeys(("begun", "stops", "unsigned", "unseen", "changed"), 0)
NOTHING: dict[str, Any] = {**NONE, "build": None, "published": "1"}


def test_what_is_next_depends_on_who_asks():
    waits = {**NOTHING, "unsigned": 3, "changed": 2, "missed": 1}
    assert [step.deed for step in next_steps({"clinician"}, **waits)] == ["Sign", "Answer what was missed"]
    assert [step.deed for step in next_steps({"owner"}, **waits)] == [
        "Build a release",
        "Answer what was missed",
    ]
    assert next_steps({"owner"}, **{**waits, "stops": 1})[0].deed == "Fix answers"
    assert next_steps({"owner"}, **NOTHING, missed=0) == []
