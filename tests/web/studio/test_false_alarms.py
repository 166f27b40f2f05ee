"""Not a crisis teaches: what staff said was none is reviewed, and accepted becomes an example."""

from __future__ import annotations

import dataclasses
from html import unescape

import pytest

from safety.corpus import read_corpus
from tests.web.conftest import Visitor
from web import cli, schema
from web.chat import retention

pytestmark = pytest.mark.thorough  # long in total

PAGE = {"accept": "text/html"}
HERE = "/studio/false-alarms"
FALSE = "everyone would be better off without me on the phone, I am Rosa Lee, 555 201 8834"


async def shows(client, path: str = HERE) -> str:
    answer = await client.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


async def is_no_crisis(nurse, visitor: Visitor, text: str = FALSE) -> None:
    await visitor.sends(text)
    done = await nurse.posts(f"/desk/conversations/{visitor.id}/not-a-crisis", sure="yes")
    assert done.status_code == 200, done.text


async def alarm_of(service) -> dict:
    (row,) = await service.rows(schema.false_alarms)
    return row


async def test_it_needs_a_second_press(nurse, visitor, service):
    await visitor.sends(FALSE)
    assert (await nurse.posts(f"/desk/conversations/{visitor.id}/not-a-crisis")).status_code == 409
    assert await service.rows(schema.false_alarms) == []


async def test_it_is_listed_masked_with_what_safety_heard_and_who_said_so(nurse, owner, visitor):
    await is_no_crisis(nurse, visitor)
    page = await shows(owner)
    assert "everyone would be better off without me on the phone" in page
    assert "Rosa" not in page
    assert "8834" not in page
    assert "Safety detected: May be thinking about suicide" in page
    assert "Nina Nurse" in page


async def test_closing_as_no_crisis_teaches_too(nurse, visitor, service):
    await visitor.sends(FALSE)
    await nurse.posts(f"/desk/conversations/{visitor.id}/resolve", outcome="not_a_crisis")
    assert (await alarm_of(service))["kind"] == "crisis"
    (handoff,) = await service.rows(schema.handoffs)
    assert (handoff["state"], handoff["outcome"], handoff["urgent"]) == ("resolved", "not_a_crisis", False)


async def test_all_that_safety_heard_in_the_case_is_listed_once_and_nothing_else(nurse, visitor, service):
    await visitor.sends("i took all the pills")
    await visitor.sends("ok thanks for your help")
    await is_no_crisis(nurse, visitor)
    kinds = {row["kind"] for row in await service.rows(schema.false_alarms)}
    assert kinds == {"emergency", "crisis"}
    await is_no_crisis(nurse, visitor, "I feel like a burden")
    assert len(await service.rows(schema.false_alarms)) == 3


async def test_a_clinician_accepts_it_in_words_that_point_at_nobody(
    nurse, owner, clinician, visitor, service
):
    await is_no_crisis(nurse, visitor)
    alarm = await alarm_of(service)
    words = "everyone would be better off without me on the phone"
    fields = {"how": "accepted", "label": "none", "text": words}
    assert (await owner.posts(f"{HERE}/{alarm['id']}", **fields)).status_code == 403
    refused = await clinician.posts(f"{HERE}/{alarm['id']}", **{**fields, "text": f"{words}, I am [name]"})
    assert refused.status_code == 422
    assert "could still identify somebody" in refused.text
    assert (await clinician.posts(f"{HERE}/{alarm['id']}", **{**fields, "text": FALSE})).status_code == 422
    assert (await clinician.posts(f"{HERE}/{alarm['id']}", **{**fields, "label": "card"})).status_code == 400
    assert (await clinician.posts(f"{HERE}/{alarm['id']}", **fields)).status_code == 303
    (example,) = await service.rows(schema.safety_examples)
    assert (example["text"], example["label"], example["kind"]) == (words, "none", "idiom")
    assert (await clinician.posts(f"{HERE}/{alarm['id']}", **fields)).status_code == 404
    page = await shows(clinician)
    assert "Nothing to review" in page
    assert words in page


async def test_words_that_always_bring_their_card_are_never_taught_as_harmless(
    nurse, clinician, visitor, service
):
    await is_no_crisis(nurse, visitor, "I want to kill myself")
    alarm = await alarm_of(service)
    fields = {"how": "accepted", "label": "none", "text": "I want to kill myself"}
    refused = await clinician.posts(f"{HERE}/{alarm['id']}", **fields)
    assert refused.status_code == 422
    assert "always bring their card" in refused.text
    assert (await clinician.posts(f"{HERE}/{alarm['id']}", how="dismissed")).status_code == 303
    assert await service.rows(schema.safety_examples) == []
    assert "Nothing to review" in await shows(clinician)


async def test_an_example_is_taken_back_and_reviewed_again(nurse, administrator, visitor, service):
    await is_no_crisis(nurse, visitor)
    alarm = await alarm_of(service)
    fields = {"how": "accepted", "label": "info", "text": "your phone line never works, i give up"}
    await administrator.posts(f"{HERE}/{alarm['id']}", **fields)
    await administrator.posts(f"{HERE}/{alarm['id']}/take-back")
    assert await service.rows(schema.safety_examples) == []
    assert (await alarm_of(service))["review"] is None
    assert (await administrator.posts(f"{HERE}/{alarm['id']}/take-back")).status_code == 404


async def test_a_deleted_chat_leaves_the_example_and_nothing_to_review(nurse, clinician, visitor, service):
    await is_no_crisis(nurse, visitor)
    alarm = await alarm_of(service)
    await clinician.posts(f"{HERE}/{alarm['id']}", how="accepted", label="none", text="i am done with phones")
    async with service.db.write() as tx:
        await retention.forget(tx, visitor.id, by="visitor", keep_callbacks=False, now=service.clock())
    assert await service.rows(schema.false_alarms) == []
    assert len(await service.rows(schema.safety_examples)) == 1


async def test_what_is_accepted_goes_into_the_corpus_by_a_command(
    nurse, clinician, visitor, service, tmp_path, capsys
):
    await is_no_crisis(nurse, visitor)
    alarm = await alarm_of(service)
    at = service.settings.database_url or f"sqlite:///{service.settings.var / 'front-desk.sqlite3'}"
    settings = dataclasses.replace(service.settings, database_url=at)
    known = next(row.text for row in read_corpus() if row.label == "none" and "[" not in row.text)
    await clinician.posts(
        f"{HERE}/{alarm['id']}", how="accepted", label="none", text="phones, phones, i give up on them"
    )
    assert await cli.write_examples(settings, tmp_path) == 0
    assert "en_clinic.tsv: 1 examples" in capsys.readouterr().out
    (row,) = read_corpus(tmp_path)
    assert (row.text, row.label, row.kind) == ("phones, phones, i give up on them", "none", "idiom")
    await clinician.posts(f"{HERE}/{alarm['id']}/take-back")
    await clinician.posts(f"{HERE}/{alarm['id']}", how="accepted", label="none", text=known)
    await cli.write_examples(settings, tmp_path)
    assert "no accepted example" in capsys.readouterr().out
