"""Try: all test messages against the published release and another one."""

from __future__ import annotations

import json

import pytest

from tests.web.conftest import async_fixture
from tests.web.stand_in_bot import StandInBot, reply, turn
from tests.web.studio.test_pages import HTML
from tests.web.studio.test_releases import make_release

pytestmark = pytest.mark.thorough  # long in total

MESSAGES = """id\ttext\ttopic\tanswerability\tstyle
m1\tone\tpain\tyes\tplain
m2\ttwo\tpain\tyes\tplain
m3\tthree\tpain\tyes\tplain
m4\tfour\tpain\tyes\tplain
m6\tone || and then\tpain\tyes\tfollowup
"""
OUTSIDE = """id\ttext\ttopic\tanswerability\tstyle
o1\tfive\tspam\tno\tplain
o2\tsix\tspam\tno\tplain
"""
PAIN = ("answered", "faq/does_it_hurt")
COST = ("answered", "faq/how_much")
ASKED_BACK = ("asked_back", "nlu_fallback")
DECLINED = ("declined", "out_of_scope")
# What the two bots make of a message: published, the other.
FATES = {
    "one": (PAIN, PAIN), "two": (PAIN, COST), "three": (COST, PAIN), "four": (COST, DECLINED),
    "five": (DECLINED, PAIN), "six": (DECLINED, ASKED_BACK), "and then": (PAIN, PAIN),
    "must": (PAIN, DECLINED), "own test": (PAIN, PAIN),
}  # fmt: skip


def decided(text, which):
    outcome, intent = FATES[text][which]
    parts = [{"intent": intent}] if outcome == "answered" else []
    return {"outcome": outcome, "intent": intent, "parts": parts}


def behaves(request, which):
    if "texts" in request:
        texts = request["texts"]
        return {"similar": [[] for _ in texts], "decisions": [decided(text, which) for text in texts]}
    events = [*request["events"], {"event": "user", "text": request["text"]}]
    told = decided(request["text"], which)
    return turn(reply("utter_greet"), outcome=told["outcome"], events=tuple(events), understood=told)


@pytest.fixture
def releases(service, bot):
    """A published release and another one, each with its test messages; one bot stands in for both."""
    make_release(service.settings, "1", published=True)
    make_release(service.settings, "2")
    for name in ("1", "2"):
        path = service.settings.releases / name / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["answers"]["does_it_hurt"] = {"title": "Does it hurt?", "topics": ["pain"], "sources": []}
        manifest["answers"]["how_much"] = {"title": "How much?", "topics": ["cost"], "sources": []}
        path.write_text(json.dumps(manifest), encoding="utf-8")
        folder = service.settings.releases / name / "tests" / "evaluation"
        folder.mkdir(parents=True)
        (folder / "messages.tsv").write_text(MESSAGES, encoding="utf-8")
        (folder / "out_of_scope.tsv").write_text(OUTSIDE, encoding="utf-8")
        tests = json.dumps({"does_it_hurt": ["own test"]})
        (folder.parents[1] / "test_messages.json").write_text(tests, encoding="utf-8")
        (folder.parent / "must_answer.tsv").write_text("answer\ttext\ndoes_it_hurt\tmust\n", encoding="utf-8")
    return service.settings.releases


@async_fixture
async def other_bot(releases, bot, service):
    other = StandInBot()
    await other.start()
    bot.does(lambda request: behaves(request, 0))
    other.does(lambda request: behaves(request, 1))
    running = [
        {"release": name, "learnt": name, "url": each.url, "is_ready": True}
        for name, each in (("1", bot), ("2", other))
    ]
    (releases / "bots.json").write_text(json.dumps({"bots": running}), encoding="utf-8")
    yield other
    await other.die()


async def asks(owner, **fields):
    return await owner.posts("/studio/try/messages", release="2", **fields)


async def test_each_message_is_the_same_changed_better_or_worse(owner, other_bot):
    told = (await asks(owner)).json()
    assert (told["done"], told["total"]) == (9, 9)
    assert {row["text"]: row["how"] for row in told["rows"]} == {
        "must": "worse", "one": "same", "two": "worse", "three": "better", "four": "changed",
        "five": "worse", "six": "changed", "and then": "same", "own test": "same",
    }  # fmt: skip
    two = next(row for row in told["rows"] if row["text"] == "two")
    assert (two["was"], two["now"], two["wanted"]) == ("Does it hurt?", "How much?", "pain")
    assert (await asks(owner, **{"from": "9"})).json()["rows"] == []


async def test_a_follow_up_is_asked_after_the_message_before_it(owner, other_bot):
    await asks(owner)
    turns = [request for request in other_bot.asked if "text" in request]
    assert [request["text"] for request in turns] == ["one", "and then"]
    assert turns[1]["events"]


async def test_a_release_without_a_bot_is_said(owner, releases, bot):
    bot.does(lambda request: behaves(request, 0))
    answer = await asks(owner)
    assert answer.status_code == 409
    assert "has no bot now" in answer.json()["error"]
    assert (await owner.posts("/studio/try/messages", release="../1")).status_code == 404


async def test_the_page_offers_it_only_with_a_release_to_compare(owner, service):
    make_release(service.settings, "1", published=True)
    assert "Run all test messages" not in (await owner.get("/studio/try", headers=HTML)).text
    make_release(service.settings, "2")
    assert "Run all test messages" in (await owner.get("/studio/try", headers=HTML)).text


async def test_a_nurse_does_not_try(nurse, other_bot):
    assert (await asks(nurse)).status_code == 403
