"""Signatures in daily work: what was signed stays readable, new questions are seen."""

from __future__ import annotations

import json

from tests.web.studio.test_pages import HTML
from tests.web.studio.test_releases import make_release
from tests.web.studio.test_signing import CLINICAL, FORM, PATH, SIGN, unsigned
from web.schema import audit
from web.studio import answers, reports

MORE = {**CLINICAL, "questions": f"{CLINICAL['questions']}\ncan i drive to work after"}
SEEN = "/studio/signing/may_i_drive_home/questions-seen"


async def signed(owner, clinician):
    await owner.posts("/studio/answers/new", **CLINICAL)
    await clinician.posts(SIGN, **FORM)


async def test_what_was_signed_stays_readable_beside_what_replaced_it(owner, clinician):
    await signed(owner, clinician)
    page = (await owner.get(f"{PATH}/history", headers=HTML)).text
    assert "What is signed" in page
    assert "Carl Clinician" in page.partition("Version 1 ")[2]
    await owner.posts(PATH, **{**CLINICAL, "wording": "Drive **tomorrow** at the earliest."})
    page = (await owner.get(f"{PATH}/history", headers=HTML)).text
    beside = page.partition("What was signed, and what replaced it")[2].partition("</section>")[0]
    assert "<strong>behind</strong>" in beside
    assert "<strong>tomorrow</strong>" in beside
    assert "Carl Clinician signed version 1" in beside
    versions = page.partition("Old beside new")[2].partition("</details>")[0]
    assert versions.index("<strong>behind</strong>") < versions.index("<strong>tomorrow</strong>")


async def test_a_signature_that_was_taken_back_stands_in_the_history(owner, clinician):
    await signed(owner, clinician)
    await clinician.posts("/studio/signing/may_i_drive_home/back")
    page = (await owner.get(f"{PATH}/history", headers=HTML)).text
    assert "Signature removed" in page
    assert "What is signed" not in page


async def test_the_history_says_which_release_spoke_a_version(owner, clinician, service):
    await signed(owner, clinician)
    async with service.db.read() as tx:
        (row,) = await answers.versions(tx, "may_i_drive_home")
    make_release(service.settings, "1", published=True)
    make_release(service.settings, "2")
    path = service.settings.releases / "2" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["answers"]["may_i_drive_home"] = {"fingerprint": row["fingerprint"]}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    published = await owner.posts("/studio/releases/2/publish")
    assert published.status_code == 303
    page = (await owner.get(f"{PATH}/history", headers=HTML)).text
    assert 'with <a href="/studio/releases/2">release 2</a>' in page


async def test_new_questions_of_a_signed_answer_are_seen_with_a_press_and_need_no_signature(
    owner, clinician, service
):
    await signed(owner, clinician)
    assert (
        "New questions at signed answers" not in (await clinician.get("/studio/signing", headers=HTML)).text
    )
    await owner.posts(PATH, **MORE)
    page = (await clinician.get("/studio/signing", headers=HTML)).text
    assert "can i drive to work after" in page
    assert await unsigned(service) == []  # nobody has to sign again
    assert (await owner.posts(SEEN, version="2")).status_code == 403
    assert (await clinician.posts(SEEN, version="1")).status_code == 409
    assert (await clinician.posts(SEEN, version="2")).json()["said"].startswith("Noted")
    assert "can i drive to work after" not in (await clinician.get("/studio/signing", headers=HTML)).text
    assert "questions.seen" in [row["did"] for row in await service.rows(audit)]


TITLES = {"a": "Parking", "b": "Prices", "c": "Hours"}


def test_the_first_line_names_what_visitors_would_read_differently():
    changed = {
        "a": {"reply": True},
        "b": {"questions": {"added": 3}},
        "c": {"about": ["review_by", "sources"]},
    }
    found = reports.read_changes({"changes": {"added": [], "removed": [], "changed": changed}}, TITLES)
    assert [title for _, title in found.changed] == ["Parking", "Hours"]
    assert not reports.read_changes({"changes": {"changed": {"b": changed["b"]}}}, TITLES)


async def test_a_report_begins_with_it(owner, service):
    make_release(service.settings, "1", published=True)
    make_release(service.settings, "2")
    page = (await owner.get("/studio/releases/2", headers=HTML)).text
    first = page.partition('<p class="lead">')[2].partition("</p>")[0]
    assert first.strip().startswith('Visitors would read other words in <a href="/studio/answers/k_hole">')
