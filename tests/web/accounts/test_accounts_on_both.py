"""What accounts promise under many requests at once, on SQLite and, in the thorough part, on PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest

from tests.web.browsing import sign_in
from tests.web.conftest import PASSWORD, client_of, signed_in
from web.accounts import audit, invitations, login
from web.accounts.login import Where
from web.core.errors import Forbidden, NotFound, TooMany

pytestmark = pytest.mark.thorough  # many requests at once


async def test_deeds_noted_at_once_stand_in_one_unbroken_chain(service):
    async def deed(number: int) -> None:
        async with service.db.write() as tx:
            await audit.note(
                tx, by="host", did="thing.done", about="things", about_id=str(number), now=service.clock()
            )

    await asyncio.gather(*(deed(number) for number in range(30)))
    async with service.db.read() as tx:
        assert (await audit.verify(tx)).broken_at is None
        assert len(await audit.find(tx, audit.AuditFilter(did="thing.done"), limit=50)) == 30


async def test_guesses_at_once_are_counted_one_by_one(service):
    where = Where("203.0.113.7", "", "Firefox on Linux")

    async def guess(number: int) -> None:
        await login.with_password(
            service.db, "nina", f"guess {number}", where=where,
            limits=service.settings.limits, now=service.clock(),
        )  # fmt: skip

    outcomes = await asyncio.gather(*map(guess, range(20)), return_exceptions=True)
    assert sum(isinstance(each, Forbidden) for each in outcomes) == 5
    assert sum(isinstance(each, TooMany) for each in outcomes) == 15


async def test_a_link_is_used_by_one_of_many(service):
    async with service.db.write() as tx:
        code = await invitations.make_first(tx, now=service.clock())

    async def use() -> None:
        async with service.db.write() as tx:
            invitation = await invitations.find(tx, code, now=service.clock())
            await invitations.use(tx, invitation, now=service.clock())

    outcomes = await asyncio.gather(*(use() for _ in range(10)), return_exceptions=True)
    assert outcomes.count(None) == 1
    assert sum(isinstance(each, NotFound) for each in outcomes) == 9


async def test_signing_in_and_being_disabled_work_the_same(service):
    async with client_of(service) as http, signed_in(service, "administrator") as administrator:
        assert (await sign_in(http, "nina", PASSWORD)).status_code == 303
        page = (await administrator.get("/people")).text
        assert "Nina Nurse" in page
        async with signed_in(service, "nurse") as nurse:
            await administrator.posts(f"/people/{nurse.staff.id}/disable")
        assert (await http.get("/account")).status_code == 401
