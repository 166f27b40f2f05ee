"""A locked screen goes on hearing the desk; locked or signed out, nobody is promised to be there."""

from __future__ import annotations

from datetime import timedelta

from tests.web.conftest import signed_in
from web import schema

CRISIS = "I want to kill myself, says Canary"


async def somebody_is_here(visitor) -> bool:
    return (await visitor.http.get("/v1/now")).json()["staff_here"]


async def is_on_shift(nurse, service) -> None:
    """Say "I am here", and have a page open a while later."""
    await nurse.posts("/desk/hours/here", until="20:00")
    service.clock.move(timedelta(minutes=6))
    await nurse.get("/desk/")


async def test_a_locked_screen_hears_of_a_crisis_and_reads_no_word_of_it(visitor, nurse):
    await nurse.posts("/lock")
    before = await nurse.get("/desk/pulse")
    await visitor.sends(CRISIS)
    after = await nurse.get("/desk/pulse", params={"mark": before.headers["x-mark"], "wait": "5"})
    assert before.json()["urgent"] == []
    assert [each.split()[0] for each in after.json()["urgent"]] == [visitor.id]
    assert "Canary" not in after.text
    assert "kill" not in after.text
    assert (await nurse.get("/desk/live")).status_code == 423


async def test_the_lock_page_listens_for_those_who_work_at_the_desk(nurse, owner):
    for each, listens in ((nurse, True), (owner, False)):
        await each.posts("/lock")
        assert ("/staff/locked.js" in (await each.get("/unlock")).text) is listens
    assert (await owner.get("/desk/pulse")).status_code == 403


async def test_a_locked_screen_is_nobody_at_the_desk_even_if_it_can_be_heard(
    visitor, nurse, second_nurse, service
):
    await is_on_shift(nurse, service)
    assert await somebody_is_here(visitor)
    assert "With you at the desk: Nina Nurse" in (await second_nurse.get("/desk")).text
    await nurse.posts("/lock")
    await nurse.get("/desk/pulse", params={"heard": "yes"})
    assert not await somebody_is_here(visitor)
    assert "No colleague is at the desk" in (await second_nurse.get("/desk")).text


async def test_who_has_just_said_to_be_here_and_locks_is_nobody_either(visitor, nurse):
    await nurse.get("/desk")
    await nurse.posts("/desk/hours/here", until="20:00")
    assert await somebody_is_here(visitor)
    await nurse.posts("/lock")
    assert not await somebody_is_here(visitor)


async def test_what_somebody_holds_outlives_a_short_look_away(visitor, nurse, service):
    await visitor.sends(CRISIS)
    await nurse.get("/desk")
    await nurse.posts(f"/desk/conversations/{visitor.id}/claim")
    service.clock.move(timedelta(minutes=3))
    await nurse.get("/desk")
    service.clock.move(timedelta(minutes=3))
    await nurse.posts(f"/desk/conversations/{visitor.id}/reply", text="I am here with you")
    await nurse.posts("/lock")
    await service.app.ctx.timeout_worker.look()
    assert (await service.rows(schema.handoffs))[0]["state"] == "claimed"
    service.clock.move(timedelta(minutes=6))
    await service.app.ctx.timeout_worker.look()
    assert (await service.rows(schema.handoffs))[0]["state"] == "requested"


async def test_a_screen_in_use_counts_whatever_another_one_does(visitor, nurse, service):
    await is_on_shift(nurse, service)
    async with signed_in(service, "nurse") as elsewhere:
        await elsewhere.posts("/lock")
    assert await somebody_is_here(visitor)


async def test_an_idle_screen_can_still_be_locked(nurse, service):
    service.clock.move(timedelta(minutes=16))
    assert (await nurse.posts("/lock")).status_code == 303
    (row,) = await service.rows(schema.sessions)
    assert row["locked_at"]


async def test_who_signs_out_gives_back_what_they_hold_and_is_here_no_more(visitor, nurse, service):
    await visitor.sends(CRISIS)
    async with signed_in(service, "nurse") as elsewhere:
        await is_on_shift(nurse, service)
        await nurse.posts(f"/desk/conversations/{visitor.id}/claim")
        await elsewhere.get("/account")
        await elsewhere.posts("/sign-out")
    (row,) = await service.rows(schema.handoffs)
    assert row["state"] == "claimed"  # the other browser is still at work
    await nurse.posts("/sign-out")
    (row,) = await service.rows(schema.handoffs)
    assert (row["state"], row["claimed_by"]) == ("requested", None)
    assert await service.rows(schema.presence) == await service.rows(schema.at_desk) == []
    assert not await somebody_is_here(visitor)
