"""Answers in order: duplicated, merged, split, deleted and brought back, questions moved, many at once."""

from __future__ import annotations

import pytest

from tests.web.conftest import NOW, async_fixture
from tests.web.studio.studio_cast import (
    CLINICIAN,
    DRIVING,
    JUDGE,
    OWNER,
    PARKING,
    SECOND_OWNER,
    changed,
)
from web.core.errors import BadRequest, NotFound
from web.studio import answers, signatures
from web.studio.answers import Draft, EditedMeanwhile
from web.studio.editing import arranging, deleting
from web.studio.editing.arranging import Doing
from web.studio.routes import arranging as arranging_routes

HOW = Doing(OWNER, NOW, JUDGE)
HOURS = changed(
    PARKING, id="hours", title="When are you open?", questions=("when are you open", "open today"),
    next=("parking",), follow_ups={"where": "parking"},
)  # fmt: skip


@async_fixture
async def db(service):
    async with service.db.write() as tx:
        for answer, tests in ((PARKING, ("is there a lot", "parking spot")), (HOURS, ()), (DRIVING, ())):
            await answers.create(tx, answer, by=OWNER, now=NOW, judge=JUDGE, tests=tests)
    return service.db


async def there(tx, answer_id) -> Draft:
    draft = await answers.get(tx, answer_id)
    assert draft is not None
    return draft


async def stored(db):
    async with db.read() as tx:
        return {draft.id: draft for draft in await answers.list_all(tx)}


async def test_a_deleted_answer_is_gone_and_nothing_leads_to_it(db):
    async with db.write() as tx:
        await deleting.delete(tx, "parking", version=1, by=OWNER, judge=JUDGE, now=NOW)
    there = await stored(db)
    assert set(there) == {"hours", "driving"}
    assert (there["hours"].answer.next, there["hours"].answer.follow_ups) == ((), {})
    async with db.read() as tx:
        (gone,) = await deleting.deleted(tx)
        assert (gone.id, gone.title, gone.by_name) == ("parking", "Where do I park?", "Olive Owner")
        assert [row["version"] for row in await answers.versions(tx, "parking")] == [2, 1]


async def test_it_comes_back_as_it_was_but_off_and_its_name_is_never_given_away(db):
    async with db.write() as tx:
        await deleting.delete(tx, "parking", version=1, by=OWNER, judge=JUDGE, now=NOW)
        other = await answers.create(tx, PARKING, by=OWNER, now=NOW, judge=JUDGE)
        back = await deleting.bring_back(tx, "parking", by=SECOND_OWNER, judge=JUDGE, now=NOW)
    assert other.id == "parking_2"
    assert (back.answer.questions, back.is_on, back.version) == (PARKING.questions, False, 3)
    async with db.write() as tx:
        with pytest.raises(NotFound):
            await deleting.bring_back(tx, "parking", by=OWNER, judge=JUDGE, now=NOW)


async def test_who_deletes_what_somebody_else_has_changed_is_told(db):
    async with db.write() as tx:
        draft = await there(tx, "parking")
        await deleting.keep(
            tx, draft, changed(draft.answer, title="Parking"), by=SECOND_OWNER, why="", judge=JUDGE, now=NOW
        )
        with pytest.raises(EditedMeanwhile, match="Sam Owner changed"):
            await deleting.delete(tx, "parking", version=1, by=OWNER, judge=JUDGE, now=NOW)


async def test_moved_questions_are_taught_in_one_answer_only(db):
    async with db.write() as tx:
        await arranging.move(tx, "parking", {"parking lot?", "park my car"}, "hours", version=1, how=HOW)
    there = await stored(db)
    assert there["parking"].answer.questions == (
        "where can i park",
        "is there parking",
        "do you have a garage",
    )
    assert there["hours"].answer.questions[-2:] == ("parking lot?", "park my car")


async def test_a_split_makes_a_draft_that_is_off(db):
    async with db.write() as tx:
        new = await arranging.move(tx, "parking", {"do you have a garage"}, "", version=1, how=HOW)
    assert (new.answer.title, new.answer.questions, new.is_on) == (
        "Do you have a garage",
        ("do you have a garage",),
        False,
    )
    assert "do you have a garage" not in (await stored(db))["parking"].answer.questions


async def test_a_merged_answer_gives_its_questions_and_what_led_to_it_leads_on(db):
    async with db.write() as tx:
        kept = await arranging.merge(tx, "parking", "driving", version=1, how=HOW)
    there = await stored(db)
    assert set(there) == {"hours", "driving"}
    assert kept.answer.questions == (*DRIVING.questions, *PARKING.questions)
    assert kept.tests == ("is there a lot", "parking spot")
    assert kept.answer.wordings == DRIVING.wordings
    assert (there["hours"].answer.next, there["hours"].answer.follow_ups) == (
        ("driving",),
        {"where": "driving"},
    )


