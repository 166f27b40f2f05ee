"""One press saves and builds; what stands in its way is said; publishing waits for its bot on the page."""

from __future__ import annotations

import json
import sys

import pytest

from tests.web.studio.test_pages import ANSWER, HTML, PATH, READY, draft_of
from tests.web.studio.test_releases import BUILDER, ended, make_release
from web.releases.builds import Builds

BOTH = {"then": "switch_on_and_build"}


@pytest.fixture
def builder(service):
    """A training that fails after telling a step: what it is begun with is looked at here."""
    service.app.ctx.builds = Builds(service.app.ctx.context, command=(sys.executable, "-c", BUILDER))


async def after(owner, response):
    assert response.status_code == 303, response.text
    return (await owner.get(response.headers["location"], headers=HTML)).text


async def test_one_press_saves_switches_on_and_builds(builder, owner, service):
    await owner.posts("/studio/answers/new", **{**READY, "is_on": ""})
    assert "Save, switch on and build" in (await owner.get(PATH, headers=HTML)).text
    pressed = await owner.posts(PATH, **{**READY, "is_on": "", "wording": "Behind the house."}, **BOTH)
    assert "The build has started." in await after(owner, pressed)
    draft = await draft_of(service)
    assert (draft.is_on, draft.answer.wordings[0].text) == (True, "Behind the house.")
    assert (await ended(owner))["sentence"] == "Only answers: where_do_i_park"


async def test_what_its_own_form_still_lacks_is_saved_and_not_built(builder, owner, service):
    pressed = await owner.posts("/studio/answers/new", **ANSWER, then="build")  # two questions only
    page = await after(owner, pressed)
    assert "Saved, but nothing was built. Before a build, fix this:" in page
    assert '<a href="#about-questions">Only 2 questions yet; a build needs 5.' in page
    assert 'id="about-questions"' in page
    assert (await owner.get("/studio/releases/progress")).json() == {"build": None}


async def test_what_a_clinician_has_not_signed_is_not_built_with_the_same_press(builder, owner):
    pressed = await owner.posts("/studio/answers/new", **{**READY, "clinical": "1"}, then="build")
    assert "Saved, but nothing was built. Next, a clinician signs it" in await after(owner, pressed)


async def test_another_answer_that_stops_the_build_is_named(builder, owner):
    await owner.posts("/studio/answers/new", **{**ANSWER, "title": "Is there a ramp?", "questions": "ramp"})
    page = await after(owner, await owner.posts("/studio/answers/new", **READY, then="build"))
    assert "Saved, but nothing was built: see below" in page
    assert "Is there a ramp?" in page


async def test_who_may_not_build_only_saves(builder, owner, clinician, service):
    await owner.posts("/studio/answers/new", **READY)
    assert "Save and build" not in (await clinician.get(PATH, headers=HTML)).text
    pressed = await clinician.posts(PATH, **{**READY, "wording": "Behind the barn."}, **BOTH)
    assert pressed.headers["location"] == f"{PATH}?said=saved"


async def test_a_press_on_publish_asks_for_the_bot_and_hangs_on_nothing(settings, owner, clinician):
    make_release(settings, "1", published=True)
    make_release(settings, "2")
    bots = [{"release": name, "learnt": name, "url": settings.bot_url, "is_ready": True} for name in "12"]
    state, path = settings.releases / "bots.json", "/studio/releases/2/prepare"
    state.write_text(json.dumps({"bots": bots[:1]}), encoding="utf-8")
    assert (await owner.posts(path)).json() == {"is_ready": False}
    assert (settings.releases / "candidate").read_text().strip() == "2"
    state.write_text(json.dumps({"bots": bots}), encoding="utf-8")
    assert (await owner.posts(path)).json() == {"is_ready": True}
    assert (settings.releases / "published").read_text().strip() == "1"
    assert (await clinician.posts(path)).status_code == 409
    assert (await owner.posts("/studio/releases/7/prepare")).status_code == 404
