"""The signing session in the browser: signed by a clinician, taken back by an edit, the rule a setting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.studio.test_pages import ANSWER, HTML
from web.schema import audit
from web.studio import answers, workspace
from web.studio.routes import signing

pytestmark = pytest.mark.thorough  # long in total

CLINICAL = {
    **ANSWER,
    "title": "May I drive home?",
    "clinical": "1",
    "source_read_at": "https://read.example/x",
}
PATH = "/studio/answers/may_i_drive_home"
SIGN = "/studio/signing/may_i_drive_home/sign"
FORM = {"version": "1", "review_by": "2027-05-01"}


async def unsigned(service):
    async with service.db.read() as tx:
        found = await workspace.load(tx, service.settings, today=service.clock().date())
    return [draft.id for draft in found.unsigned()]


async def test_a_clinician_reads_and_signs_and_an_edit_takes_it_back(owner, clinician, service):
    await owner.posts("/studio/answers/new", **CLINICAL)
    page = (await clinician.get("/studio/signing", headers=HTML)).text
    assert "May I drive home?" in page
    assert "To be confirmed" in page
    assert "Sign<span" in page
    told = await clinician.posts(SIGN, **FORM)
    assert told.json()["said"] == "Signed until May 1, 2027."
    assert await unsigned(service) == []
    await owner.posts(PATH, **{**CLINICAL, "wording": "Drive **later**.", "why": "clearer"})
    assert await unsigned(service) == ["may_i_drive_home"]
    page = (await clinician.get("/studio/signing", headers=HTML)).text
    assert "Changed since Carl Clinician signed it" in page


async def test_a_long_queue_comes_in_parts_and_counts_all(owner, clinician, monkeypatch):
    monkeypatch.setattr(signing, "MAX_SHEETS", 1)
    for title in ("May I drive home?", "May I swim?"):
        questions = f"{title} today"
        await owner.posts("/studio/answers/new", **{**CLINICAL, "title": title, "questions": questions})
    page = (await clinician.get("/studio/signing", headers=HTML)).text
    assert page.count("data-sheet") == 1
    assert "<span data-left>2</span>" in page
    assert "1 more answer waits." in page
    found = (await clinician.get("/studio/signing?q=drive", headers=HTML)).text
    assert "1 of 2 answers" in found
    assert "more answer waits" not in found


async def test_an_owner_does_not_sign(owner, service):
    await owner.posts("/studio/answers/new", **CLINICAL)
    assert "Sign<span" not in (await owner.get("/studio/signing", headers=HTML)).text
    assert (await owner.posts(SIGN, **FORM)).status_code == 403
    assert await unsigned(service) == ["may_i_drive_home"]


async def test_the_author_is_told_why_somebody_else_signs(clinician):
    await clinician.posts("/studio/answers/new", **CLINICAL)
    refused = await clinician.posts(SIGN, **FORM)
    assert refused.status_code == 409
    assert "another clinician signs them" in refused.json()["error"]


async def test_nobody_signs_an_answer_that_was_changed_meanwhile(owner, clinician, service):
    await owner.posts("/studio/answers/new", **CLINICAL)
    await owner.posts(PATH, **{**CLINICAL, "title": "Driving home?"})
    assert (await clinician.posts(SIGN, **FORM)).status_code == 409
    assert await unsigned(service) == ["may_i_drive_home"]


async def test_a_signature_and_a_rule_stand_in_the_audit(owner, clinician, administrator, service):
    await owner.posts("/studio/answers/new", **CLINICAL)
    await clinician.posts(SIGN, **FORM)
    await administrator.posts("/studio/signing/rule", rule="own")
    did = [row["did"] for row in await service.rows(audit)]
    assert [deed for deed in did if deed.startswith(("answer.", "signing."))] == [
        "answer.written",
        "answer.signed",
        "signing.rule",
    ]


async def test_switching_off_takes_it_from_the_next_release(owner, clinician, service):
    await owner.posts("/studio/answers/new", **CLINICAL)
    await clinician.posts("/studio/signing/may_i_drive_home/off", version="1")
    async with service.db.read() as tx:
        (draft,) = await answers.list_all(tx)
    assert not draft.is_on
    assert await unsigned(service) == []


async def test_a_draft_that_is_off_is_named_where_nothing_else_waits(owner, clinician):
    await owner.posts("/studio/answers/new", **CLINICAL)
    await clinician.posts("/studio/signing/may_i_drive_home/off", version="1")
    overview = (await owner.get("/studio", headers=HTML)).text
    assert "1 unsigned text is switched off" in overview
    assert "Everything is signed" not in overview
    page = (await owner.get("/studio/signing", headers=HTML)).text
    assert "Every answer that is on is signed." in page
    assert "switched off</a> and not signed" in page


async def test_a_signature_given_by_mistake_is_taken_back(owner, clinician, service):
    await owner.posts("/studio/answers/new", **CLINICAL)
    await clinician.posts(SIGN, **FORM)
    assert (await owner.posts("/studio/signing/may_i_drive_home/back")).status_code == 403
    told = await clinician.posts("/studio/signing/may_i_drive_home/back")
    assert told.json()["said"] == "The signature was removed."
    assert await unsigned(service) == ["may_i_drive_home"]
    assert (await clinician.posts(SIGN, **FORM)).status_code == 200
    assert await unsigned(service) == []


async def test_switching_off_by_mistake_is_undone_and_the_new_version_can_be_signed(
    owner, clinician, service
):
    await owner.posts("/studio/answers/new", **CLINICAL)
    off = (await clinician.posts("/studio/signing/may_i_drive_home/off", version="1")).json()
    on = (await clinician.posts("/studio/signing/may_i_drive_home/on", version=off["version"])).json()
    assert (off["version"], on["version"]) == (2, 3)
    assert (await clinician.posts(SIGN, **{**FORM, "version": "3"})).status_code == 200


async def test_the_sheet_for_paper_names_text_source_and_grade(owner, clinician):
    await owner.posts("/studio/answers/new", **CLINICAL)
    page = (await clinician.get("/studio/signing/sheet", headers=HTML)).text
    assert "reading grade" in page
    assert "to be confirmed; read at https://read.example/x" in page


async def test_the_newest_words_come_first_and_can_be_looked_for(owner, clinician, service):
    await owner.posts("/studio/answers/new", **CLINICAL)
    service.clock.move(timedelta(minutes=1))
    await owner.posts(
        "/studio/answers/new", **{**CLINICAL, "title": "May I swim?", "questions": "Is swimming ók"}
    )
    page = (await clinician.get("/studio/signing", headers=HTML)).text
    assert page.index('id="may_i_swim"') < page.index('id="may_i_drive_home"')
    assert "Olga Owner wrote it" in page
    await owner.posts(PATH, **{**CLINICAL, "questions": "one more question"})  # no other words to sign
    page = (await clinician.get("/studio/signing", headers=HTML)).text
    assert page.index('id="may_i_swim"') < page.index('id="may_i_drive_home"')
    page = (await clinician.get("/studio/signing?q=OK+swimming", headers=HTML)).text
    assert "1 of 2 answers" in page
    assert 'id="may_i_drive_home"' not in page
    assert "holds these words" in (await clinician.get("/studio/signing?q=zebra", headers=HTML)).text


async def test_instead_of_signing_a_note_goes_to_the_author(owner, clinician):
    await owner.posts("/studio/answers/new", **CLINICAL)
    path = "/studio/signing/may_i_drive_home/note"
    assert (await owner.posts(path, text="x")).status_code == 403
    assert (await clinician.posts(path, text="Please say until when.")).json()["ok"]
    page = (await owner.get(PATH, headers=HTML)).text
    assert "Please say until when." in page
