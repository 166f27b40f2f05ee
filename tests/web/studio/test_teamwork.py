"""Answers are assigned until a day; colleagues are told by a mail that holds a link and nothing else."""

from __future__ import annotations

from datetime import timedelta

from tests.web.conftest import async_fixture
from tests.web.studio.test_pages import ANSWER, HTML, PATH, writes
from web import schema


@async_fixture
async def service(services, mailbox):
    return await services.start(
        smtp_url=mailbox.url, mail_to="desk@example.com", public_url="https://chat.example.com"
    )


async def test_who_is_asked_gets_a_mail_with_a_link_and_no_word_of_it(owner, clinician, service, mailbox):
    await signs_in_as(service, clinician, "carl@example.com")
    await writes(owner)
    await owner.posts(f"{PATH}/reviews", of=clinician.staff.id, note="Is the yard still free?")
    await mailbox.tried.wait()
    (mail,) = mailbox.mails
    assert "To: carl@example.com" in mail
    assert f"https://chat.example.com{PATH}#discussion" in mail
    for word in ("yard", "Olga", "park?"):
        assert word not in mail


async def test_who_has_no_address_is_told_through_the_clinics_mailbox(owner, clinician, service, mailbox):
    await writes(owner)
    await owner.posts(f"{PATH}/assignment", to=clinician.staff.id)
    await mailbox.tried.wait()
    assert "To: desk@example.com" in mailbox.mails[0]
    await service.app.ctx.mailer.stop()
    (row,) = await service.rows(schema.studio_mails)
    assert (row["about"], row["state"]) in {("assigned", "sent"), ("assigned", "waiting")}


async def signs_in_as(service, person, name):
    async with service.db.write() as tx:
        mine = schema.accounts.c.id == person.staff.id
        await tx.execute(schema.accounts.update().where(mine).values(sign_in_name=name))


async def test_a_comment_is_told_to_those_who_take_part_and_not_to_its_author(
    owner, clinician, administrator, service, mailbox
):
    await writes(owner)
    await clinician.posts(f"{PATH}/comments", text="I am not sure")
    assert [row["account_id"] for row in await service.rows(schema.studio_mails)] == [owner.staff.id]
    await owner.posts(f"{PATH}/comments", text="Why?")
    told = [row["account_id"] for row in await service.rows(schema.studio_mails)]
    assert sorted(told) == sorted([owner.staff.id, clinician.staff.id])
    assert administrator.staff.id not in told


async def test_an_answer_is_assigned_until_a_day_and_stands_where_its_person_looks(owner, clinician, nurse):
    await writes(owner)
    give = {"to": clinician.staff.id, "due": "2026-12-01", "note": "Add the winter rates"}
    assert (await owner.posts(f"{PATH}/assignment", **{**give, "to": nurse.staff.id})).status_code == 400
    assert (await owner.posts(f"{PATH}/assignment", **{**give, "due": "2020-01-01"})).status_code == 400
    assert (await owner.posts(f"{PATH}/assignment", **{**give, "due": "soon"})).status_code == 400
    assert (await owner.posts(f"{PATH}/assignment", **give)).status_code == 303
    first = (await clinician.get("/studio", headers=HTML)).text
    assert "Work on “Where do I park?”" in first
    assert "due Dec 1." in first
    page = (await owner.get(PATH, headers=HTML)).text
    assert "<strong>Carl Clinician</strong> works on it, due Tue, Dec 1, 2026" in page
    assert "Where do I park?" in (await clinician.get("/studio/answers?show=mine", headers=HTML)).text
    assert "No answer matches" in (await owner.get("/studio/answers?show=mine", headers=HTML)).text
    assert "Carl Clinician, due" in (await owner.get("/studio/answers?show=assigned", headers=HTML)).text
    assert (await clinician.posts(f"{PATH}/assignment/done")).status_code == 303
    assert "Work on" not in (await clinician.get("/studio", headers=HTML)).text
    assert (await clinician.posts(f"{PATH}/assignment/done")).status_code == 404


async def test_one_person_at_a_time_works_on_an_answer(owner, clinician, service):
    await writes(owner)
    for person in (clinician, owner):
        await owner.posts(f"{PATH}/assignment", to=person.staff.id)
    rows = await service.rows(schema.answer_assignments)
    assert [row["assigned_to"] for row in rows if row["ended_at"] is None] == [owner.staff.id]
    told = [row["account_id"] for row in await service.rows(schema.studio_mails)]
    assert told == [clinician.staff.id]  # nobody is told what they did themselves


async def test_on_the_day_that_it_is_due_its_person_is_told_once(owner, clinician, service):
    await writes(owner)
    await owner.posts(f"{PATH}/assignment", to=clinician.staff.id, due="2026-11-26")
    reminders = service.app.ctx.review_reminders
    await reminders.look()
    assert [row["about"] for row in await service.rows(schema.studio_mails)] == ["assigned"]
    service.clock.move(timedelta(days=2))
    await reminders.look()
    await reminders.look()
    told = await service.rows(schema.studio_mails)
    assert [row["about"] for row in told] == ["assigned", "due"]


async def test_who_has_left_is_not_told(owner, clinician, service):
    await writes(owner)
    await clinician.posts(f"{PATH}/comments", text="I am not sure")
    async with service.db.write() as tx:
        mine = schema.accounts.c.id == clinician.staff.id
        await tx.execute(schema.accounts.update().where(mine).values(disabled_at=service.clock()))
    await owner.posts(f"{PATH}/comments", text="Why?")
    told = [row["account_id"] for row in await service.rows(schema.studio_mails)]
    assert clinician.staff.id not in told


async def test_what_was_typed_about_another_answer_is_no_business_of_theirs(owner, clinician, service):
    await writes(owner)
    await writes(clinician, **{**ANSWER, "title": "Is there a bus?", "questions": "which bus\nbus stop"})
    await owner.posts(f"{PATH}/comments", text="A note to myself")
    assert await service.rows(schema.studio_mails) == []
