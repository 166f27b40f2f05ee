"""A notice is changed in its place: other times, other words, and clinical words wait for a signature."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.studio.test_clinical import signs
from tests.web.studio.test_pages import HTML
from web.schema import audit

ENDS = "2026-11-28T12:00"
CLINICAL = "Closed on Friday. Skip your tablets until then."


async def shown(who):
    return (await who.get("/v1/now")).json()["notices"]


async def writes(owner, text, *, ends=ENDS, starts=""):
    await owner.posts("/studio/facts/notices", text_en=text, starts=starts, ends=ends)
    return (await forms(owner))[0]


async def forms(owner):
    """The address of each notice's form, in the order of the page."""
    page = (await owner.get("/studio/facts", headers=HTML)).text
    ids = [
        part.partition("/")[0] for part in page.split("/studio/facts/notices/")[1:] if "/remove" in part[:40]
    ]
    return [f"/studio/facts/notices/{each}" for each in ids]


async def changes(owner, path, text, *, ends=ENDS, starts=""):
    return await owner.posts(path, text_en=text, starts=starts, ends=ends)


async def test_other_words_stand_in_its_place_and_the_earlier_ones_in_the_history(owner, service):
    path = await writes(owner, "Closed on Friday.")
    assert (await changes(owner, path, "Closed on Thursday.")).headers["location"].endswith("notice_changed")
    assert await shown(owner) == ["Closed on Thursday."]
    page = (await owner.get("/studio/facts", headers=HTML)).text
    assert "replaced Tue" in page.partition("Earlier notices")[2]
    assert (await service.rows(audit))[-1]["did"] == "notice.changed"


async def test_a_notice_saved_as_it_was_opened_is_no_change(owner, service):
    path = await writes(owner, "Closed on Friday.")
    page = (await owner.get("/studio/facts", headers=HTML)).text
    starts = page.partition('name="starts" type="datetime-local" value="')[2].partition('"')[0]
    same = await changes(owner, path, "Closed on Friday.", starts=starts)
    assert same.headers["location"].endswith("said=same")


async def test_clinical_words_wait_and_the_earlier_notice_is_shown_until_they_are_signed(owner, clinician):
    path = await writes(owner, "Closed on Friday.")
    assert (await changes(owner, path, CLINICAL)).headers["location"].endswith("change_waits")
    assert await shown(owner) == ["Closed on Friday."]
    assert "Until then the earlier words are shown." in (await owner.get("/studio/facts", headers=HTML)).text
    await signs(clinician, "notices")
    assert await shown(owner) == [CLINICAL]


async def test_another_time_for_signed_words_needs_no_other_signature(owner, clinician, service):
    path = await writes(owner, CLINICAL)
    await signs(clinician, "notices")
    later = await changes(owner, path, CLINICAL, ends="2026-11-30T12:00")
    assert later.headers["location"].endswith("notice_changed")
    service.clock.move(timedelta(days=4, hours=6))
    assert await shown(owner) == [CLINICAL]


async def test_words_that_wait_are_put_right_before_anybody_signs_them(owner):
    await changes(owner, await writes(owner, "Closed on Friday."), CLINICAL)
    waiting = (await forms(owner))[-1]
    await changes(owner, waiting, "Closed on Friday and Saturday.")
    assert await shown(owner) == ["Closed on Friday and Saturday."]


async def test_another_change_that_waits_takes_the_place_of_what_is_shown_by_then(owner, clinician):
    path = await writes(owner, "Closed on Friday.")
    await changes(owner, path, CLINICAL)
    await changes(owner, path, "Closed on Thursday.")
    assert await shown(owner) == ["Closed on Thursday."]
    await signs(clinician, "notices")
    assert await shown(owner) == [CLINICAL]


async def test_what_is_wrong_keeps_the_words_in_the_form_and_changes_nothing(owner):
    path = await writes(owner, "Closed on Friday.")
    page = await changes(owner, path, "Closed on Thursday.", ends="2026-11-01T12:00")
    assert page.status_code == 422
    assert "Closed on Thursday." in page.text
    assert await shown(owner) == ["Closed on Friday."]


async def test_who_was_slower_is_told(owner):
    path = await writes(owner, "Closed on Friday.")
    await owner.posts(f"{path}/remove")
    assert (await changes(owner, path, "Closed on Thursday.")).status_code == 409
    assert await shown(owner) == []


@pytest.mark.parametrize("role", ["clinician", "nurse"])
async def test_who_shows_no_notice_changes_none(owner, clinician, nurse, role):
    path = await writes(owner, "Closed on Friday.")
    who = {"clinician": clinician, "nurse": nurse}[role]
    assert (await changes(who, path, "Closed on Thursday.")).status_code == 403
