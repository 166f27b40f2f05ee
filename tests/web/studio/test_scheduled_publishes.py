"""Publishing at a time: the same checks again at that moment, told to people, kept over a restart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from tests.web.studio.test_pages import HTML
from tests.web.studio.test_releases import GATE, REPORT, make_release, pointer
from web import schema
from web.core.errors import BadRequest
from web.studio.scheduling.publishes import read_moment
from web.studio.scheduling.worker import PublishScheduler

AT = "2026-11-24T10:05"  # in New York, where the tests' clock stands at 10 am


@pytest.fixture
def two(settings):
    make_release(settings, "1", published=True)
    make_release(settings, "2")
    return settings


async def schedules(owner, release="2", at=AT):
    return await owner.posts(f"/studio/releases/{release}/schedule", at=at)


async def comes(service, **later):
    """Let the time come, as the worker finds it at its next look; nobody else moves the pointer."""
    await service.app.ctx.follower.stop()
    service.clock.move(timedelta(**later) if later else timedelta(minutes=6))
    context, mailer = service.app.ctx.context, service.app.ctx.mailer
    await PublishScheduler(context, mailer).look()


async def last(service):
    (*_, row) = await service.rows(schema.scheduled_publishes)
    return row


async def test_a_tested_release_is_published_when_its_time_has_come(two, owner, service):
    assert (await schedules(owner)).status_code == 303
    page = (await owner.get("/studio/releases", headers=HTML)).text
    assert "Olga Owner scheduled it for" in page
    await comes(service, minutes=2)
    assert pointer(two) == "1"
    await comes(service, minutes=4)
    assert (pointer(two), (await last(service))["state"]) == ("2", "done")
    moves = await service.rows(schema.publications)
    assert (moves[-1]["release"], moves[-1]["published_by"]) == ("2", owner.staff.id)


async def test_a_gate_that_closed_meanwhile_keeps_it_back_and_says_so(two, owner, service):
    await schedules(owner)
    report = {**REPORT, "gates": [GATE]}
    (two.releases / "2" / "report.json").write_text(json.dumps(report), encoding="utf-8")
    page = (await owner.get("/studio/releases", headers=HTML)).text
    assert "As things stand it would not be published" in page
    await comes(service)
    assert pointer(two) == "1"
    page = (await owner.get("/studio/releases", headers=HTML)).text
    assert "Release 2 was not published" in page
    assert "2 of 412 messages now go elsewhere." in page
    assert (await service.rows(schema.audit))[-1]["did"] == "publish.refused"


async def test_a_release_whose_gate_is_closed_cannot_be_scheduled(settings, owner, service):
    make_release(settings, "1", published=True)
    make_release(settings, "3", gates=[GATE])
    refused = await schedules(owner, "3")
    assert (refused.status_code, await service.rows(schema.scheduled_publishes)) == (409, [])


async def test_what_was_published_by_hand_meanwhile_is_not_overwritten(two, owner, service):
    await schedules(owner)
    make_release(two, "3")
    await service.app.ctx.follower.stop()
    assert (await owner.posts("/studio/releases/3/publish")).status_code == 303
    assert pointer(two) == "3"
    await comes(service)
    assert pointer(two) == "3"
    assert "Another release was published since" in (await last(service))["sentence"]


async def test_it_can_be_cancelled_and_then_nothing_happens(two, owner, clinician, service):
    await schedules(owner)
    assert (await schedules(owner)).status_code == 409  # one at a time
    path = f"/studio/releases/scheduled/{(await last(service))['id']}/cancel"
    assert (await clinician.posts(path)).status_code == 403
    assert (await owner.posts(path)).status_code == 303
    await comes(service)
    assert pointer(two) == "1"
    assert (await owner.posts(path)).status_code == 409
    assert (await schedules(owner, at="2026-11-27T08:00")).status_code == 303


async def test_it_survives_a_restart_in_the_middle_of_it(two, owner, service):
    await schedules(owner)
    async with service.db.write() as tx:  # a process began to publish, and crashed
        values = {"state": "publishing", "claimed_at": service.clock() + timedelta(minutes=6)}
        await tx.execute(update(schema.scheduled_publishes).values(**values))
    await comes(service)
    assert pointer(two) == "1"  # somebody else's for a while
    await comes(service, minutes=6)
    assert (pointer(two), (await last(service))["state"]) == ("2", "done")


async def test_after_a_long_time_without_the_service_nothing_is_published(two, owner, service):
    await schedules(owner)
    await comes(service, days=3)
    assert pointer(two) == "1"
    assert "did not run at that time" in (await last(service))["sentence"]


async def test_who_may_not_publish_any_more_publishes_nothing(two, owner, service):
    await schedules(owner)
    async with service.db.write() as tx:
        mine = schema.accounts.c.id == owner.staff.id
        await tx.execute(update(schema.accounts).where(mine).values(roles=["desk"]))
    await comes(service)
    assert pointer(two) == "1"
    assert "may no longer publish" in (await last(service))["sentence"]


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("", "Choose a day and a time."),
        ("tomorrow", "Choose a day and a time."),
        ("2026-11-24T09:00", "from a minute on"),
        ("2027-11-24T09:00", "90 days ahead"),
    ],
)
async def test_a_time_that_cannot_be_is_refused_in_words(two, owner, at, sentence):
    refused = await schedules(owner, at=at)
    assert (refused.status_code, sentence in refused.text) == (400, True)


def test_a_time_that_the_clocks_skip_is_refused():
    new_york, now = ZoneInfo("America/New_York"), datetime(2027, 3, 1, tzinfo=UTC)
    with pytest.raises(BadRequest, match="skipped"):
        read_moment("2027-03-14T02:30", new_york, now)
    assert read_moment("2027-03-14T03:30", new_york, now) == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)


async def test_the_first_page_says_what_is_scheduled_and_what_keeps_it_back(two, owner, service):
    await schedules(owner)
    page = (await owner.get("/studio", headers=HTML)).text
    assert "Release 2 is scheduled to be published on" in page
    assert "Look at scheduled release" not in page
    report = {**REPORT, "gates": [GATE]}
    (two.releases / "2" / "report.json").write_text(json.dumps(report), encoding="utf-8")
    assert "Look at scheduled release 2" in (await owner.get("/studio", headers=HTML)).text
    await comes(service)
    assert "See why release 2 was not published" in (await owner.get("/studio", headers=HTML)).text
