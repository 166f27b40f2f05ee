"""The loader and the frame: what a host page is given, who may show it, and how much it weighs."""

from __future__ import annotations

import gzip
import html
import json
import logging
import re
from collections import Counter

import pytest

from tests.web.conftest import Visitor, client_of
from tests.web.stand_in_bot import reply
from web.core.i18n import LANGUAGES
from web.help_center.titles import use_file
from web.http.files import STATIC
from web.widget import loader
from web.widget.bundler import in_order
from web.widget.theme import Look

SITE = "https://www.example.com"
MAX_LOADER_BYTES, MAX_CHAT_BYTES = 5 * 1024, 35 * 1024


async def weight(http, file: str) -> int:
    """How much travels, whatever proxy stands before us."""
    async with http.stream("GET", file) as answer:
        return sum([len(part) async for part in answer.aiter_raw()])


async def test_the_loader_is_small_and_may_be_loaded_by_an_isolated_page(shared_service):
    answer = await shared_service.http.get("/widget.js")
    assert await weight(shared_service.http, "/widget.js") <= MAX_LOADER_BYTES
    assert await weight(shared_service.http, "/widget.js?in=ask-us") <= MAX_LOADER_BYTES
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-type"].startswith("text/javascript")


def test_the_loader_stays_small_where_a_clinic_has_a_long_name_and_two_sites():
    told = loader.loader_settings(
        Look(name="Green Mountain Center for Ketamine Therapy"),
        {"phone": "(555) 201-8834"},
        sites=["https://www.greenmountainketamine.example", "https://greenmountainketamine.example"],
        base="https://desk.greenmountainketamine.example",
    )
    assert len(gzip.compress(loader.loader_script(told).encode(), 9)) <= MAX_LOADER_BYTES - 40


async def test_the_whole_chat_is_small(shared_service):
    frame = f"/widget?site={shared_service.service.url}"
    files = (frame, "/widget/chat.js", "/widget/chat.css", "/widget/plain.json")
    weights = {file: await weight(shared_service.http, file) for file in files}
    assert sum(weights.values()) <= MAX_CHAT_BYTES, weights


async def test_help_without_a_server_is_ready_before_anybody_asks_for_it(services, monkeypatch):
    """Choosing the plain rules takes seconds, and would take them from the first visitor's message."""
    chosen = []

    def choosing():
        chosen.append("plain rules")
        return {}

    monkeypatch.setattr(loader, "plain_rules", choosing)
    loader._TOLD.clear()
    service = await services.start()
    await service.app.ctx.task_group.all_done()
    assert chosen == ["plain rules"]
    async with client_of(service) as http:
        await http.get("/widget/plain.json")
    assert chosen == ["plain rules"]
    loader._TOLD.clear()


def test_no_two_files_of_the_chat_use_one_name():
    scripts = STATIC / "chat"
    named = re.compile(r"^(?:export )?(?:const|let|class|function|async function) (\w+)", re.MULTILINE)
    files = in_order(scripts / "main.js")
    names = Counter(name for file in files for name in named.findall(file.read_text(encoding="utf-8")))
    assert [name for name, count in names.items() if count > 1] == []


async def test_the_loader_knows_the_way_to_help_without_a_server(services):
    # A service of its own: the roles' tests press every button of the shared one, facts and all.
    service = await services.start()
    async with client_of(service) as http:
        told = (await http.get("/widget.js")).text
    for words in (
        "(555) 201-8834",
        "tel:988",
        "sms:988",
        "sms:988?body=AYUDA",
        "tel:911",
        LANGUAGES["es"]["widget_call_988"],
    ):
        assert words in told


# What lists such as "EasyList - Chat Widgets" hide and block by name on every website.
BLOCKED = re.compile(
    "chat-?(widget|bot|box|hammer)|(live|join|help|ice)-?chat|chat-toggler|b24-widget|drift|intercom|"
    "whatsapp|WACLauncher|salescontact|sticky-button|webim|popup|banner|newsletter|cookie",
    re.IGNORECASE,
)


