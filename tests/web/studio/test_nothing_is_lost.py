"""Nothing is lost while writing: kept as it is typed, through a lock, a sign-out, a full disk."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from tests.web.studio.test_pages import ANSWER, HTML, PATH, draft_of, writes
from web.core.db import Database
from web.releases.builds import Builds
from web.schema import builds, unsaved_forms

KEPT = "/studio/unsaved"
TYPED = {**ANSWER, "unsaved": "where_do_i_park", "wording": "Park in the yard, please."}
NEW = {**TYPED, "unsaved": "new-0123456789ab", "title": "Is there a garden?", "version": "0"}


async def test_what_was_typed_is_in_the_form_again_until_it_is_saved_or_forgotten(owner, service):
    await writes(owner)
    assert (await owner.posts(KEPT, **TYPED)).json()["ok"]
    page = (await owner.get(PATH, headers=HTML)).text
    assert "did not save it" in page
    assert "Park in the yard, please." in page
    assert "Started and not saved" in (await owner.get("/studio/answers", headers=HTML)).text
    await owner.posts(PATH, **TYPED)
    assert "did not save it" not in (await owner.get(PATH, headers=HTML)).text
    assert await service.rows(unsaved_forms) == []
    await owner.posts(KEPT, **{**TYPED, "wording": "On the roof."})
    await owner.posts(f"{KEPT}/drop", unsaved="where_do_i_park")
    assert "On the roof." not in (await owner.get(PATH, headers=HTML)).text


async def test_a_new_answer_is_kept_before_it_has_an_id(owner, service):
    await owner.posts(KEPT, **NEW)
    listed = (await owner.get("/studio/answers/new", headers=HTML)).text
    assert "/studio/answers/new?unsaved=new-0123456789ab" in listed
    page = (await owner.get("/studio/answers/new?unsaved=new-0123456789ab", headers=HTML)).text
    assert 'value="Is there a garden?"' in page
    saved = await owner.posts("/studio/answers/new", **NEW)
    assert saved.headers["location"].endswith("said=saved&was=new-0123456789ab")
    assert await service.rows(unsaved_forms) == []


async def test_a_lock_and_a_sign_out_keep_it(owner, clinician, service):
    await writes(owner)
    for who, way, status in ((owner, "/lock", 423), (clinician, "/sign-out", 401)):
        await who.posts(KEPT, **TYPED)
        await who.posts(way)
        later = await who.posts(KEPT, **{**TYPED, "wording": "Too late."})
        assert later.status_code == status  # the tab remembers, and says so
    rows = await service.rows(unsaved_forms)
    assert [["wording", "Park in the yard, please."] in row["fields"] for row in rows] == [True, True]


async def test_it_is_each_persons_own(owner, clinician):
    await writes(owner)
    await owner.posts(KEPT, **TYPED)
    assert "Park in the yard" not in (await clinician.get(PATH, headers=HTML)).text


async def test_who_saved_meanwhile_is_named_and_nothing_is_overwritten(owner, clinician, service):
    await writes(owner)
    await owner.posts(KEPT, **TYPED)
    await clinician.posts(PATH, **{**ANSWER, "wording": "Behind the barn."})
    page = (await owner.get(PATH, headers=HTML)).text
    assert "Carl Clinician changed this answer while you were writing" in page
    assert "Park in the yard, please." in page
    assert (await draft_of(service)).answer.wordings[0].text == "Behind the barn."


async def test_colleagues_see_who_is_editing(owner, clinician, service):
    await writes(owner)
    await owner.posts(KEPT, **TYPED)
    here = {"unsaved": "where_do_i_park"}
    told = (await clinician.posts(f"{KEPT}/here", **here)).json()["others"]
    assert [line.endswith("is editing this answer.") for line in told] == [True]
    assert "is editing</span>" in (await clinician.get("/studio/answers", headers=HTML)).text
    service.clock.move(timedelta(seconds=60))
    assert (await clinician.posts(f"{KEPT}/here", **here)).json()["others"] == []


async def test_a_full_disk_leaves_the_words_in_the_form(owner, service, monkeypatch):
    await writes(owner)
    whole = Database.write

    @asynccontextmanager
    async def full(self, *args, **kwargs):
        async with whole(self, *args, **kwargs) as tx:
            yield tx
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(Database, "write", full)
    answer = await owner.post(PATH, data={**TYPED, "form_token": owner.staff.form_token}, headers=HTML)
    assert answer.status_code == 503
    assert "nothing was saved" in answer.text
    assert "Park in the yard, please." in answer.text
    assert (await owner.posts(KEPT, **TYPED)).status_code == 503
    monkeypatch.undo()
    assert (await draft_of(service)).version == 1


async def test_two_presses_on_build_make_one_build_of_whole_drafts(owner, service, monkeypatch):
    seen = []

    async def spawn(self, project):
        seen.append(project)
        await asyncio.sleep(0)
        assert (project / "data" / "answers").is_dir()  # the second press cleared nothing away
        raise OSError

    monkeypatch.setattr(Builds, "_spawn", spawn)
    first, second = await asyncio.gather(
        owner.posts("/studio/releases/build"), owner.posts("/studio/releases/build")
    )
    said = sorted(each.headers["location"].partition("said=")[2] for each in (first, second))
    await service.app.ctx.builds.stop()
    assert said == ["building", "running"]
    assert len(seen) == len(await service.rows(builds)) == 1
