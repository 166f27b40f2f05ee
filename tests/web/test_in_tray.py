"""The in-tray: a nurse signs in, reads what is open, reaches the visitor, marks it done."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from tests.web.conftest import Visitor, async_fixture, client_of
from tests.web.stand_in_bot import callback, reply
from web import schema, staff
from web.limits import Rate

PAGE = {"accept": "text/html"}
MARKUP = '<script>alert("x")</script><img src=x onerror=alert(1)>'


async def sign_in(http: httpx.AsyncClient, password: str) -> httpx.Response:
    return await http.post("/in-tray/sign-in", data={"password": password}, headers=PAGE)


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found.group(1)


async def wants_a_call(visitor: Visitor, bot, **fields) -> None:
    wish = callback(**{"phone": "+15552018834", **fields})
    bot.says(reply("utter_greet"), requests=(wish,))
    await visitor.asks("please call me")


@async_fixture
async def nurse(service, template):
    async with client_of(service) as http:
        assert (await sign_in(http, template.password)).status_code == 303
        yield http


async def test_a_callback_shows_how_and_when_to_reach_the_visitor(nurse, visitor, bot):
    await wants_a_call(
        visitor, bot, first_name="Ana", best_time="after 3 pm", may_leave_message=False,
        patient="new", channel="phone",
    )  # fmt: skip
    page = (await nurse.get("/in-tray", headers=PAGE)).text
    for words in ("Ana asks for a call", "after 3 pm", "tel:+15552018834", "(555) 201-8834", "new"):
        assert words in page
    assert re.search(r"May we leave a message\?</dt><dd>no<", page)
    assert f"/in-tray/conversations/{visitor.id}" in page


@pytest.mark.parametrize(
    ("fields", "href"),
    [
        ({"channel": "text"}, "sms:+15552018834"),
        ({"phone": None, "email": "ana@example.com"}, "mailto:ana@example.com"),
        ({"phone": "+4930123456"}, "tel:+4930123456"),
    ],
)
async def test_the_way_to_reach_can_be_pressed(nurse, visitor, bot, fields, href):
    await wants_a_call(visitor, bot, **fields)
    assert f'href="{href}"' in (await nurse.get("/in-tray")).text


async def test_urgent_comes_first_and_then_the_oldest(nurse, visitor, another_visitor, bot):
    await wants_a_call(visitor, bot, first_name="First")
    await wants_a_call(another_visitor, bot, first_name="Second")
    await another_visitor.sends("I want to kill myself")
    page = (await nurse.get("/in-tray")).text
    order = [page.index(words) for words in ("Urgent", "First asks", "Second asks")]
    assert order == sorted(order)


async def test_done_takes_it_off_the_list(nurse, visitor, bot, service):
    await wants_a_call(visitor, bot)
    bot.says(reply("utter_greet"))
    await visitor.sends("I want to kill myself")
    page = (await nurse.get("/in-tray")).text
    for action in re.findall(r'action="(/in-tray/\w+/[^"]+/done)"', page):
        answer = await nurse.post(action, data={"form_token": form_token(page)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/in-tray")
    assert "Nothing is open" in (await nurse.get("/in-tray")).text
    assert (await service.rows(schema.callbacks))[0]["state"] == "done"
    assert (await service.rows(schema.handoffs))[0]["state"] == "resolved"


async def test_done_twice_does_no_harm(nurse, visitor, bot):
    await wants_a_call(visitor, bot)
    page = (await nurse.get("/in-tray")).text
    (action,) = re.findall(r'action="(/in-tray/callbacks/[^"]+/done)"', page)
    for _ in range(2):
        answer = await nurse.post(action, data={"form_token": form_token(page)})
        assert answer.status_code == 303


async def test_markup_is_text_on_every_page(nurse, visitor, bot):
    await visitor.sends(MARKUP)
    await visitor.hears()
    await wants_a_call(visitor, bot, first_name=MARKUP, best_time=MARKUP)
    for path in ("/in-tray", "/in-tray/list", f"/in-tray/conversations/{visitor.id}"):
        page = (await nurse.get(path)).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


async def test_the_transcript_reads_from_the_beginning(nurse, visitor):
    await visitor.asks("hello there")
    page = (await nurse.get(f"/in-tray/conversations/{visitor.id}")).text
    assert page.index("hello there") < page.index("What would you like to know?")
    assert "Tue, Nov 24, 10" in page  # the clinic's time, not UTC


async def test_a_transcript_that_is_gone_is_not_there(nurse):
    answer = await nurse.get("/in-tray/conversations/gone", headers=PAGE)
    assert answer.status_code == 404
    assert "There is no such page here." in answer.text


async def test_a_wrong_password_opens_nothing(http, template):
    answer = await sign_in(http, template.password + "x")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert (await http.get("/in-tray")).status_code == 303


async def test_guessing_is_slowed_from_the_sixth_try(http, template):
    statuses = [(await sign_in(http, f"guess {number}")).status_code for number in range(6)]
    assert statuses == [403] * 5 + [429]
    answer = await sign_in(http, template.password)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


async def test_guessing_from_everywhere_is_slowed_too(services, template):
    many = Rate(burst=100, refill_s=0.1)
    service = await services.start(
        limits={"sign_ins_per_address": many, "sign_ins_of_all": Rate(burst=1, refill_s=60.0)}
    )
    async with client_of(service) as http:
        await sign_in(http, "guess")
        assert (await sign_in(http, template.password)).status_code == 429


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(http, template):
    cookie = (await sign_in(http, template.password)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie  # plain http on this machine


async def test_with_https_the_cookie_is_secure(services, template):
    service = await services.start(public_url="https://chat.example.com")
    async with client_of(service) as http:
        cookie = (await sign_in(http, template.password)).headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie


async def test_signing_out_ends_the_session(nurse):
    page = (await nurse.get("/in-tray")).text
    stolen = dict(nurse.cookies)
    await nurse.post("/in-tray/sign-out", data={"form_token": form_token(page)})
    assert dict(nurse.cookies) == {}
    nurse.cookies.update(stolen)
    assert (await nurse.get("/in-tray")).status_code == 303


@pytest.mark.parametrize("steps", [[timedelta(hours=13)], [timedelta(hours=11)] * 16])
async def test_a_session_ends_by_itself(nurse, service, steps):
    for step in steps:
        service.clock.move(step)
        answer = await nurse.get("/in-tray")
    assert answer.status_code == 303


async def test_a_session_in_use_lives_on(nurse, service):
    for _ in range(5):
        service.clock.move(timedelta(hours=11))
        assert (await nurse.get("/in-tray")).status_code == 200


async def test_a_new_password_signs_everybody_out(nurse, service, template):
    async with service.db.write() as tx:
        password = await staff.make_password(tx, now=service.clock())
    assert (await nurse.get("/in-tray")).status_code == 303
    assert (await sign_in(nurse, template.password)).status_code == 403
    assert (await sign_in(nurse, password)).status_code == 303


async def test_signing_in_makes_the_in_tray_watched(services, template, bot):
    service = await services.start(mode="live", allowed_sites=("https://www.example.com",))
    async with client_of(service) as http:
        visitor = await Visitor(http).opens_the_chat()
        await visitor.asks("hello")
        await sign_in(http, template.password)
        await visitor.asks("hello")
        service.clock.move(timedelta(days=7, minutes=1))
        await visitor.asks("hello")
    assert [asked["facts"]["can_call_back"] for asked in bot.asked] == [False, True, False]


def test_the_password_is_kept_as_a_hash_only(template):
    assert template.password.encode() not in template.path.read_bytes()
    assert b"$argon2id$" in template.path.read_bytes()
    assert len(template.password) >= 20
