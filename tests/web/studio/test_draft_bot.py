"""Who answers is asked of the drafts' own model; while it is not there, the estimate says that it is one."""

from __future__ import annotations

import sys

from tests.web.studio.test_conflict_preview import understands
from tests.web.studio.test_pages import ANSWER
from tests.web.studio.test_releases import make_release
from web.studio.forecast.advice import advice
from web.studio.forecast.draft_bot import DraftBot

# Speaks the protocol of `training/draft_try.py`, and says what it was asked.
STAND_IN = """
import json, sys
print("noise of a library")
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if "too much" in asked["texts"]:
        print(json.dumps({"error": "too_much"}), flush=True)
        continue
    if "die" in asked["texts"]:
        break
    own = "faq/" + asked["written"]
    ranking = [{"intent": own, "confidence": 0.91}, {"intent": "faq/x", "confidence": 0.2}]
    decided = {"outcome": "answered", "intent": "faq", "confidence": 0.91, "gets": [own], "ranking": ranking}
    count = len(asked["answers"][asked["written"]]["questions"])
    told = [{"decision": decided, "similar": []}] * len(asked["texts"])
    standing = {"count": count, "found": 0, "lost": [], "same": []}
    print(json.dumps({"texts": told, "standing": standing}), flush=True)
"""
SENT = {**ANSWER, "id": "where_do_i_park"}


async def tries(service, bot, *, script=STAND_IN):
    """Put a stand-in where the process for drafts would be."""
    understands(bot, "faq/does_it_hurt")
    make_release(service.settings, "1", published=True)
    ctx = service.app.ctx
    ctx.draft_bot = DraftBot(ctx.context, command=(sys.executable, "-c", script))


async def looks(owner, **changes):
    return (await owner.posts("/studio/nearest", **{**SENT, **changes})).json()


async def test_the_drafts_own_model_says_who_answers(owner, service, bot):
    await tries(service, bot)
    first = await looks(owner)
    assert first["how"] == "getting_ready"  # nobody waits for it: the estimate is shown, and called one
    assert first["nearest"][0]["today"] == "“does it hurt”"
    await service.app.ctx.draft_bot.wait_until_ready()
    told = await looks(owner, test="where is your car park")
    assert told["how"] == "tried"
    question, _, test = told["nearest"]
    assert (question["draft"], question["reaches"], test["is_test"]) == ("this answer", True, True)
    assert test["ranking"][0] == {"title": "this answer", "share": 0.91}
    assert (
        told["advice"][0]
        == "0 of 2 questions would reach this answer even if they were not taught themselves."
    )
    await service.app.ctx.draft_bot.stop()


async def test_where_it_cannot_tell_the_estimate_stands_and_says_so(owner, service, bot):
    await tries(service, bot)
    await looks(owner)
    await service.app.ctx.draft_bot.wait_until_ready()
    assert (await looks(owner, questions="too much"))["how"] == "too_much"
    assert (await looks(owner, questions="die"))["how"] == "unavailable"
    assert (await looks(owner))["how"] == "getting_ready"  # it begins again
    await service.app.ctx.draft_bot.stop()


async def test_one_that_does_not_start_keeps_nobody_from_writing(owner, service, bot):
    await tries(service, bot, script="raise SystemExit(1)")
    await looks(owner)
    await service.app.ctx.draft_bot.wait_until_ready()
    told = await looks(owner)
    assert (told["how"], told["nearest"][0]["today"]) == ("unavailable", "“does it hurt”")
    await service.app.ctx.draft_bot.stop()


def called(name):
    return f"“{name}”"


def test_how_many_questions_are_enough_follows_from_the_neighbours():
    lost = [{"question": "is there a garage", "to": "location"}] * 3
    few = {"count": 8, "found": 5, "lost": lost, "same": []}
    told = advice(few, called, answers=["location"])
    assert told[0].startswith("5 of 8 questions would reach this answer")
    assert told[1] == "Teach about 6 more, each in other words."
    assert told[2].startswith("3 go to “location” (“is there a garage”)")
    assert told[2].endswith("or give both answers one topic.")
    assert advice(few, called)[2].endswith("teach more of the kind.")
    many = {"count": 9, "found": 9, "lost": [], "same": [{"question": "a?", "same": "a", "of": "location"}]}
    assert advice(many, called)[1:] == [
        "That is enough: more help only in words that are not here yet.",
        "“a?” is nearly “a” of “location”: one of them will do.",
    ]
    assert advice(None, called) == []
