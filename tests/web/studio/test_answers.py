"""Answers in the record: versions, conflicts, signatures, issues, and the project they become."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from content.answer_yaml import dump, parse
from content.answers import Source
from content.policies import Policy
from content.wording import Wording
from tests.web.conftest import NOW, async_fixture
from tests.web.studio.studio_cast import CLINICIAN, DRIVING, JUDGE, OWNER, PARKING, SECOND_OWNER, changed
from web import migrations
from web.core.db import Database
from web.studio import answers, diff, project_export, seed, signatures, validation
from web.studio.answers import EditedMeanwhile
from web.studio.question_index import KnownQuestion, QuestionIndex
from web.studio.signatures import CONFIRMATION, MayNotSign

POLICY = Policy(
    banned=(r"\bcures?\b", "100 ?%"), dosing=(r"\btake (one|two) tablets?\b",), publishers=("fda.gov",)
)
TODAY = NOW.date()
REVIEW_BY = date(2027, 5, 1)
LATER = NOW + timedelta(hours=1)


@async_fixture
async def db(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    await migrations.upgrade(made)
    yield made
    await made.close()


async def written(db, answer, by=OWNER, **how):
    async with db.write() as tx:
        return await answers.create(tx, answer, by=by, now=NOW, judge=JUDGE, **how)


async def saved(db, draft, answer=None, *, by=OWNER, version=None, now=NOW, **how):
    values = {"tests": draft.tests, "is_on": draft.is_on, "why": "better", **how}
    async with db.write() as tx:
        version = version or draft.version
        return await answers.save(
            tx, answer or draft.answer, version=version, by=by, now=now, judge=JUDGE, **values
        )


async def signed(db, draft, by=CLINICIAN, *, now=LATER, version=None, confirmation=""):
    async with db.write() as tx:
        version = version or draft.version
        await signatures.sign(
            tx, draft, version=version, by=by, review_by=REVIEW_BY, now=now, confirmation=confirmation
        )


async def is_signed(db, draft, today=TODAY):
    async with db.read() as tx:
        return signatures.is_signed(draft.answer, await signatures.standing(tx), today=today)


async def test_every_version_keeps_who_when_why_and_can_come_back(db):
    first = await written(db, PARKING)
    second = await saved(db, first, changed(PARKING, title="Parking?"), by=SECOND_OWNER, now=LATER)
    async with db.write() as tx:
        third = await answers.restore(tx, "parking", to=1, version=2, by=OWNER, judge=JUDGE, now=LATER)
        rows = await answers.versions(tx, "parking")
    assert (second.version, third.version, third.answer) == (2, 3, first.answer)
    assert [(row["changed_by_name"], row["why"]) for row in rows] == [
        ("Olive Owner", "restored version 1"),
        ("Sam Owner", "better"),
        ("Olive Owner", "written"),
    ]


async def test_the_second_editor_is_told_and_overwrites_nothing(db):
    first = await written(db, PARKING)
    await saved(db, first, changed(PARKING, title="Hers"), by=SECOND_OWNER)
    with pytest.raises(EditedMeanwhile, match=r"Sam Owner changed this answer.*Nothing was overwritten"):
        await saved(db, first, changed(PARKING, title="Mine"))
    async with db.read() as tx:
        (kept,) = await answers.list_all(tx)
    assert kept.answer.title == "Hers"


async def test_saving_the_same_again_is_no_new_version(db):
    first = await written(db, PARKING)
    assert (await saved(db, first)).version == 1


async def test_two_answers_of_one_title_get_two_ids(db):
    await written(db, changed(PARKING, id=""))
    second = await written(db, changed(PARKING, id=""))
    assert second.id == "where_do_i_park_2"


@pytest.mark.parametrize("title", ["../../etc/passwd", "a/b", "..", "con: %00", "¿Qué?", "", "x" * 500])
async def test_an_id_is_never_a_path(db, title):
    made = await written(db, changed(PARKING, id="", title=title))
    assert made.id.replace("_", "").isalnum()
    assert len(made.id) <= 40


async def test_a_clinician_signs_and_any_edit_takes_the_signature_back(db):
    draft = await written(db, DRIVING)
    await signed(db, draft)
    assert await is_signed(db, draft)
    edited = await saved(db, draft, changed(DRIVING, wordings=(Wording("Drive as you like."),)))
    assert not await is_signed(db, edited)
    async with db.write() as tx:
        back = await answers.restore(tx, "driving", to=1, version=2, by=OWNER, judge=JUDGE, now=LATER)
    assert await is_signed(db, back)


async def test_a_question_more_takes_no_signature_back(db):
    draft = await written(db, DRIVING)
    await signed(db, draft)
    more = changed(DRIVING, questions=(*DRIVING.questions, "is it ok to drive a tractor"))
    assert await is_signed(db, await saved(db, draft, more))


@pytest.mark.parametrize(
    "what", [{"title": "Drive?"}, {"sources": (Source("A book"),)}, {"offer_call": True}]
)
async def test_whatever_visitors_read_takes_the_signature_back(db, what):
    draft = await written(db, DRIVING)
    await signed(db, draft)
    assert not await is_signed(db, await saved(db, draft, changed(DRIVING, **what)))


async def test_a_signature_ends_with_its_review_date(db):
    draft = await written(db, DRIVING)
    await signed(db, draft)
    assert await is_signed(db, draft, today=REVIEW_BY)
    assert not await is_signed(db, draft, today=REVIEW_BY + timedelta(days=1))


async def test_the_author_does_not_sign_their_own_words(db):
    draft = await written(db, DRIVING, by=CLINICIAN)
    with pytest.raises(MayNotSign, match="another clinician signs"):
        await signed(db, draft)


async def test_a_hand_in_the_words_since_the_last_signature_counts_as_author(db):
    draft = await written(db, DRIVING)
    hers = await saved(db, draft, changed(DRIVING, title="Hers"), by=CLINICIAN)
    his = await saved(db, hers, changed(DRIVING, title="His"))
    with pytest.raises(MayNotSign):
        await signed(db, his)


async def test_a_solo_practice_signs_its_own_after_a_pause_and_a_typed_word(db):
    draft = await written(db, DRIVING, by=CLINICIAN)
    async with db.write() as tx:
        await signatures.set_rule(tx, "own", by="admin", now=NOW)
    with pytest.raises(MayNotSign, match="Read it again in 10 minutes"):
        await signed(db, draft, now=NOW, confirmation=CONFIRMATION)
    with pytest.raises(MayNotSign, match="Type"):
        await signed(db, draft, confirmation="yes")
    await signed(db, draft, confirmation="i have  read it again.")
    async with db.read() as tx:
        (under,) = signatures.of(draft.answer, await signatures.standing(tx)).values()
    assert (under.rule, under.name) == ("own", "Dr. Ana Ruiz")


async def test_nobody_signs_words_that_changed_under_their_eyes(db):
    draft = await written(db, DRIVING)
    newer = await saved(db, draft, changed(DRIVING, title="New"))
    with pytest.raises(EditedMeanwhile):
        await signed(db, newer, version=1)


async def test_an_answer_without_a_source_is_not_signed(db):
    draft = await written(db, changed(DRIVING, sources=()))
    with pytest.raises(MayNotSign, match="names no source"):
        await signed(db, draft)


def about(answer, *, tests=(), others=(), is_on=True):
    book = QuestionIndex(others, [KnownQuestion("hello", None, "the skill “greet”")])
    found = validation.about(
        answer, tests=tests, is_on=is_on, book=book, known={"parking"}, policy=POLICY, today=NOW.date()
    )
    found += validation.near_duplicates(answer, book)
    said: dict[tuple[str, bool], str] = {}
    for each in found:
        said[(each.field, each.stops)] = said.get((each.field, each.stops), "") + each.text
    return said


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"questions": ()}, "questions", "No questions yet; a build needs 5"),
        ({"questions": ("hello", *"abcde")}, "questions", "also taught in “the skill “greet””"),
        ({"questions": ("[may i](drive)", *"abcde")}, "questions", "read as a command"),
        ({"title": "X"}, "title", "3 to 60"),
        ({"title": "${HOME} is"}, "title", "setting of this computer"),
        ({"wordings": ()}, "reply", "still empty"),
        ({"wordings": (Wording("It cures all."),)}, "reply", "'cures' is a promise"),
        ({"wordings": (Wording("Take two tablets."),)}, "reply", "one person's dose"),
        ({"wordings": (Wording("Call {nobody}."),)}, "reply", "no fact of the clinic"),
        ({"wordings": (Wording("Call {phone"),)}, "reply", "brace without its partner"),
        ({"wordings": (Wording("Call {phone}."),)}, "reply", "needs facts"),
        ({"wordings": (Wording("<b>Hi</b> there."),)}, "reply", "seen as it stands"),
        ({"wordings": (Wording("[here](javascript:x)"),)}, "reply", "begins with https://"),
        ({"sources": ()}, "sources", "Say where"),
        ({"sources": (), "clinical": True}, "sources", "clinical answer needs its source"),
        ({"sources": (Source("Blog", url="https://blog.example"),)}, "sources", "not a primary publisher"),
        ({"topics": ()}, "topics", "at least one topic"),
        ({"next": ("nowhere",)}, "next", "no answer “nowhere”"),
        ({"review_by": "soon"}, "review_by", "Choose a date"),
    ],
)
def test_what_is_wrong_is_said_next_to_its_field(change, field, words):
    assert words in about(changed(PARKING, **change))[(field, True)]


def test_a_good_answer_has_no_complaint():
    assert about(PARKING) == {}


def test_a_test_message_is_never_a_question():
    assert "never taught" in about(PARKING, tests=["Where can I park?"])[("tests", True)]


async def test_a_nearly_same_question_of_another_answer_is_a_hint(db):
    other = await written(db, changed(DRIVING, questions=("where can i park my car",)))
    answer = changed(PARKING, questions=(*PARKING.questions, "where can i park my carr"))
    assert "is nearly “where can i park my car”" in about(answer, others=[other])[("questions", False)]


def test_an_answer_that_is_off_stops_no_build():
    assert all(not stops for _, stops in about(changed(PARKING, title="X"), is_on=False))


def test_a_difference_reads_word_by_word():
    new = changed(PARKING, wordings=(Wording("You can park behind the old house."),), clinical=True)
    found = {change.label: change.pieces for change in diff.changes(PARKING, new)}
    assert set(found) == {"Clinical", "Reply, English"}
    assert [p.text for p in found["Reply, English"] if p.kind == "new"] == ["old "]


async def test_the_drafts_become_a_plain_project(db, tmp_path):
    base = tmp_path / "base"
    (base / "data").mkdir(parents=True)
    (base / "data" / "small_talk.yml").write_text("version: '3.1'\n")
    (base / "clinic.yml").write_text("name: A clinic\n")
    driving = await written(db, changed(DRIVING, next=("parking", "off")), tests=["drive ok?", "my car?"])
    await written(db, PARKING)
    await written(db, changed(PARKING, id="off"), is_on=False)
    await signed(db, driving)
    async with db.read() as tx:
        drafts, known = await answers.list_all(tx), await signatures.standing(tx)
    project_export.write(base, tmp_path / "made", drafts, known)
    made = {path.name: path for path in (tmp_path / "made").rglob("*") if path.is_file()}
    assert set(made) == {"small_talk.yml", "clinic.yml", "driving.yml", "parking.yml", "test_messages.json"}
    answer = parse(made["driving.yml"].read_text(), shown_as="driving.yml")
    assert (answer.next, answer.reviewed_by) == (("parking",), {"en": "Dr. Ana Ruiz"})
    assert (answer.questions, answer.wordings) == (DRIVING.questions, DRIVING.wordings)
    # The name and the form that training/report.py reads: else no new answer could be published.
    assert json.loads((tmp_path / "made" / "test_messages.json").read_text()) == {
        "driving": ["drive ok?", "my car?"]
    }


async def test_the_starter_content_is_taken_in_once(db, tmp_path):
    folder = tmp_path / "data" / "answers"
    folder.mkdir(parents=True)
    shipped = dump(PARKING)
    (folder / "parking.yml").write_text(shipped)
    (folder / "broken.yml").write_text("nlu: [")
    assert await seed.fill(db, tmp_path, now=NOW) == 1
    assert await seed.fill(db, tmp_path, now=NOW) == 0
