"""A crisis at the desk: who is in danger and in which words, what to do, how it ended."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.web.chat.test_safety_first import PASSIVE
from tests.web.desk.chats import talk
from web import schema
from web.safety import checklists

pytestmark = pytest.mark.thorough  # long in total

PAGE = {"accept": "text/html"}
CRISIS, WEAKER = "I want to kill myself", "I feel like a burden"


async def shows(client, path: str) -> str:
    answer = await client.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


async def waiting(client) -> str:
    page = await shows(client, "/desk")
    return page.split('data-list="waiting"')[1].split('data-list="to_call"')[0]


def quoted(page: str) -> list[str]:
    return re.findall(r'class="(?:case|talk)-words[^>]*><bdi>(.*?)</bdi>', page)


async def handoff_of(service) -> dict:
    (row,) = await service.rows(schema.handoffs)
    return row


@pytest.mark.parametrize("strongest", [CRISIS, f"{CRISIS}, you reach me at home, I am out of here by noon"])
@pytest.mark.parametrize("is_first", [True, False])
async def test_the_strongest_words_are_quoted_not_the_last(nurse, visitor, strongest, is_first):
    """Plain words are the strongest, also where the others around them weigh little."""
    for words in (strongest, WEAKER) if is_first else (WEAKER, strongest):
        await visitor.sends(words)
    await visitor.sends("ok")
    assert quoted(await waiting(nurse)) == [strongest]
    assert quoted(await shows(nurse, talk(visitor))) == [strongest]


async def test_who_is_in_danger_goes_by_the_strongest_words_and_the_rest_is_told(nurse, visitor):
    await visitor.sends(CRISIS)
    await visitor.sends("my son says he wants to die")
    page = await shows(nurse, talk(visitor))
    assert "May be thinking about suicide or self-harm" in await waiting(nurse)
    assert "Also detected: Worried that somebody else may be in danger" in page
    assert "Safety alert: Worried that somebody else" in page  # the history says each


async def test_a_dose_by_mistake_is_on_the_list(nurse, visitor):
    await visitor.sends("I took my pills twice today by mistake, what do I do")
    assert "took too much" in await waiting(nurse)


async def test_a_check_is_on_the_list_and_heard_like_a_crisis(nurse, visitor, service):
    await visitor.sends(PASSIVE)
    (message,) = [row for row in await service.rows(schema.messages) if row["kind"] in ("check", "card")]
    assert message["kind"] == "check"
    assert "May be in despair: was asked about suicide" in await waiting(nurse)
    assert len((await nurse.get("/desk/pulse")).json()["urgent"]) == 1


async def test_every_page_is_told_who_is_in_danger_but_no_locked_screen(nurse, visitor):
    await visitor.sends("my son says he wants to die")
    pulse = (await nurse.get("/desk/pulse")).json()
    assert pulse["danger"] == "Worried that somebody else may be in danger"
    assert "wants to die" not in str(pulse)
    await nurse.posts("/lock")
    locked = (await nurse.get("/desk/pulse")).json()
    assert len(locked["urgent"]) == 1
    assert locked["danger"] == ""


async def test_a_crisis_is_closed_with_its_outcome(nurse, visitor, service):
    await visitor.sends(CRISIS)
    asked = await nurse.posts(talk(visitor, "resolve"), sure="yes")
    assert asked.status_code == 409
    assert set(asked.json()["choices"]) >= {"given_988", "spoke", "emergency", "not_a_crisis"}
    page = await nurse.post(
        talk(visitor, "resolve"), data={"form_token": nurse.staff.form_token}, headers=PAGE
    )
    assert 'name="outcome" value="emergency"' in page.text  # without our script the page asks
    assert (await nurse.posts(talk(visitor, "resolve"), outcome="whatever")).status_code == 409
    assert (await handoff_of(service))["state"] == "requested"
    await nurse.posts(talk(visitor, "resolve"), outcome="emergency")
    assert ((await handoff_of(service))["state"], (await handoff_of(service))["outcome"]) == (
        "resolved", "emergency",
    )  # fmt: skip
    assert "Nina Nurse resolved it: Emergency services were called" in await shows(nurse, talk(visitor))
    numbers = await shows(nurse, "/desk/numbers")
    assert "How crises ended" in numbers
    assert "<td>Emergency services were called</td><td>1</td>" in numbers


async def test_send_and_resolve_asks_too_and_sends_nothing_before(nurse, visitor, service):
    await visitor.sends(CRISIS)
    fields = {"text": "Help is on the way.", "then": "resolve"}
    assert (await nurse.posts(talk(visitor, "reply"), **fields)).status_code == 409
    assert [row for row in await service.rows(schema.messages) if row["author"] == "staff"] == []
    assert (await nurse.posts(talk(visitor, "reply"), outcome="spoke", **fields)).status_code == 200
    assert (await handoff_of(service))["outcome"] == "spoke"


async def test_a_crisis_that_comes_again_is_open_without_its_old_outcome(nurse, visitor, service):
    await visitor.sends(CRISIS)
    await nurse.posts(talk(visitor, "resolve"), outcome="spoke")
    await nurse.posts(talk(visitor, "reopen"))
    assert (await handoff_of(service))["outcome"] is None
    await nurse.posts(talk(visitor, "not-a-crisis"), sure="yes")
    assert (await handoff_of(service))["outcome"] == "not_a_crisis"


async def test_the_checklist_opens_beside_a_crisis_and_keeps_who_did_what(nurse, second_nurse, visitor):
    await visitor.sends("my son says he wants to die")
    page = await shows(nurse, talk(visitor))
    first = checklists.defaults()["crisis_other"][0]
    assert page.index("What to do now") < page.index("History")
    assert first in page
    assert (await nurse.posts(talk(visitor, "step"), step=first, done="yes")).status_code == 200
    assert "Nina Nurse," in await shows(second_nurse, talk(visitor))
    assert f"Nina Nurse: {first}" in await shows(second_nurse, talk(visitor))
    await second_nurse.posts(talk(visitor, "step"), step=first, done="no")
    assert f"Sam Second: {first} (undone)" in await shows(nurse, talk(visitor))
    assert (await nurse.posts(talk(visitor, "step"), step="dance", done="yes")).status_code == 400


async def test_no_checklist_without_a_crisis(nurse, visitor):
    await visitor.asks("hello")
    assert "What to do now" not in await shows(nurse, talk(visitor))


async def test_the_clinic_writes_its_own_checklist(nurse, clinician, visitor):
    path = "/desk/crisis-steps"
    assert "Tell the clinician on duty now" in await shows(nurse, path)
    assert (await nurse.posts(f"{path}/crisis", steps="Ring the bell")).status_code == 403
    await clinician.posts(f"{path}/crisis", steps="Call Dr. Chen\n\nRing the bell\nCall Dr. Chen")
    assert "Written by Carl Clinician" in await shows(nurse, path)
    await visitor.sends(CRISIS)
    page = await shows(nurse, talk(visitor))
    assert re.findall(r'name="step" value="([^"]*)"', page) == ["Call Dr. Chen", "Ring the bell"]
    assert (await clinician.posts(f"{path}/crisis", steps="x" * 301)).status_code == 400
    assert (await clinician.posts(f"{path}/nothing", steps="x")).status_code == 400
    await clinician.posts(f"{path}/crisis", steps=" ")
    assert checklists.defaults()["crisis"][0] in await shows(nurse, talk(visitor))


def test_every_kind_of_danger_has_steps_that_fit() -> None:
    assert {"crisis", "crisis_other", "emergency", "harm", "check", "check_other", "unsure"} <= set(
        checklists.defaults()
    )
    for steps in checklists.defaults().values():
        assert 1 <= len(steps) <= checklists.MAX_STEPS
        assert all(len(step) <= checklists.MAX_STEP_CHARS for step in steps)
