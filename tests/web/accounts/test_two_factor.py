"""The second step: a code of the moment from a phone, codes on paper, and what the record keeps of them."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from tests.web.accounts.test_login import HOME, is_in
from tests.web.browsing import PAGE, fill_in, sign_in
from tests.web.conftest import NOW, PASSWORD, Running, async_fixture, client_of, signed_in
from web import cli, schema
from web.__main__ import main
from web.accounts import two_factor
from web.core.encryption import Encryption
from web.core.keys.tokens import hash_of

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


def offered_on(page):
    """What a phone reads from the page, and what the page's form sends back."""
    key = re.search(r'this key: <span class="code">([A-Z2-7 ]+)</span>', page)
    offer = re.search(r'name="offer" value="([\w-]+)"', page)
    assert key
    assert offer
    return pyotp.TOTP(key.group(1).replace(" ", "")), offer.group(1)


@async_fixture
async def phone(service):
    """The second step is set up."""
    async with signed_in(service, "nurse") as nurse:
        page = (await nurse.get("/account/second-factor", headers=PAGE)).text
        totp, offer = offered_on(page)
        answer = await nurse.posts(
            "/account/second-factor", offer=offer, password=PASSWORD, code=totp.at(service.clock())
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


async def test_without_the_key_neither_phone_nor_paper_opens_and_the_page_says_why(service, phone, caplog):
    service.settings.key_file.unlink()
    async with client_of(service) as http:
        await sign_in(http)
        for code in (phone.shows(service), phone.paper[0]):
            answer = await fill_in(http, "/sign-in/code", code=code)
            assert answer.status_code == 403
            assert "Codes cannot be checked right now" in answer.text
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


async def hashes_of_paper(service):
    return [row["code_hash"] for row in await service.rows(schema.recovery_codes)]


def plain_hash(code):
    return hashlib.sha256(code.replace("-", "").encode()).hexdigest()


async def test_the_record_alone_does_not_give_the_codes_on_paper_away(service, phone):
    kept = await hashes_of_paper(service)
    assert len(kept) == 10
    assert not set(kept) & {plain_hash(code) for code in phone.paper}
    assert not any(plain_hash(code) in str(kept) for code in phone.paper)


async def test_codes_on_paper_of_an_earlier_version_are_keyed_at_the_next_start(services, service, phone):
    async with service.db.write() as tx:
        rows = (await tx.execute(select(schema.recovery_codes.c.id))).scalars().all()
        for row_id, code in zip(rows, phone.paper, strict=True):
            change = update(schema.recovery_codes).where(schema.recovery_codes.c.id == row_id)
            await tx.execute(change.values(code_hash=plain_hash(code)))
    again = await services.start(clock=service.clock)
    assert not set(await hashes_of_paper(again)) & {plain_hash(code) for code in phone.paper}
    statuses = []
    for _ in range(2):
        async with client_of(again) as http:
            await sign_in(http)
            statuses.append((await fill_in(http, "/sign-in/code", code=phone.paper[3])).status_code)
    assert statuses == [303, 403]


async def test_a_copy_of_a_browsers_cookie_inherits_no_second_step(service, phone, browser):
    await sign_in(browser)  # asked for the code: the browser has its cookie now
    copied = browser.cookies["front_desk_device"]
    await fill_in(browser, "/sign-in/code", code=phone.shows(service), trust="yes")
    assert browser.cookies["front_desk_device"] != copied
    async with client_of(service) as elsewhere:
        elsewhere.cookies.set("front_desk_device", copied, domain="127.0.0.1")
        assert (await sign_in(elsewhere)).headers["location"].startswith("/sign-in/code")
    browser.cookies.delete("front_desk_staff")
    assert (await sign_in(browser)).headers["location"] == HOME


async def test_a_new_password_forgets_every_browser(service, phone, browser):
    await sign_in(browser)
    await fill_in(browser, "/sign-in/code", code=phone.shows(service), trust="yes")
    async with signed_in(service, "nurse") as nurse:
        new = "a kettle under the old bridge"
        answer = await nurse.posts("/account/password", password=PASSWORD, new_password=new)
        assert answer.status_code == 303
    browser.cookies.delete("front_desk_staff")
    answer = await sign_in(browser, password=new)
    assert answer.headers["location"].startswith("/sign-in/code")


async def test_a_workstation_knows_all_who_share_it_under_its_new_cookie(service, browser):
    for name in ("nina", "sam"):
        await sign_in(browser, name)
        browser.cookies.delete("front_desk_staff")
    rows = await service.rows(schema.devices)
    assert {row["token_hash"] for row in rows} == {hash_of(browser.cookies["front_desk_device"])}
    assert len(rows) == 2


@pytest.mark.parametrize("chosen", ["A" * 32, "", "others"])
async def test_the_secret_is_made_here_and_not_by_the_browser(service, chosen):
    async with signed_in(service, "nurse") as nurse, signed_in(service, "second_nurse") as sam:
        totp, others = offered_on((await sam.get("/account/second-factor", headers=PAGE)).text)
        totp = totp if chosen == "others" else pyotp.TOTP("A" * 32)
        fields = {"secret": chosen, "offer": others if chosen == "others" else chosen}
        code = totp.at(service.clock())
        answer = await nurse.posts("/account/second-factor", **fields, password=PASSWORD, code=code)
        assert answer.status_code == 400
    assert await kept_of(service) is None


def test_a_secret_that_was_shown_long_ago_is_not_taken(tmp_path):
    encryption, secret = Encryption(tmp_path / "key"), two_factor.new_secret()
    offer = two_factor.offer(secret, encryption, session_id="s", now=NOW)
    later = [NOW + timedelta(minutes=59), NOW + timedelta(minutes=61)]
    taken = [two_factor.offered(offer, encryption, session_id="s", now=each) for each in later]
    assert taken == [secret, None]


def test_the_command_wants_to_know_whose(capsys):
    with pytest.raises(SystemExit):
        main(["reset-second-factor"])
    assert "--unreadable" in capsys.readouterr().err
