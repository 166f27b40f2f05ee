"""Below a path of the clinic's website: every address that goes out has it, none that comes in needs it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

from tests.web.conftest import CAST, StaffClient, Visitor, async_fixture, client_of
from tests.web.http.test_roles_at_routes import doors_of
from tests.web.stand_in_bot import reply
from web.accounts import accounts, sessions
from web.core.settings import OWN_PATHS, Settings, SettingsError
from web.http.prefix import page_at, reached_at, without

PREFIX = "/chat-desk"
PUBLIC = f"https://www.clinic.example{PREFIX}"
KEYS = {"data-count", "data-base"}  # they name a line of the menu; the path itself
BROWSER = {"accept": "text/html"}


@async_fixture
async def below(services):
    """A service below a path, on this machine."""
    return await services.start(public_url=f"http://127.0.0.1:1{PREFIX}")


@async_fixture
async def everybody(below):
    """An administrator who may also open the desk and the studio."""
    async with below.db.write() as tx:
        account = await accounts.with_sign_in_name(tx, CAST["administrator"][0])
        assert account is not None
        await accounts.set_roles(tx, account.id, {"administrator", "desk", "owner", "clinician"}, by="host",
                                 now=below.clock())  # fmt: skip
        token = await sessions.open_for(tx, account.id, label="Test", now=below.clock())
        session = await sessions.find(tx, token, limits=below.settings.limits, now=below.clock())
    assert session is not None
    client = StaffClient(base_url=below.url + PREFIX, trust_env=False, timeout=20)
    client.cookies.set("front_desk_staff", token, domain="127.0.0.1")
    client.staff = session.staff
    async with client:
        yield client


class Addresses(HTMLParser):
    """Every attribute of a page that begins like an address of ours."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found += [
            (name, value)
            for name, value in attributes
            if value and re.match(r"/(?!/)", value) and name not in KEYS and tag != "input"
        ]


def strays(page: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in Addresses(page).found if not value.startswith(f"{PREFIX}/")]


async def test_every_page_of_staff_leads_to_addresses_below_the_path(below, everybody):
    seen, wrong = 0, {}
    for method, path, _ in doors_of(below.app):
        if method != "GET":
            continue
        answer = await everybody.get(path, headers=BROWSER)
        if "text/html" in answer.headers.get("content-type", ""):
            seen += len(Addresses(answer.text).found)
            if found := strays(answer.text):
                wrong[path] = found
        if "location" in answer.headers:
            assert answer.headers["location"].startswith(f"{PREFIX}/"), path
    assert wrong == {}
    assert seen > 500


@pytest.mark.parametrize("path", ["/", "/chat", "/answers", "/sign-in", "/chat/link", "/nothing-here"])
async def test_every_public_page_leads_to_addresses_below_the_path(below, path):
    async with client_of(below) as http:
        answer = await http.get(f"{PREFIX}{path}", headers=BROWSER)
    assert Addresses(answer.text).found
    assert strays(answer.text) == []
    assert f'data-base="{PREFIX}"' in answer.text


async def test_a_proxy_may_pass_the_path_on_or_take_it_off(below, bot):
    bot.says(reply("utter_greet"))
    for at in (PREFIX, ""):
        async with httpx.AsyncClient(base_url=f"{below.url}{at}", trust_env=False, timeout=20) as http:
            visitor = await Visitor(http).opens_the_chat()
            assert (await visitor.asks("hello"))["utterance"] == "utter_greet"
            assert (await http.get("/health")).status_code in (200, 503)
    async with client_of(below) as http:
        assert (await http.get(PREFIX, headers=BROWSER)).status_code == 200
        assert (await http.get(f"{PREFIX}?x=1", headers=BROWSER)).status_code == 200
        assert (await http.get(f"{PREFIX}er/chat", headers=BROWSER)).status_code == 404


