"""The studio's pages: writing, saving, two editors at once, hints while typing, history."""

from __future__ import annotations

import pytest

from web.studio import answers

ANSWER = {
    "title": "Where do I park?",
    "questions": "where can i park\nis there parking\n",
    "wording": "You can park **behind** the house.",
    "language": "en",
    "topics": "location",
    "source_cite": "The clinic",
    "source_passage": "",
    "source_url": "",
    "source_read_at": "",
    "review_by": "2027-05-01",
    "is_on": "1",
    "version": "1",
}
PATH = "/studio/answers/where_do_i_park"
HTML = {"accept": "text/html"}


async def writes(owner, **changes):
    response = await owner.posts("/studio/answers/new", **{**ANSWER, **changes})
    assert response.status_code == 303, response.text
    return response.headers["location"].partition("?")[0]


async def draft_of(service, answer_id="where_do_i_park"):
    async with service.db.read() as tx:
        return await answers.get(tx, answer_id)


async def test_an_owner_writes_an_unfinished_answer_and_finds_it_again(owner, service):
    assert await writes(owner) == PATH
    page = (await owner.get(PATH, headers=HTML)).text
    assert "2 questions yet; a build needs 5" in page
    assert "Where do I park?" in (await owner.get("/studio/answers", headers=HTML)).text
    draft = await draft_of(service)
    assert draft.answer.questions == ("where can i park", "is there parking")


READY = {**ANSWER, "questions": "a car here\nb car here\nc car here\nd car here\ne car here"}


async def saved(owner, **changes):
    """What the page says after saving."""
    response = await owner.posts(PATH, **{**READY, "why": "x", **changes})
    page = (await owner.get(response.headers["location"], headers=HTML)).text
    return page.partition('role="status">')[2].partition("</p>")[0]


async def test_after_saving_the_next_step_is_said(owner):
    await writes(owner)
    assert "Before a build, fix this" in await saved(owner, questions="one")
    assert "does not stop a build" in await saved(owner, is_on="", questions="one more", version="2")
    assert "“Save and switch on”" in await saved(owner, is_on="", version="3")
    assert "build a release" in await saved(owner, version="4")
    assert "a clinician signs it" in await saved(owner, version="5", clinical="1")


async def test_an_answer_without_a_topic_is_a_matter_of_its_own(owner, service):
    await writes(owner, topics="")
    assert (await draft_of(service)).answer.topics == ("where_do_i_park",)


async def test_two_editors_on_one_answer_the_second_is_told(owner, administrator, service):
    await writes(owner)
    await administrator.posts(PATH, **{**ANSWER, "title": "Parking at our house"})
    response = await owner.posts(PATH, **{**ANSWER, "title": "My parking"})
    assert response.status_code == 409
    assert "Ada Administrator changed this answer while you were writing" in response.text
    assert 'value="My parking"' in response.text  # her words are still in the form
    assert (await draft_of(service)).answer.title == "Parking at our house"


async def test_saving_again_after_the_conflict_is_the_next_version(owner, administrator, service):
    await writes(owner)
    await administrator.posts(PATH, **{**ANSWER, "title": "Parking at our house"})
    await owner.posts(PATH, **{**ANSWER, "title": "My parking", "version": "2"})
    assert ((await draft_of(service)).version, (await draft_of(service)).answer.title) == (3, "My parking")


async def test_an_answer_without_a_title_is_asked_for_one_and_keeps_the_words(owner):
    response = await owner.posts("/studio/answers/new", **{**ANSWER, "title": " "})
    assert response.status_code == 422
    assert "Give it a title first" in response.text
    assert "is there parking" in response.text


async def test_hints_come_per_field_with_the_preview(owner):
    hints = (await owner.posts("/studio/hints", **{**ANSWER, "wording": "It cures **all**. {nobody}"})).json()
    fields = {issue["field"] for issue in hints["issues"]}
    assert {"questions", "reply"} <= fields
    plain = (await owner.posts("/studio/hints", **ANSWER)).json()
    assert [node["kind"] for node in plain["blocks"][0]["inline"]] == ["text", "strong", "text"]
    assert (plain["words"], plain["needs"]) == (6, False)
    assert hints["needs"]  # no wording can be said


async def test_what_an_owner_types_is_never_markup(owner):
    path = await writes(owner, title="<script>x</script>", wording="<img src=x onerror=y>", topics="<b>")
    for page in (path, f"{path}/history", "/studio/answers"):
        text = (await owner.get(page, headers=HTML)).text
        assert "<script>x" not in text
        assert "<img src=x" not in text


async def test_a_long_form_is_taken(owner, service):
    many = "\n".join(f"question number {number} about where to leave a car" for number in range(190))
    await writes(owner, questions=many, wording="word " * 300)
    assert len((await draft_of(service)).answer.questions) == 190


async def test_history_shows_what_changed_and_restores_it(owner, service):
    await writes(owner)
    await owner.posts(PATH, **{**ANSWER, "title": "Parking", "why": "shorter"})
    page = (await owner.get(f"{PATH}/history", headers=HTML)).text
    assert "shorter" in page
    assert "<ins>" in page
    response = await owner.posts(f"{PATH}/restore", to="1", version="2")
    assert response.status_code == 303
    assert (await draft_of(service)).answer.title == "Where do I park?"


@pytest.mark.parametrize("path", ["/studio/answers", "/studio/answers/new"])
async def test_a_nurse_does_not_write_answers(nurse, path):
    assert (await nurse.get(path, headers=HTML)).status_code == 403


async def test_an_unknown_answer_is_not_found(owner):
    assert (await owner.get("/studio/answers/nothing", headers=HTML)).status_code == 404
