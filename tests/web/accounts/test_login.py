"""Signing in: for whom it opens, for whom not, how it ends, and what guessing comes to."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import httpx
import pytest

from tests.processor import even_cost_s
from tests.web.browsing import PAGE, fill_in, form_token_in, sign_in
from tests.web.conftest import PASSWORD, Running, async_fixture, client_of, signed_in
from web import schema
from web.accounts import accounts, login, navigation, passwords
from web.accounts.login import Where
from web.core.errors import Forbidden, TooMany
from web.core.keys.tokens import hash_of
from web.core.pubsub import Listener

pytestmark = pytest.mark.thorough  # a password's slow hash nearly everywhere

HOME = navigation.home_of(frozenset({"desk"}))
ELSEWHERE = Where("203.0.113.7", "", "Firefox on Linux")


@async_fixture
async def browser(service):
    async with client_of(service) as http:
        yield http


async def is_in(http: httpx.AsyncClient) -> bool:
    return (await http.get("/account", headers=PAGE)).status_code == 200


async def test_a_name_and_a_password_open_the_pages(browser):
    answer = await sign_in(browser, " Nina ")
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    assert await is_in(browser)


@pytest.mark.parametrize(("name", "password"), [("nina", PASSWORD + "x"), ("nobody", PASSWORD), ("", "")])
async def test_a_wrong_name_and_a_wrong_password_look_the_same(browser, name, password):
    answer = await sign_in(browser, name, password)
    assert answer.status_code == 403
    assert "The name or the password is not right." in answer.text
    assert not await is_in(browser)


async def test_a_known_and_an_unknown_name_cost_the_same_work(service, monkeypatch):
    hashes = []
    fits = passwords._fits

    def watched(known_hash, attempt):
        hashes.append(known_hash or passwords._nobodys_hash())
        return fits(known_hash, attempt)

    monkeypatch.setattr(passwords, "_fits", watched)
    for name in ("nina", "nobody"):
        with pytest.raises(Forbidden):
            await guess(service, name, "a guess that is wrong")
    assert [kept.split("$")[1:4] for kept in hashes] == [["argon2id", "v=19", "m=19456,t=2,p=1"]] * 2


async def guess(service: Running, name: str, password: str, where: Where = ELSEWHERE) -> login.SignedIn:
    limits = service.settings.limits
    return await login.with_password(
        service.db, name, password, where=where, limits=limits, now=service.clock()
    )


async def test_guessing_is_slowed_from_the_sixth_try_and_then_ever_more(service):
    for number in range(5):
        with pytest.raises(Forbidden):
            await guess(service, "nina", f"guess number {number}")
    waits = []
    for _ in range(4):
        with pytest.raises(TooMany) as refused:
            await guess(service, "nina", PASSWORD)
        waits.append(refused.value.details["retry_after_s"])
        service.clock.move(timedelta(seconds=waits[-1] + 1))
        with pytest.raises(Forbidden):
            await guess(service, "nina", "one more guess")
    assert all(want - 10 < waited <= want for want, waited in zip((30, 60, 120, 240), waits, strict=True))


@pytest.mark.thorough
async def test_guesses_from_everywhere_get_nowhere_and_the_owner_signs_in(service, monkeypatch):
    """From 200 addresses, the right password among them; refused tries are never hashed.

    Ten thousand over HTTP: tests/end_to_end/test_guessing.py.
    """
    async with client_of(service) as workstation:
        await sign_in(workstation)
        own = Where("198.51.100.4", workstation.cookies["front_desk_device"], "Edge on Windows")
    hashed = []
    fits = passwords._fits

    def watched(kept, tried):
        hashed.append(tried)
        return fits(kept, tried)

    monkeypatch.setattr(passwords, "_fits", watched)
    outcomes: dict[type, int] = {}
    for number in range(200):
        where = Where(f"203.0.113.{number % 200}", "", "curl")
        password = PASSWORD if number >= 100 and number % 10 == 0 else f"guess {number}"
        try:
            await guess(service, "nina", password, where)
        except (Forbidden, TooMany) as refused:
            outcomes[type(refused)] = outcomes.get(type(refused), 0) + 1
    assert sum(outcomes.values()) == 200
    assert outcomes[Forbidden] == len(hashed) <= 35
    assert (await guess(service, "nina", PASSWORD, own)).token


async def test_many_guesses_at_once_are_no_way_around(service):
    tries = [guess(service, "nina", f"guess {number}") for number in range(40)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, Forbidden) for each in outcomes) == 5
    assert sum(isinstance(each, TooMany) for each in outcomes) == 35


async def test_a_cookie_from_before_is_not_taken_over(browser):
    planted = "p" * 43
    browser.cookies.set("front_desk_staff", planted, domain="127.0.0.1")
    answer = await sign_in(browser)
    assert planted not in answer.headers["set-cookie"]
    async with client_of_same(browser) as attacker:
        attacker.cookies.set("front_desk_staff", planted)
        assert not await is_in(attacker)


def client_of_same(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=browser.base_url, trust_env=False)


async def test_the_token_changes_with_every_sign_in_and_only_hashes_are_kept(browser, service):
    tokens = set()
    for _ in range(3):
        await sign_in(browser)
        tokens.add(browser.cookies["front_desk_staff"])
        browser.cookies.delete("front_desk_staff")
    assert len(tokens) == 3
    kept = str(await service.rows(schema.sessions)) + str(await service.rows(schema.devices))
    for token in (*tokens, browser.cookies["front_desk_device"]):
        assert token not in kept
        assert hash_of(token) in kept


async def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(browser):
    page = await browser.get("/sign-in")
    answer = await sign_in(browser)
    for cookie in (page.headers["set-cookie"].lower(), answer.headers["set-cookie"].lower()):
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "path=/" in cookie
        assert "secure" not in cookie  # plain http on this machine


async def test_with_https_the_cookies_are_secure(services):
    service = await services.start(public_url="https://chat.example.com")
    async with client_of(service) as http:
        cookie = (await http.get("/sign-in")).headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert "Domain" not in cookie


async def test_signing_out_ends_the_session_for_good(nurse):
    stolen = dict(nurse.cookies)
    await nurse.posts("/sign-out")
    nurse.cookies.update(stolen)
    assert not await is_in(nurse)


async def test_a_screen_locks_and_the_password_alone_opens_it(browser, service):
    await sign_in(browser)
    before = browser.cookies["front_desk_staff"]
    service.clock.move(timedelta(minutes=16))
    answer = await browser.get(HOME, headers=PAGE)
    assert answer.headers["location"] == f"/unlock?next={HOME}"
    assert (await browser.get("/desk/live")).status_code == 423
    wrong = await fill_in(browser, "/unlock", password="not mine at all")
    assert wrong.status_code == 400
    right = await fill_in(browser, "/unlock", password=PASSWORD, next=HOME)
    assert right.headers["location"] == HOME
    assert browser.cookies["front_desk_staff"] != before
    assert await is_in(browser)


async def test_a_page_that_asks_by_itself_does_not_keep_the_screen_open(nurse, service):
    for _ in range(3):
        service.clock.move(timedelta(minutes=6))
        answer = await nurse.get("/desk/live")
    assert answer.status_code == 423


async def test_a_session_in_use_lives_for_a_shift_and_no_longer(nurse, service):
    for _ in range(71):
        service.clock.move(timedelta(minutes=10))
        assert await is_in(nurse)
    service.clock.move(timedelta(minutes=11))
    assert (await nurse.get("/account", headers=PAGE)).headers["location"].startswith("/sign-in")


async def test_a_shared_workstation_changes_hands_from_the_lock(browser):
    await sign_in(browser)
    await sign_in_as_another(browser, "sam")
    page = (await browser.get("/account", headers=PAGE)).text
    assert "Sam Second" in page
    locked = await lock(browser)
    assert "Sam Second, this screen is locked" in locked
    assert "/sign-in?change=yes&amp;name=nina" in locked
    # A password manager finds whose password it is.
    assert re.search(r'value="sam" autocomplete="username"[^>]* readonly>', locked)


async def sign_in_as_another(browser: httpx.AsyncClient, name: str) -> None:
    await lock(browser)
    page = await browser.get(f"/sign-in?change=yes&name={name}", headers=PAGE)
    assert f'value="{name}"' in page.text
    answer = await browser.post(
        "/sign-in", data={"form_token": form_token_in(page.text), "name": name, "password": PASSWORD}
    )
    assert answer.status_code == 303


async def lock(browser: httpx.AsyncClient) -> str:
    page = await browser.get("/account", headers=PAGE)
    await browser.post("/lock", data={"form_token": form_token_in(page.text)})
    return (await browser.get("/unlock", headers=PAGE)).text


@pytest.mark.parametrize("way", ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-out"])
async def test_nobody_is_led_elsewhere_after_signing_in(browser, way):
    answer = await fill_in(browser, "/sign-in", name="nina", password=PASSWORD, next=way)
    assert answer.headers["location"] == HOME


async def test_somebody_disabled_is_cut_off_everywhere_within_five_seconds(services, monkeypatch):
    """Also out of a request that waits: the guard looks again while it does."""
    service = await services.start(limits={"max_wait_s": 60.0})
    waits, news = asyncio.Event(), Listener.news

    async def watched(listener, *, timeout_s):
        waits.set()
        return await news(listener, timeout_s=timeout_s)

    monkeypatch.setattr(Listener, "news", watched)
    async with signed_in(service, "nurse") as here, signed_in(service, "nurse") as elsewhere:
        mark = (await here.get("/desk/live")).headers["x-mark"]
        poll = asyncio.create_task(here.get("/desk/live", params={"mark": mark, "wait": "60"}))
        await waits.wait()
        async with service.db.write() as tx:
            account = await accounts.with_sign_in_name(tx, "nina")
            assert account
            await accounts.disable(tx, account.id, by="host", now=service.clock())
        assert (await asyncio.wait_for(poll, timeout=30)).status_code == 401
        for browser in (here, elsewhere):
            assert not await is_in(browser)
    async with client_of(service) as http:
        assert (await sign_in(http)).status_code == 403


async def test_a_changed_password_signs_every_other_browser_out(service):
    new = "forty tame otters swim"
    async with signed_in(service, "nurse") as here, signed_in(service, "nurse") as elsewhere:
        answer = await here.posts("/account/password", password=PASSWORD, new_password=new)
        assert answer.headers["location"] == "/account?done=password"
        assert await is_in(here)
        assert not await is_in(elsewhere)
    async with client_of(service) as http:
        assert (await sign_in(http)).status_code == 403
        assert (await sign_in(http, "nina", new)).status_code == 303


async def test_one_ends_ones_own_sessions_only(service, nurse, second_nurse):
    async with signed_in(service, "nurse") as elsewhere:
        await second_nurse.posts(f"/account/sessions/{elsewhere.staff.session_id}/end")
        assert await is_in(elsewhere)
        await nurse.posts(f"/account/sessions/{elsewhere.staff.session_id}/end")
        assert not await is_in(elsewhere)


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        (PASSWORD, True),
        ("correct battery staple horse", True),
        ("short", False),
        ("Password1234", False),
        ("P@ssw0rd!!2026", False),
        ("Welcome123456", False),
        ("aaaaaaaaaaaa", False),
        ("123456789012", False),
        ("qwertyuiop12", False),
        ("correcthorsebatterystaple", False),
        ("nina likes tea", False),
        ("x" * 201, False),
        ("trustno1trustno1", False),
        ("1q2w3e4r5t6y", False),
        ("Passwort1234!", False),
        ("Contraseña2026", False),
        ("Sunshine2024!!", False),
        ("Riverside1234", False),
        ("RiversideDental2026", False),
        ("d3ntal-riverside", False),
        ("Riverside-Clinic1", False),
        ("ClinicDental!!", False),
        ("sunshinesunshinesunshine tunnel mango ladder", True),
    ],
)
def test_passwords_that_somebody_would_try_first_are_refused(password, is_good):
    assert (passwords.weakness(password, own_words=("nina", "Riverside Dental")) is None) is is_good


def test_judging_a_password_costs_little_however_it_is_made():
    assert even_cost_s(lambda: passwords.weakness("4({6!0$+%2@[<9&#1/|5" * 10)) < 3.0


async def test_the_colours_stay_as_chosen_on_this_browser(nurse):
    for chosen in ("dark", "light"):
        await nurse.posts("/theme", theme=chosen, next="/account")
        assert f'data-theme="{chosen}"' in (await nurse.get("/account", headers=PAGE)).text
    for other in ("", 'x" onload="alert(1)'):
        await nurse.posts("/theme", theme=other)
        assert "data-theme" not in (await nurse.get("/account", headers=PAGE)).text