async def test_the_loader_asks_below_the_path_and_hears_our_origin_alone(services):
    service = await services.start(public_url=PUBLIC)
    async with client_of(service) as http:
        script = (await http.get(f"{PREFIX}/widget.js")).text
    assert '"origin":"https://www.clinic.example"' in script
    assert f'"base":"{PUBLIC}"' in script
    for asked in ("/widget?", "/widget.js?", "/chat"):
        assert f"${{origin}}{asked}" not in script


async def test_a_cookie_is_for_the_path_alone_and_the_host_stays_the_websites(services):
    service = await services.start(public_url=PUBLIC)
    async with client_of(service) as http:
        answer = await http.get(f"{PREFIX}/sign-in", headers=BROWSER)
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Secure-front_desk_device=")
    assert f"Path={PREFIX};" in f"{cookie};"
    assert "strict-transport-security" not in answer.headers


async def test_signing_in_leads_to_the_page_that_was_wanted_whoever_names_it(below):
    async with client_of(below) as http:
        first = await http.get(f"{PREFIX}/desk/search", headers=BROWSER)
        assert first.headers["location"] == f"{PREFIX}/sign-in?next=/desk/search"
        page = await http.get(first.headers["location"], headers=BROWSER)
        token = re.search(r'name="form_token" value="([^"]+)"', page.text)
        assert token is not None
        for wanted in ("/desk/search", f"{PREFIX}/desk/search"):
            form = {"sign_in_name": "nina", "password": "wrong", "next": wanted, "form_token": token[1]}
            answer = await http.post(f"{PREFIX}/sign-in", data=form, headers=BROWSER)
            assert strays(answer.text) == []
            assert 'value="/desk/search"' in answer.text


def test_words_of_people_are_never_taken_for_addresses():
    page = '<html lang="en"><p>href=&#34;/desk&#34;</p><a href="//elsewhere/x" title="/y">/desk</a>'
    assert page_at("", page) == page
    assert page_at(PREFIX, page) == page.replace("<html", f'<html data-base="{PREFIX}"')


def test_a_path_is_put_before_once_and_taken_off_only_where_it_stands_whole():
    assert reached_at(PREFIX, "/desk") == f"{PREFIX}/desk" == reached_at(PREFIX, f"{PREFIX}/desk")
    assert reached_at(PREFIX, "https://www.clinic.example/desk") == "https://www.clinic.example/desk"
    assert reached_at(PREFIX, "//elsewhere/desk") == "//elsewhere/desk"
    assert (without(PREFIX, PREFIX), without(PREFIX, f"{PREFIX}?a")) == ("/", "/?a")
    assert without(PREFIX, f"{PREFIX}er/x") == f"{PREFIX}er/x"


def test_no_path_is_taken_that_is_one_of_our_own(service):
    ours = {route.path.split("/")[0] for route in service.app.router.routes} - {""}
    assert {name for name in ours if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name)} - set(
        OWN_PATHS
    ) == set()


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("https://www.clinic.example/chat-desk/", "/chat-desk"),
        ("https://www.clinic.example/a/b", "/a/b"),
        ("https://www.clinic.example/", ""),
        ("https://www.clinic.example", ""),
        ("https://www.clinic.example/chat", None),
        ("https://www.clinic.example/desk/x", None),
        ("https://www.clinic.example/a//b", None),
        ("https://www.clinic.example/../b", None),
        ("https://www.clinic.example/a?b=c", None),
        ('https://www.clinic.example/a"b', None),
    ],
)
def test_an_address_with_a_path_is_read_or_refused(address, prefix):
    if prefix is None:
        with pytest.raises(SettingsError, match="FRONT_DESK_PUBLIC_URL"):
            Settings.from_environment({"FRONT_DESK_PUBLIC_URL": address})
        return
    settings = Settings.from_environment({"FRONT_DESK_PUBLIC_URL": address})
    assert (settings.path_prefix, settings.public_origin) == (prefix, "https://www.clinic.example")
    assert settings.public_url == f"https://www.clinic.example{prefix}"
