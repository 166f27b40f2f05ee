"""The clinic's own rules and words: changed on a page, with history, and in the next build."""

from __future__ import annotations

import json
import shutil

import pytest

from content import packs
from tests.web.conftest import NOW
from tests.web.studio.studio_cast import PARKING
from web.hours import own_project
from web.hours.policies import base_of, own_of, policy_of
from web.studio import project_export
from web.studio.answers import Draft

SKILLS = ("small_talk", "everyday_talk", "clarifying", "out_of_scope", "policy", "clinical")


@pytest.fixture
def settings(settings):
    """A project with its skills beside the facts."""
    base = base_of(settings)
    (base / "data").mkdir()
    for name in SKILLS:
        shutil.copy(packs.CODE / "data" / f"{name}.yml", base / "data")
    for name in ("config.yml", "domain.yml"):
        shutil.copy(packs.CODE / name, base)
    return settings


def snapshot(settings, folder):
    drafts = [Draft(PARKING, (), True, 1, None, NOW)]
    project_export.write(base_of(settings), folder, drafts, {}, (), own_of(settings))
    return folder


async def test_what_is_not_ours_counts_in_the_studio_and_in_a_build(owner, service, tmp_path):
    sent = {"added": "do you sell tea\nmend my bike", "removed": "cost of a root canal"}
    assert (await owner.posts("/studio/rules/out_of_scope", **sent)).status_code == 303
    text = (snapshot(service.settings, tmp_path / "s") / "data" / "out_of_scope.yml").read_text()
    assert "- do you sell tea\n" in text
    assert "- cost of a root canal\n" not in text
    assert "none_of_these" in text
    page = (await owner.get("/studio/rules")).text
    assert "mend my bike" in page
    assert "Version 1" in page


async def test_a_greeting_of_our_own_goes_into_the_release(owner, service, tmp_path):
    said = "Welcome to our practice. What would you like to know?"
    await owner.posts("/studio/rules/wordings", **{"utter_greet-en": said})
    folder = snapshot(service.settings, tmp_path / "s")
    assert packs.words_of(folder) == {"utter_greet": {"en": said}}


@pytest.mark.parametrize(
    ("part", "fields", "sentence"),
    [
        ("wordings", {"utter_greet-en": "We cure everybody."}, "is a promise or a dose"),
        ("wordings", {"utter_goodbye-en": "Take your tablets."}, "Write an answer for it"),
        ("wordings", {"utter_greet-en": "Call {phone}."}, "may be unknown"),
        ("out_of_scope", {"added": "[a](b)"}, "would read as a command"),
        ("out_of_scope", {"removed": "nobody taught this"}, "is not in the list that comes with it"),
        ("must_answer", {"text": "is it open", "answer": "Nothing"}, "There is no answer"),
        ("words", {"publishers": "not a host!"}, "is no address like nih.gov"),
        ("careful", {"topics": "Tooth Pain!"}, "a topic is lowercase letters"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_stored(owner, service, part, fields, sentence):
    page = await owner.posts(f"/studio/rules/{part}", **fields)
    assert page.status_code == 422
    assert sentence in page.text
    async with service.db.read() as tx:
        assert await own_project.parts(tx) == {}


async def test_only_a_clinician_takes_away_what_keeps_people_safe(owner, clinician, service):
    topics = "medications, dosing, pregnancy, at_home, benzos, alcohol_cannabis, contraindication"
    added = await owner.posts("/studio/rules/careful", topics=f"{topics}, tooth_pain")
    assert added.status_code == 303
    refused = await owner.posts("/studio/rules/careful", topics="tooth_pain")
    assert "only a clinician takes a careful topic out" in refused.text
    assert (await clinician.posts("/studio/rules/careful", topics="tooth_pain")).status_code == 303
    words = {"medicines": "ketamine, fluoride"}
    assert (
        "only a clinician takes a clinical word out"
        in (await owner.posts("/studio/rules/clinical", **words)).text
    )
    assert (await clinician.posts("/studio/rules/clinical", **words)).status_code == 303
    clinical = policy_of(service.settings).clinical
    assert [reason.said for reason in clinical.reasons("We use fluoride.")] == ["fluoride"]
    back = await owner.posts("/studio/rules/careful/back", version=1)
    assert back.status_code == 303  # the longer list takes nothing away


async def test_careful_topics_stand_in_the_recipe_of_a_build(clinician, service, tmp_path):
    await clinician.posts("/studio/rules/careful", topics="tooth_pain, whitening")
    recipe = (snapshot(service.settings, tmp_path / "s") / "config.yml").read_text()
    assert "careful_topics: [tooth_pain, whitening]" in recipe


async def test_publishers_of_our_own_hold_at_once(owner, service):
    await owner.posts(
        "/studio/rules/words", publishers="https://www.ada.org/topics\nnih.gov", plain_words="crown"
    )
    policy = policy_of(service.settings)
    assert policy.publishers == ("ada.org", "nih.gov")
    assert policy.plain_words == frozenset({"crown"})


async def test_an_earlier_version_is_put_back_and_the_later_one_kept(owner, service):
    for topic in ("ada.org", "nih.gov"):
        await owner.posts("/studio/rules/words", publishers=topic, plain_words="")
    await owner.posts("/studio/rules/words/back", version=1)
    async with service.db.read() as tx:
        versions = await own_project.versions(tx, "words")
    assert [(each.version, each.content["publishers"]) for each in versions] == [
        (3, ["ada.org"]),
        (2, ["nih.gov"]),
        (1, ["ada.org"]),
    ]
    assert policy_of(service.settings).publishers == ("ada.org",)


async def test_a_process_that_has_not_heard_of_it_makes_the_folder_anew(owner, service):
    await owner.posts("/studio/rules/words", publishers="ada.org", plain_words="")
    shutil.rmtree(service.settings.var / "own")
    await owner.get("/studio/rules")
    assert policy_of(service.settings).publishers == ("ada.org",)
    mark = json.loads((service.settings.var / "own" / packs.MARK).read_text())
    assert mark["parts"] == {"words": 1}


async def test_who_saved_a_part_meanwhile_is_named_and_nothing_is_overwritten(owner, clinician, service):
    opened = {"version": "0", "removed": ""}
    await owner.posts("/studio/rules/out_of_scope", **opened, added="do you sell tea")
    page = await clinician.posts(
        "/studio/rules/out_of_scope", **opened | {"version": "2"}, added="mend my bike"
    )
    assert page.status_code == 422
    assert f"{owner.staff.name} changed this while you were writing" in page.text
    assert "mend my bike" in page.text
    async with service.db.read() as tx:
        (part,) = (await own_project.parts(tx)).values()
    assert part.content["added"] == ["do you sell tea"]
    again = {"version": str(part.version), "removed": "", "added": "do you sell tea\nmend my bike"}
    assert (await clinician.posts("/studio/rules/out_of_scope", **again)).status_code == 303