async def test_merging_and_moving_take_no_signature_back(db):
    async with db.write() as tx:
        draft = await there(tx, "driving")
        await signatures.sign(
            tx, draft, version=1, by=CLINICIAN, review_by=NOW.date().replace(year=2027), now=NOW,
            confirmation="",
        )  # fmt: skip
        await arranging.merge(tx, "parking", "driving", version=1, how=HOW)
        kept = await there(tx, "driving")
        known = await signatures.standing(tx)
    assert signatures.is_signed(kept.answer, known, today=NOW.date())


async def test_a_copy_is_off_and_teaches_nothing_twice(db):
    async with db.write() as tx:
        copy = await arranging.duplicate(tx, "driving", how=HOW)
    assert copy.answer.title == "May I drive home? (copy)"
    assert (copy.answer.questions, copy.is_on, copy.answer.clinical) == ((), False, True)
    assert copy.answer.wordings == DRIVING.wordings


@pytest.mark.parametrize(
    ("what", "value", "check"),
    [
        ("off", "", lambda draft: not draft.is_on),
        ("topic", "Getting here", lambda draft: draft.answer.topics[-1] == "getting_here"),
        ("review_by", "6/1/2028", lambda draft: draft.answer.review_by == "2028-06-01"),
        ("call", "", lambda draft: draft.answer.offer_call),
        ("starter", "", lambda draft: draft.answer.starter),
    ],
)
async def test_many_are_changed_at_once_but_not_who_was_changed_meanwhile(db, what, value, check):
    async with db.write() as tx:
        versions = {"parking": 1, "hours": 1, "driving": 7}
        count, late = await arranging.change_many(tx, versions, what, value, how=HOW)
    there = await stored(db)
    assert (count, late) == (2, ["May I drive home?"])
    assert check(there["parking"])
    assert there["driving"].version == 1


@pytest.mark.parametrize(("what", "value"), [("topic", "!!"), ("review_by", "soon"), ("explode", "")])
async def test_what_cannot_be_done_to_many_is_said_and_nothing_is_stored(db, what, value):
    with pytest.raises(BadRequest):
        async with db.write() as tx:
            await arranging.change_many(tx, {"parking": 1}, what, value, how=HOW)
    assert (await stored(db))["parking"].version == 1


async def test_an_answer_keeps_its_last_topic(db):
    async with db.write() as tx:
        assert await arranging.change_many(tx, {"parking": 1}, "no_topic", "location", how=HOW) == (0, [])


async def test_by_hand_in_the_studio(db, owner):
    page = (await owner.get("/studio/arrange")).text
    assert 'value="parking 1"' in page
    sent = {"what": "off", "answer": ["parking 1", "hours 1"]}
    assert (await owner.posts("/studio/arrange", **sent)).headers["location"].endswith("said=changed")
    one = (await owner.get("/studio/arrange/parking")).text
    assert "do you have a garage" in one
    moved = await owner.posts(
        "/studio/arrange/parking/move", version=2, to="new", question="is there parking"
    )
    assert "/studio/answers/is_there_parking" in moved.headers["location"]
    merged = await owner.posts("/studio/arrange/hours/merge", version=2, into="parking")
    assert merged.headers["location"] == "/studio/arrange/parking?said=merged"
    deleted = await owner.posts("/studio/arrange", what="delete", answer="driving 1")
    assert deleted.headers["location"].endswith("said=deleted")
    assert "May I drive home?" in (await owner.get("/studio/arrange")).text
    assert (await owner.posts("/studio/arrange/driving/back")).status_code == 303
    assert set(await stored(db)) == {"parking", "is_there_parking", "driving"}
    assert (await owner.posts("/studio/arrange", what="off")).status_code == 400
    assert (await owner.posts("/studio/arrange/parking/move", version=1, to="new")).status_code in (400, 409)


async def test_the_form_leads_there(owner, db):
    assert "/studio/arrange/parking" in (await owner.get("/studio/answers/parking")).text


async def test_a_long_list_to_tick_comes_in_pages(db, owner, monkeypatch):
    monkeypatch.setattr(arranging_routes, "PER_PAGE", 2)
    first = (await owner.get("/studio/arrange?topic=location")).text
    assert "Page 1 of 2, 3 answers." in first
    assert first.count('type="checkbox"') == 2
    assert "/studio/arrange?topic=location&amp;page=2" in first
    last = (await owner.get("/studio/arrange?page=9")).text
    assert last.count('type="checkbox"') == 1
