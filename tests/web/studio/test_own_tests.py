"""A conversation is kept as a test in one press, without who it was; builds hold it; the trend is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.web.conftest import Visitor
from tests.web.stand_in_bot import callback, reply
from tests.web.studio.studio_cast import PARKING
from tests.web.studio.test_pages import HTML, writes
from web import schema
from web.releases import own_test_results
from web.studio import project_export
from web.studio.answers import Draft
from web.studio.testing import own_tests
from web.studio.testing.steps import KeptStep


async def keeps(owner, visitor: Visitor):
    response = await owner.posts("/studio/tests/keep", conversation=visitor.id)
    assert response.status_code == 303, response.text
    return response.headers["location"].partition("?")[0]


async def stored(service):
    async with service.db.read() as tx:
        return await own_tests.every(tx)


async def test_one_press_keeps_what_was_said_and_what_came_without_who_it_was(owner, visitor, bot, service):
    await writes(owner, title="Does it hurt")
    bot.says(reply("utter_faq/does_it_hurt"))
    await visitor.asks("Hi, my name is Rosa Lee, 555 201 8834. does it hurt?")
    bot.says(reply("utter_greet"))
    heard = await visitor.asks("call me")
    async with service.db.write() as tx:  # as the form would have asked
        asked = schema.messages.update().where(schema.messages.c.id == heard["id"])
        await tx.execute(asked.values(utterance="utter_ask_first_name"))
    bot.says(reply("utter_greet"), requests=(callback(first_name="Rosalind", phone="+15552018834"),))
    await visitor.asks("rosy")
    await visitor.asks("rosalind here again")
    await visitor.sends("I want to kill myself")
    path = await keeps(owner, visitor)
    (test,) = await stored(service)
    said = [step.said for step in test.steps]
    assert said == [
        "Hi, my name is Alex Morgan, {tel}. does it hurt?",
        "call me",
        "Alex Morgan",
        "Alex Morgan here again",
        "I want to kill myself",
    ]
    wanted = [(step.wanted, step.names) for step in test.steps]
    assert wanted[0] == ("answers", ("does_it_hurt",))
    assert wanted[1] == ("reply", ("utter_ask_first_name",))
    assert wanted[4][0] == "card"
    page = (await owner.get(path, headers=HTML)).text
    assert "“Does it hurt”" in page
    assert "Rosa" not in page
    assert (await service.rows(schema.audit))[-1]["did"] == "test.kept"


async def test_a_deleted_or_unknown_chat_cannot_be_kept(owner, visitor, nurse):
    assert (await owner.posts("/studio/tests/keep", conversation="nothing")).status_code == 404
    assert (await nurse.posts("/studio/tests/keep", conversation=visitor.id)).status_code == 403
    refused = await owner.posts("/studio/tests/keep", conversation=visitor.id)  # nothing was said
    assert (refused.status_code, "Nothing is said" in refused.text) == (400, True)


async def test_what_has_to_come_is_changed_on_its_page(owner, visitor, bot, service):
    await writes(owner)
    bot.says(reply("utter_default"))
    await visitor.asks("where do i leave the car")
    path = await keeps(owner, visitor)
    form = {"name": "Parking", "step": "0", "said": "where do i leave the car", "is_on": "1"}
    await owner.posts(path, **form, wanted="answer:where_do_i_park")
    (test,) = await stored(service)
    assert (test.name, test.steps[0].wanted, test.steps[0].names) == (
        "Parking", "answers", ("where_do_i_park",),
    )  # fmt: skip
    refused = await owner.posts(path, **form, wanted="nothing")
    assert "what has to come" in refused.text
    assert (await owner.posts(path, **{**form, "name": " "}, wanted="card")).status_code == 400
    await owner.posts(path, **{**form, "is_on": ""}, wanted="as_kept")
    (test,) = await stored(service)
    assert (test.is_on, test.steps[0].wanted) == (False, "answers")
    assert (await owner.posts(f"{path}/delete")).status_code == 303
    assert await stored(service) == []
    assert (await owner.get(path, headers=HTML)).status_code == 404


async def test_a_conversation_of_the_page_try_is_kept_too(owner, service):
    steps = [{"said": "hello, I'm Rosa Lee", "wanted": "reply", "names": ["utter_greet"]}]
    assert (await owner.posts("/studio/tests/keep-trial", steps=json.dumps(steps))).status_code == 303
    (test,) = await stored(service)
    assert (test.steps[0].said, test.steps[0].names) == ("hello, I'm Alex Morgan", ("utter_greet",))
    for broken in ("[[", "7", '["x"]', "{}"):
        assert (await owner.posts("/studio/tests/keep-trial", steps=broken)).status_code == 400


@pytest.mark.parametrize(
    ("step", "turn"),
    [
        (
            KeptStep("park?", "answers", ("parking",)),
            {"say": "park?", "expect": {"topic": ["location"]}},
        ),
        (
            KeptStep("both", "answers", ("parking", "gone")),
            {"say": "both", "expect": {"topics_all": [["location"], ["gone"]]}},
        ),
        (KeptStep("so sad", "card", ("crisis",)), {"say": "so sad", "expect": {"card": ["crisis"]}}),
        (KeptStep("fine", "no_card"), {"say": "fine", "expect": {"card": "none"}}),
        (KeptStep("hm", "declined"), {"say": "hm", "expect": {"declined": True}}),
        (KeptStep("hm", "asks_back"), {"say": "hm", "expect": {"asks_back": True}}),
        (
            KeptStep("hi", "reply", ("utter_greet",)),
            {"say": "hi", "expect": {"utterance": ["^utter_greet$"]}},
        ),
        (KeptStep("and"), {"say": "and"}),
        (
            KeptStep("Is it far?", "nothing", is_pressed=True),
            {"press": "^Is\\ it\\ far\\?$", "or_say": "Is it far?"},
        ),
    ],
)
def test_a_step_is_written_as_a_build_reads_it(step, turn):
    assert step.as_turn({"parking": ["location"]}) == turn


async def test_a_build_gets_those_that_are_on_with_the_topics_of_the_drafts(owner, service, tmp_path):
    steps = [{"said": "park?", "wanted": "answers", "names": ["parking"]}]
    for _ in range(2):
        await owner.posts("/studio/tests/keep-trial", steps=json.dumps(steps))
    first, second = await stored(service)
    async with service.db.write() as tx:
        await own_tests.change(tx, second.id, "Off", second.steps, is_on=False, now=service.clock())
    draft = Draft(PARKING, (), True, 1, None, service.clock())
    lines = own_tests.lines(await stored(service), [draft])
    assert [(line["id"], line["turns"][0]["expect"]) for line in lines] == [
        (first.id, {"topic": ["location"]})
    ]
    folder = tmp_path / "project"
    base = Path(__file__).parents[3]
    project_export.write(base, folder, [draft], {}, own_tests=lines)
    (line,) = (folder / project_export.OWN_TESTS).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["kind"] == "park?"


async def built(service, release, **results):
    rows = [{"id": name, "result": how, "said": "s", "now": "Something else", "wanted": "w"}
            for name, how in results.items()]  # fmt: skip
    async with service.db.write() as tx:
        await own_test_results.keep(tx, release, {"own_tests": rows}, now=service.clock())


async def test_the_trend_says_what_broke_and_what_was_mended(owner, service):
    steps = [{"said": "park?", "wanted": "declined"}]
    await owner.posts("/studio/tests/keep-trial", steps=json.dumps(steps))
    (test,) = await stored(service)
    await built(service, "1", **{test.id: "passed", "other": "passed"})
    await built(service, "2", **{test.id: "failed", "other": "lost"})
    page = (await owner.get("/studio/tests", headers=HTML)).text
    newest = page.partition(">Release 2</a>")[2].partition("</tr>")[0]
    assert "0 of 1 (0%)" in newest
    assert newest.partition('data-label="Broke"')[2].startswith(f'><a href="/studio/tests/{test.id}">park?')
    assert "now: Something else" in page
    await built(service, "3", **{test.id: "passed", "other": "passed"})
    page = (await owner.get("/studio/tests", headers=HTML)).text
    newest = page.partition(">Release 3</a>")[2].partition("</tr>")[0]
    assert "2 of 2 (100%)" in newest
    assert "park?" in newest.partition('data-label="Fixed"')[2]
    page = (await owner.get(f"/studio/tests/{test.id}", headers=HTML)).text
    assert "failed, broke here" in page
    assert "passed, fixed here" in page
