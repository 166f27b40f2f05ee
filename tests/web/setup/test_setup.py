"""The first start, from the printed link to the line on the website."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tests.web.browsing import PAGE, fill_in
from tests.web.conftest import PASSWORD, async_fixture, client_of
from tests.web.stand_in_bot import reply
from web import schema
from web.accounts import accounts
from web.hours import cities

pytestmark = pytest.mark.thorough  # a first start in each test

WEEK = {"monday-0-from": "09:00", "monday-0-to": "17:00"}


@async_fixture
async def first_start(services, empty):
    """A service in which nobody has an account, and the path of its one-time link."""
    service = await services.start(database_url=empty)
    return service, f"/setup/start/{service.app.ctx.set_up_code}"


async def test_from_the_link_to_the_first_step_of_the_clinic(first_start):
    service, link = first_start
    async with client_of(service) as http:
        answer = await fill_in(http, link, name="Ada", sign_in_name="ada", password=PASSWORD)
        assert answer.headers["location"] == "/setup/clinic"
        assert (await http.get("/setup/clinic", headers=PAGE)).status_code == 200
    async with service.db.read() as tx:
        (ada,) = await accounts.everybody(tx)
    assert ada.roles == {"administrator", "desk"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"password": "Password1234"}, "too easy to guess"),
        ({"password": "short"}, "at least 12"),
        ({"sign_in_name": ""}, "no spaces"),
        ({"name": ""}, "Please write a name"),
    ],
)
async def test_what_is_wrong_is_said_and_the_link_stays_good(first_start, fields, sentence):
    service, link = first_start
    written = {"name": "Ada", "sign_in_name": "ada", "password": PASSWORD}
    async with client_of(service) as http:
        answer = await fill_in(http, link, **{**written, **fields})
        assert answer.status_code == 400
        assert sentence in answer.text
        assert (await fill_in(http, link, **written)).status_code == 303


async def test_one_link_makes_one_administrator(first_start):
    service, link = first_start
    async with client_of(service) as one, client_of(service) as another:
        page = await another.get(link, headers=PAGE)
        assert page.status_code == 200
        await fill_in(one, link, name="Ada", sign_in_name="ada", password=PASSWORD)
        assert (await another.get(link, headers=PAGE)).status_code == 404
    assert len(await service.rows(schema.accounts)) == 1


async def test_facts_are_live_at_once_and_the_way_goes_on(administrator, service, visitor):
    fields = {
        "name": "Harbour Clinic",
        "phone": "555 201 0000",
        "address": "1 Quay",
        "time_zone": "America/Denver",
    }
    answer = await administrator.posts("/setup/clinic", **fields, **WEEK)
    assert answer.headers["location"] == "/setup/content"
    async with service.db.read() as tx:
        clinic = await service.app.ctx.context.clinic_now(tx)
    assert clinic.name == "Harbour Clinic"
    assert clinic.texts["phone"] == "(555) 201-0000"
    assert list(clinic.hours) == [0]
    assert "<span>Harbour Clinic</span>" in (await administrator.get("/setup/site")).text
    resumed = await administrator.get("/setup")
    assert resumed.headers["location"] == "/setup/content"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("New York", "America/New_York"),
        ("albany", "America/New_York"),
        (" st. louis ", "America/Chicago"),
        ("Zürich", "Europe/Zurich"),
        ("america/denver", "America/Denver"),
        ("Los Angeles", "America/Los_Angeles"),
    ],
)
def test_a_city_names_its_time_zone(typed, zone):
    assert cities.zone_named(typed) == zone


def test_every_city_belongs_to_a_zone_that_there_is():
    assert all(ZoneInfo(zone) for zone, _ in cities.choices())
    assert cities.zone_named("Atlantis") == "Atlantis"


async def test_hours_that_were_typed_survive_a_city_that_nobody_knows(administrator, service):
    fields = {"name": "Harbour Clinic", "time_zone": "Atlantis", **WEEK}
    answer = await administrator.posts("/setup/clinic", **fields)
    assert answer.status_code == 400
    assert "We do not know the time zone of “Atlantis”" in answer.text
    for name, clock in WEEK.items():
        assert f'name="{name}" value="{clock}"' in answer.text
    answer = await administrator.posts("/setup/clinic", **{**fields, "time_zone": "albany"})
    assert answer.status_code == 303
    async with service.db.read() as tx:
        clinic = await service.app.ctx.context.clinic_now(tx)
    assert str(clinic.time_zone) == "America/New_York"


async def test_what_is_no_fact_is_said_and_the_rest_is_kept(administrator, service):
    fields = {"name": "Harbour Clinic", "phone": "call us", "time_zone": "America/Denver"}
    answer = await administrator.posts("/setup/clinic", **fields)
    assert answer.status_code == 400
    assert "is not a phone number" in answer.text
    assert 'value="call us"' in answer.text
    async with service.db.read() as tx:
        assert (await service.app.ctx.context.clinic_now(tx)).name == "Harbour Clinic"


async def test_a_named_website_may_show_the_chat_until_it_is_removed(administrator, service):
    site, frame = "https://www.harbour.example", "/widget?site=https://www.harbour.example"
    async with client_of(service) as http:
        assert (await http.get(frame)).status_code == 403
        await administrator.posts("/setup/site", site="www.harbour.example/our-team?x=1")
        shown = await http.get(frame)
        assert shown.status_code == 200
        assert site in shown.headers["content-security-policy"]
        begun = await http.post("/v1/conversations", headers={"origin": site})
        assert begun.status_code == 201
        await administrator.posts("/setup/site", site=site, remove="yes")
        assert (await http.get(frame)).status_code == 403
        assert (await http.post("/v1/conversations", headers={"origin": site})).status_code == 403


@pytest.mark.parametrize(
    "site",
    [
        "",
        "x",
        "ftp://a.example",
        "https://",
        "https://a.example;script-src",
        "https://a b.example",
        "a" * 400,
    ],
)
async def test_what_is_no_website_is_refused(administrator, service, site):
    answer = await administrator.posts("/setup/site", site=site)
    assert answer.status_code == 400
    assert "website&#39;s address" in answer.text
    assert await service.rows(schema.sites) == []


async def test_a_test_message_shows_the_bots_answer_and_leaves_no_word(administrator, service, bot):
    bot.says(reply("utter_greet"))
    page = await administrator.posts("/setup/try", question="is anybody there")
    assert "The bot answered" in page.text
    assert "What would you like to know?" in page.text
    assert await service.rows(schema.messages) == []


async def test_a_test_message_says_so_when_the_bot_is_dead(administrator, services, bot):
    await bot.die()
    page = await administrator.posts("/setup/try", question="is anybody there")
    assert "The bot did not answer; the visitor was told" in page.text


async def test_an_empty_test_message_is_refused(administrator):
    assert (await administrator.posts("/setup/try", question=" ")).status_code == 422


async def test_the_line_to_paste_stands_on_the_page(administrator, service):
    page = (await administrator.get("/setup/site")).text
    address = service.settings.public_url
    assert f"&lt;script src=&#34;{address}/widget.js&#34; async&gt;&lt;/script&gt;" in page
