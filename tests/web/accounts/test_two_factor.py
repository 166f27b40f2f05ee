"""The second step: a code of the moment from a phone, codes on paper, and what the record keeps of them."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from tests.web.accounts.test_login import HOME, is_in
from tests.web.browsing import PAGE, fill_in, sign_in
from tests.web.conftest import PASSWORD, Running, async_fixture, client_of, signed_in
from web import cli, schema
from web.__main__ import main

pytestmark = pytest.mark.thorough  # a password's slow hash nearly everywhere


@async_fixture
async def browser(service):
    async with client_of(service) as http:
        yield http


@dataclass
class Phone:
    """Nina's phone, and the paper with her recovery codes."""

    totp: pyotp.TOTP
    paper: list[str]

    def shows(self, service: Running) -> str:
        return self.totp.at(service.clock())


@async_fixture
async def phone(service):
    """The second step is set up."""
    async with signed_in(service, "nurse") as nurse:
        page = (await nurse.get("/account/second-factor", headers=PAGE)).text
        found = re.search(r'name="secret" value="(\w+)"', page)
        assert found
        totp = pyotp.TOTP(found.group(1))
        answer = await nurse.posts(
            "/account/second-factor", secret=totp.secret, password=PASSWORD, code=totp.at(service.clock())
        )
        assert answer.status_code == 200
    service.clock.move(timedelta(minutes=1))
    return Phone(totp, re.findall(r'<li class="code">([a-z0-9-]+)</li>', answer.text))


async def test_the_second_step_opens_with_the_code_of_the_moment(browser, service, phone):
    answer = await sign_in(browser)
    assert answer.headers["location"] == f"/sign-in/code?next={HOME}"
    assert not await is_in(browser)
    between = browser.cookies["front_desk_staff"]
    answer = await fill_in(browser, "/sign-in/code", code=phone.shows(service))
    assert answer.headers["location"] == HOME
    assert browser.cookies["front_desk_staff"] != between
    assert await is_in(browser)


async def test_a_code_opens_once(service, phone):
    code = phone.shows(service)
    statuses = []
    for _ in range(2):
        async with client_of(service) as http:
            await sign_in(http)
            statuses.append((await fill_in(http, "/sign-in/code", code=code)).status_code)
    assert statuses == [303, 403]


async def test_a_recovery_code_opens_once(service, phone):
    assert len(set(phone.paper)) == 10
    statuses = []
    for _ in range(2):
        async with client_of(service) as http:
            await sign_in(http)
            code = phone.paper[0].upper().replace("-", " ")
            statuses.append((await fill_in(http, "/sign-in/code", code=code)).status_code)
    assert statuses == [303, 403]


async def test_guessing_codes_is_slowed_too(service, phone):
    statuses = []
    async with client_of(service) as http:
        await sign_in(http)
        for number in range(7):
            statuses.append((await fill_in(http, "/sign-in/code", code=f"{number:06}")).status_code)
    assert statuses == [403] * 5 + [429] * 2


@pytest.mark.parametrize(
    ("trust", "later", "is_asked"),
    [("", 11, False), ("", 13, True), ("yes", 24 * 29, False), ("yes", 24 * 31, True)],
)
async def test_the_code_is_asked_for_once_a_shift_or_once_a_month(
    browser, service, phone, trust, later, is_asked
):
    await sign_in(browser)
    await fill_in(browser, "/sign-in/code", code=phone.shows(service), trust=trust)
    service.clock.move(timedelta(hours=later))
    browser.cookies.delete("front_desk_staff")
    answer = await sign_in(browser)
    assert answer.headers["location"].startswith("/sign-in/code") is is_asked


async def test_where_the_second_step_is_required_nothing_opens_before_it(services):
    service = await services.start(second_factor="required")
    async with signed_in(service, "nurse") as nurse:
        for path in (HOME, "/account"):
            answer = await nurse.get(path, headers=PAGE)
            assert answer.headers["location"].startswith("/account/second-factor")
        assert (await nurse.get("/account/second-factor", headers=PAGE)).status_code == 200


async def kept_of(service, name="nina"):
    async with service.db.read() as tx:
        mine = schema.accounts.c.sign_in_name == name
        return (await tx.execute(select(schema.accounts.c.totp_secret).where(mine))).scalar_one()


async def test_the_record_alone_does_not_hold_the_secret(service, phone):
    kept = await kept_of(service)
    assert phone.totp.secret not in kept
    assert base64.b32decode(phone.totp.secret) not in base64.urlsafe_b64decode(kept)


async def test_a_secret_of_an_earlier_version_is_sealed_at_the_next_start(services, service, phone):
    async with service.db.write() as tx:
        change = update(schema.accounts).where(schema.accounts.c.sign_in_name == "nina")
        await tx.execute(change.values(totp_secret=phone.totp.secret))
    again = await services.start(clock=service.clock)
    assert len(await kept_of(again)) == 64
    async with client_of(again) as http:
        await sign_in(http)
        assert (await fill_in(http, "/sign-in/code", code=phone.shows(service))).status_code == 303


async def test_without_the_key_the_paper_still_opens_and_the_phone_says_why(service, phone, caplog):
    service.settings.key_file.unlink()
    async with client_of(service) as http:
        await sign_in(http)
        answer = await fill_in(http, "/sign-in/code", code=phone.shows(service))
        assert answer.status_code == 403
        assert "A code from your paper still works" in answer.text
        assert (await fill_in(http, "/sign-in/code", code=phone.paper[0])).status_code == 303
    assert "second-factor.key is missing" in caplog.text
    assert phone.totp.secret not in caplog.text


async def test_the_host_sets_a_second_step_back_and_it_is_written_down(service, phone, capsys):
    settings = replace(service.settings, database_url=str(service.db.url.render_as_string(False)))
    assert await cli.reset_second_factor(settings, None) == 0
    assert "Nothing to set back" in capsys.readouterr().out  # the key is there: nobody is locked out
    assert await cli.reset_second_factor(settings, "nobody") == 1
    settings.key_file.unlink()
    assert await cli.reset_second_factor(settings, None) == 0
    assert "Set back for nina." in capsys.readouterr().out
    async with client_of(service) as http:
        assert (await sign_in(http)).headers["location"] == "/desk"
    did = [row for row in await service.rows(schema.audit) if row["did"] == "account.second_factor_removed"]
    assert [row["by"] for row in did] == ["host"]


def test_the_command_wants_to_know_whose(capsys):
    with pytest.raises(SystemExit):
        main(["reset-second-factor"])
    assert "--unreadable" in capsys.readouterr().err
