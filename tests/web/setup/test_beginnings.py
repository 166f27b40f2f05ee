"""What the bot of a new clinic begins with: chosen once, before anybody has written an answer."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from content import packs
from tests.web.conftest import publish
from web.hours.own_project import PACK, Part
from web.hours.policies import own_of, policy_of
from web.releases import publishing, withdrawals
from web.schema import answers as answer_rows
from web.schema import audit
from web.setup import beginnings


async def ids(service) -> set[str]:
    async with service.db.read() as tx:
        return set((await tx.execute(select(answer_rows.c.id))).scalars())


async def is_off(service) -> bool:
    async with service.db.read() as tx:
        return any(each.answer_id is None for each in await withdrawals.in_force(tx))


async def test_a_general_practice_begins_with_its_answers_and_a_bot_that_is_off(administrator, service):
    page = (await administrator.get("/setup/content")).text
    assert "43 answers" in page
    answer = await administrator.posts("/setup/content", pack="general")
    assert (answer.status_code, answer.headers["location"]) == (303, "/setup/site")
    assert {"hours", "insurance", "refills"} <= await ids(service)
    assert await is_off(service)
    policy = policy_of(service.settings)
    assert "cms.gov" in policy.publishers
    (kept,) = [row for row in await service.rows(audit) if row["did"] == "content.chosen"]
    assert kept["details"] == {"pack": "general"}


async def test_an_empty_one_stays_empty_at_the_next_start(administrator, service, services):
    await administrator.posts("/setup/content", pack="empty")
    assert await ids(service) == set()
    again = await services.start()
    await again.app.ctx.task_group.all_done()
    assert await ids(again) == set()
    assert own_of(again.settings) == again.settings.var / "own"


async def test_the_first_release_of_its_own_switches_the_bot_on(administrator, service):
    await administrator.posts("/setup/content", pack="empty")
    assert await is_off(service)
    publish(service.settings, release="2")
    publish(service.settings, release="1")  # what was published before the choice
    (service.settings.releases / "1" / "model.tar.gz").write_bytes(b"model")
    folder = service.settings.releases / "2"
    packs.write_mark(folder, packs.EMPTY)
    model = folder / "model.tar.gz"
    model.write_bytes(b"model")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = {"model.tar.gz": publishing._hash(model)}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    await publishing.publish(service.app.ctx.context, "2", by="ada")
    assert not await is_off(service)
    async with service.db.read() as tx:
        target = await publishing.undo_target(tx, service.app.ctx.context)
    assert target is not None
    assert "made for another clinic" in target.refusal


async def test_until_then_the_studio_asks_nobody_to_switch_another_clinics_bot_on(administrator, service):
    await administrator.posts("/setup/content", pack="empty")
    page = (await administrator.get("/studio")).text
    assert "Your first release switches the bot on" in page
    assert "Nothing of your own is published yet." in page
    assert "Turn it back on" not in page


async def test_before_the_first_release_the_studio_leads_to_the_facts_and_calls_nothing_live(
    administrator, service
):
    await administrator.posts("/setup/content", pack="general")
    page = (await administrator.get("/studio")).text
    assert page.index("Fill in the clinic&#39;s facts") < page.index("Build your first release")
    assert "changed since" not in page
    assert "Changed since the last release" not in page
    releases = (await administrator.get("/studio/releases")).text
    assert "Nothing of your own is published yet" in releases
    assert "is live" not in releases


async def test_who_keeps_what_ships_is_not_switched_off(administrator, service):
    await administrator.posts("/setup/content", pack="shipped")
    assert not await is_off(service)
    assert "This can no longer be changed" not in (await administrator.get("/setup/content")).text


async def test_what_began_to_come_in_stays_away_when_another_choice_was_faster(administrator, service):
    context = service.app.ctx.context
    await administrator.posts("/setup/content", pack="empty")
    # The filling of a start that was told before the choice what to begin with.
    await beginnings.fill(context, {}, now=service.clock())
    general = {PACK: Part(PACK, 1, {"name": "general"}, "Ada", service.clock(), "")}
    await beginnings.fill(context, general, now=service.clock())
    assert await ids(service) == set()


async def test_another_choice_takes_the_first_one_back(administrator, service):
    await administrator.posts("/setup/content", pack="general")
    await administrator.posts("/setup/content", pack="shipped")
    assert await ids(service) == set()  # the project of the tests ships none
    assert not await is_off(service)


async def test_it_cannot_be_chosen_once_somebody_has_written(administrator, owner, service):
    await administrator.posts("/setup/content", pack="general")
    written = await owner.posts(
        "/studio/answers/new", title="Do you sell tea?", reply_en="We do not sell tea."
    )
    assert written.status_code in (200, 303)
    refused = await administrator.posts("/setup/content", pack="empty")
    assert refused.status_code == 400
    assert "already written answers" in refused.text
    assert "hours" in await ids(service)


@pytest.mark.parametrize("pack", ["", "../../etc", "other"])
async def test_what_is_no_choice_is_said(administrator, pack):
    refused = await administrator.posts("/setup/content", pack=pack)
    assert refused.status_code == 400
    assert "Choose what the bot starts with." in refused.text