async def test_no_name_on_a_host_page_is_one_that_blockers_look_for(shared_service):
    loaded = (await shared_service.http.get("/widget.js")).text
    page = (await shared_service.http.get(f"/widget?site={shared_service.service.url}")).text
    names = {
        *re.findall(r'["\'](front-desk[\w-]*)["\']', loaded),
        *re.findall(r"/(?:v1|widget|chat|answers)[\w./-]*", loaded + page),
    }
    assert {"front-desk-chat", "/widget.js", "/widget", "/chat", "/widget/chat.js"} <= names
    assert [name for name in names if BLOCKED.search(name)] == []


async def test_what_is_sent_is_understood_by_browsers_from_before_ios_16_4(shared_service):
    for file in ("/widget.js", "/widget.js?in=ask", "/widget/chat.js"):
        script = (await shared_service.http.get(file)).text
        for newer in ("(?<=", "(?<!", "Object.groupBy", "AbortSignal.timeout", ".toSorted(", "requestSubmit"):
            assert newer not in script, file
    for file in ("/widget.js", "/widget/chat.css", "/answers/look.css"):
        sheet = (await shared_service.http.get(file)).text
        assert not re.search(r"@media[^{]*\((width|height) *[<>]", sheet), file


async def test_only_the_configured_sites_may_frame_the_chat(services):
    service = await services.start(allowed_sites=(SITE, "https://other.example"))
    async with client_of(service) as http:
        frame = await http.get(f"/widget?site={SITE}")
    assert frame.status_code == 200
    ancestors = f"frame-ancestors 'self' {SITE} https://other.example;"
    assert ancestors in frame.headers["content-security-policy"]


@pytest.mark.parametrize(
    "site",
    ["https://elsewhere.example", "https://www.example.com.elsewhere.example", "", "null", "https://["],
)
async def test_a_host_page_that_is_not_allowed_is_refused_and_logged(services, caplog, site):
    service = await services.start(allowed_sites=(SITE,))
    with caplog.at_level(logging.WARNING, logger="web.widget.routes.widget"):
        async with client_of(service) as http:
            answer = await http.get("/widget", params={"site": site}, headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "not set up for this website" in answer.text
    assert "is not an allowed site" in caplog.text


@pytest.mark.parametrize("path", ["/", "/chat", "/sign-in"])
async def test_no_other_page_may_be_framed(services, path):
    service = await services.start(allowed_sites=(SITE,))
    async with client_of(service) as http:
        answer = await http.get(path, headers={"accept": "text/html"})
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_the_frame_speaks_the_language_that_was_asked_for(shared_service):
    page = (await shared_service.http.get("/chat?language=es")).text
    assert '<html lang="es">' in page
    assert "asistente autom" in page
    assert '<html lang="en">' in (await shared_service.http.get("/chat?language=fr")).text


async def test_a_spanish_chat_asks_in_spanish_and_says_what_is_english(services, bot, tmp_path):
    service = await services.start()
    own = tmp_path / "help_center.yml"
    titles = '{what_is_a_crown: "¿Qué es una corona?", does_it_hurt: "¿Duele?"}'
    own.write_text(f"sections: []\ntitles:\n  es: {titles}\n", encoding="utf-8")
    use_file(service.app.ctx, own)
    bot.says(reply("utter_faq/hours", choices=(("What is a crown?", "faq/what_is_a_crown"),)))
    async with client_of(service) as http:
        page = (await http.get("/chat?language=es")).text
        visitor = await Visitor(http).opens_the_chat(language="es")
        await visitor.presses(visitor.starters[0]["id"])
        heard = (await visitor.hears())[0]
    found = re.search("data-chat='([^']+)'", page)
    assert found
    told = json.loads(html.unescape(found[1]))
    assert told["starters"][:2] == [["¿Qué es una corona?", "es"], ["¿Duele? (en\u00a0inglés)", "es"]]
    assert [each["title"] for each in visitor.starters][:2] == [
        "¿Qué es una corona?",
        "¿Duele? (en\u00a0inglés)",
    ]
    assert bot.asked[0]["choice"] == {"intent": "faq/what_is_a_crown", "title": "¿Qué es una corona?"}
    assert [each["title"] for each in heard["choices"]] == ["¿Qué es una corona?"]
