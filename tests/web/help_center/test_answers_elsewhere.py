"""The answers outside of their pages: as files for any web server, and as a list on the clinic's website."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter

import httpx
import pytest

from tests.web.conftest import Visitor, client_of, publish
from web.answers_export import export_answers
from web.core.client_ip import read_networks
from web.core.limits import Rate
from web.help_center.paging import FIRST, PER_PAGE
from web.help_center.sections import HelpSection
from web.releases import withdrawals

SITE = "https://www.example.com/answers"


async def exported(settings, folder, **how):
    assert await export_answers(settings, folder, **{"site": "", "with_chat": False, **how}) == 0
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


async def test_only_what_may_be_read_is_written_and_needs_nothing_beside_it(service, tmp_path):
    files = await exported(service.settings, tmp_path / "out")
    assert {"index.html", "look.css", "logo.svg", "mark.svg", "does_it_hurt.html", "hours.html"} <= set(files)
    # Not signed, and past its review.
    assert not {"what_is_a_crown.html", "grinding.html"} & set(files)
    assert "A crown is a cap" not in "".join(files.values())
    page = files["does_it_hurt.html"]
    for words in (
        "<h1>Does it hurt?</h1>",
        "We numb the tooth first.",
        "Reviewed by Dr. Ada Park",
        "tel:5552018834",
    ):
        assert words in page
    for name, text in files.items():
        if name.endswith(".html"):
            assert re.findall(r'(?:href|src|action)="/[^"]*"', text) == [], name
            assert "<form" not in text
            assert "<script" not in text
            named = re.findall(r'(?:href|src)="([\w.-]+)(?:#[\w-]*)?"', text)
            assert set(named) <= set(files), name


async def test_what_is_true_for_a_moment_is_not_written(service, tmp_path):
    said = {
        "utter_faq/now": [
            {"text": "{who_answers}", "language": "en"},
            {"text": "Please call.", "language": "en"},
        ]
    }
    answers = {"now": {"title": "Who is there now?", "clinical": False}}
    publish(service.settings, release="r5", answers=answers, utterances=said, starters=[])
    assert "<p>Please call.</p>" in (await exported(service.settings, tmp_path / "out"))["now.html"]


async def test_where_it_will_stand_is_told_to_search_engines(service, tmp_path):
    files = await exported(service.settings, tmp_path / "out", site=f"{SITE}/")
    page = files["does_it_hurt.html"]
    assert f'<link rel="canonical" href="{SITE}/does_it_hurt.html">' in page
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert data
    assert json.loads(data[1])["mainEntity"][0]["url"] == f"{SITE}/does_it_hurt.html"
    assert f"<loc>{SITE}/does_it_hurt.html</loc>" in files["sitemap.xml"]
    assert "noindex" not in page


async def test_what_is_written_in_spanish_is_written_as_spanish_files_too(service, tmp_path, capsys):
    signed = {"en": "Dr. Ada Park", "es": "Dr. Ada Park"}
    answers = {
        "crown": {
            "title": "Crowns?",
            "clinical": True,
            "review_by": "2027-05-01",
            "reviewed_by": signed,
            "next": ["caps"],
        },
        "caps": {"title": "Caps?", "clinical": True, "review_by": "2027-05-01", "reviewed_by": signed},
        "hours": {"title": "When are you open?", "clinical": False},
    }
    both = [{"text": "A cap.", "language": "en"}, {"text": "Una funda.", "language": "es"}]
    said = {"utter_faq/crown": both, "utter_faq/caps": both, "utter_faq/hours": both[:1]}
    publish(service.settings, release="r8", answers=answers, utterances=said, starters=[])
    files = await exported(service.settings, tmp_path / "out", site=SITE)
    assert "3 answers in English, 2 answers in Español" in capsys.readouterr().out
    assert {"index.es.html", "crown.es.html", "hours.html"} <= files.keys()
    assert "hours.es.html" not in files
    english, spanish = files["crown.html"], files["crown.es.html"]
    assert '<html lang="es">' in spanish
    assert "<p>Una funda.</p>" in spanish
    for drawn in (english, spanish):
        for code, name in (("en", "crown.html"), ("es", "crown.es.html"), ("x-default", "crown.html")):
            assert f'<link rel="alternate" hreflang="{code}" href="{SITE}/{name}">' in drawn
    assert 'href="index.es.html"' in spanish
    assert '<li><a href="caps.es.html">' in spanish  # what is read next is Spanish too
    assert '"index.html"' not in spanish
    assert 'hreflang="es" lang="es">Español</a>' in files["index.html"]
    assert f"<loc>{SITE}/crown.es.html</loc>" in files["sitemap.xml"]
    assert "alternate" not in files["hours.html"]


async def test_the_chat_stands_on_the_files_when_it_is_asked_for(service, tmp_path):
    page = (await exported(service.settings, tmp_path / "out", with_chat=True))["hours.html"]
    ours = service.settings.public_url
    assert f'<script src="{ours}/widget.js" async></script>' in page
    assert f'href="{ours}/chat" data-front-desk-open' in page


async def test_the_next_export_takes_away_what_is_withdrawn_and_nothing_else(service, tmp_path, capsys):
    folder = tmp_path / "out"
    await exported(service.settings, folder)
    async with service.db.write() as tx:
        await withdrawals.withdraw(tx, "does_it_hurt", by="x", reason="wrong", now=service.clock())
    assert "does_it_hurt.html" not in await exported(service.settings, folder)
    (folder / "their-own.html").write_text("keep me")
    assert await export_answers(service.settings, folder, site="", with_chat=False) == 1
    assert "their-own.html" in capsys.readouterr().err
    assert (folder / "hours.html").exists()


async def test_nothing_is_written_where_nothing_may_be_read(service, tmp_path, capsys):
    async with service.db.write() as tx:
        await withdrawals.bot_off(tx, by="x", reason="wrong", now=service.clock())
    assert await export_answers(service.settings, tmp_path / "out", site="", with_chat=False) == 1
    assert "switched off" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert await export_answers(service.settings, tmp_path / "out", site="www", with_chat=False) == 2


def told_by(script: str):
    (told,) = re.findall(r"^frontDeskAnswers\((.*)\);$", script, re.MULTILINE)
    return json.loads(told)


async def test_the_list_for_websites_holds_what_may_be_read_now(service, http):
    answer = await http.get("/answers.js?in=faq")
    told = told_by(answer.text)
    assert told["asked"] == {"in": "faq"}
    assert {page["path"] for page in told["sections"][0]["pages"]} == {
        "/answers/what_is_a_crown", "/answers/does_it_hurt", "/answers/hours", "/answers/grinding",
    }  # fmt: skip
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-encoding"] == "gzip"
    async with service.db.write() as tx:
        await withdrawals.withdraw(tx, "what_is_a_crown", by="x", reason="wrong", now=service.clock())
    assert "what_is_a_crown" not in (await http.get("/answers.js?in=faq")).text


async def test_the_list_for_a_spanish_page_is_spanish(shared_service):
    told = told_by((await shared_service.http.get("/answers.js?in=faq&language=es")).text)
    paths = [page["path"] for section in told["sections"] for page in section["pages"]]
    assert paths == ["/answers/what_is_a_crown?language=es"]
    assert (told["language"], told["words"]["search"]) == ("es", "Buscar")


async def test_where_nothing_is_written_in_spanish_the_list_is_english(service, http):
    answers = {"odd": {"title": "Odd?", "clinical": False}}
    said = {"utter_faq/odd": [{"text": "Odd.", "language": "en"}]}
    publish(service.settings, release="r7", answers=answers, utterances=said, starters=[])
    told = told_by((await http.get("/answers.js?language=es")).text)
    assert (told["language"], told["words"]["search"]) == ("en", "Search")


async def test_the_list_in_live_holds_what_is_signed(services):
    service = await services.start(
        mode="live", allowed_sites=("https://www.example.com",), public_url="https://desk.example.com"
    )
    async with client_of(service) as http:
        script = (await http.get("/answers.js", headers={"host": "127.0.0.1"})).text
    assert "does_it_hurt" in script
    assert "what_is_a_crown" not in script
    assert told_by(script)["origin"] == "https://desk.example.com"


async def test_nothing_in_the_list_ends_a_script_element(service, http):
    answers = {"odd": {"title": "</script><img src=x onerror=alert(1)>", "clinical": False}}
    said = {"utter_faq/odd": [{"text": "Odd.", "language": "en"}]}
    publish(service.settings, release="r6", answers=answers, utterances=said, starters=[])
    assert "</script" not in (await http.get("/answers.js?in=</script>")).text


async def test_the_bot_switched_off_takes_the_pages_away_in_the_same_second(service, http):
    async with service.db.write() as tx:
        await withdrawals.bot_off(tx, by="x", reason="wrong", now=service.clock())
    listed = await http.get("/answers", headers={"accept": "text/html"})
    page = await http.get("/answers/hours", headers={"accept": "text/html"})
    assert "switched off" in listed.text
    assert "/answers/hours" not in listed.text
    assert (page.status_code, "switched off" in page.text) == (503, True)
    assert "hours" not in (await http.get("/answers.js")).text.partition("frontDeskAnswers({")[2]


WORDS = (
    "sleep",
    "pain",
    "filling",
    "cost",
    "visit",
    "gum",
    "crown",
    "brace",
    "wisdom",
    "child",
    "bridge",
    "x",
)


@pytest.fixture
def a_thousand(service):
    """A thousand answers of 3,000 characters, no two alike."""
    pairs = [(WORDS[n % 12], WORDS[n // 12 % 12], n * 7919 % 10007) for n in range(1000)]
    titles = {f"answer_{n}": "What about {} and {}, case {}?".format(*pair) for n, pair in enumerate(pairs)}
    answers = {
        name: {"title": title, "topics": ["crowns"], "clinical": False} for name, title in titles.items()
    }
    said = {
        f"utter_faq/{name}": [{"text": f"{title} Crowns last long. " * 60, "language": "en"}]
        for name, title in titles.items()
    }
    publish(service.settings, release="r3", answers=answers, utterances=said, starters=[])


async def test_a_thousand_answers_are_listed_in_pages_that_stay_light(service, http, a_thousand):
    seen = set()
    path = "/answers?section=all"
    for number in range(1, 11):
        page = await http.get(f"{path}&page={number}" if number > 1 else path)
        assert int(page.headers["content-length"]) < 12_000
        seen |= set(re.findall(r'<a href="/answers/(answer_\d+)">', page.text))
        assert f'href="{path.replace("&", "&amp;")}&amp;page=10"' in page.text
    assert len(seen) == 1000
    first = await http.get("/answers")
    assert first.text.count('<a href="/answers/answer_') == PER_PAGE
    assert '<a href="/answers?section=all">All 1000</a>' in first.text
    script = await http.get("/answers.js?in=faq")
    assert script.text.count("/answers/answer_") == PER_PAGE
    assert int(script.headers["content-length"]) < 8_000
    sitemap = await http.get("/sitemap.xml")
    assert sitemap.status_code == 200


async def test_sections_of_many_answers_begin_with_a_few(service, http, a_thousand):
    service.app.ctx.sections = (HelpSection("Teeth & gums", ("crowns",)), HelpSection("None", ("none",)))
    answers = {"hours": {"title": "When are you open?", "topics": ["hours"], "clinical": False}}
    manifest = service.app.ctx.context.manifests.current()
    both = {**manifest.answers, **answers}
    said = {**manifest.utterances, "utter_faq/hours": [{"text": "We are here.", "language": "en"}]}
    publish(service.settings, release="r4", answers=both, utterances=said, starters=[])
    first = (await http.get("/answers")).text
    assert first.count('<a href="/answers/answer_') == FIRST
    assert '<a href="/answers?section=teeth-gums">All 1000</a>' in first
    assert '<a href="/answers/hours">' in first
    own = (await http.get("/answers?section=teeth-gums&page=2")).text
    assert own.count('<a href="/answers/answer_') == PER_PAGE
    assert "<h1>Teeth &amp; gums</h1>" in own


async def test_a_long_answer_is_a_light_page(service, http, a_thousand):
    page = await http.get("/answers/answer_7")
    assert page.text.count("Crowns last long.") >= 60
    assert int(page.headers["content-length"]) < 5_000


@pytest.mark.parametrize(
    "query",
    ["section=none", "section=all&page=0", "section=all&page=-1", "section=all&page=99999",
     "section=all&page=1e3", "section=%3Cscript%3E", "section=all&page=%D9%A1", "%00"],
)  # fmt: skip
async def test_a_list_that_is_not_there_is_no_page(shared_service, query):
    answer = await shared_service.http.get(f"/answers?{query}", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["page=7", "q=&section=", "section[]=x&page[]=1", "q[]=a", "=&=&&&", "q=a&q=b", "section", "q=%E0%A4%A"],
)
async def test_an_odd_query_gets_the_list_or_a_search(shared_service, query):
    answer = await shared_service.http.get(f"/answers?{query}", headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert "Traceback" not in answer.text


async def test_a_crawler_of_a_hundred_requests_at_once_slows_no_visitor(services, bot):
    rate = {"reads_per_address": Rate(burst=20, refill_s=5.0)}
    service = await services.start(limits=rate, trusted_proxies=read_networks("127.0.0.1"))
    few = httpx.Limits(max_connections=20)
    from_one = {"x-forwarded-for": "198.51.100.7"}
    one = httpx.AsyncClient(base_url=service.url, trust_env=False, timeout=30, limits=few, headers=from_one)
    async with one as crawler, client_of(service) as http:
        http.headers["x-forwarded-for"] = "198.51.100.8"
        visitor = await Visitor(http).opens_the_chat()
        crawling = [crawler.get(f"/answers?q=crown {n}") for n in range(100)]
        crawled, said, page = await asyncio.gather(
            asyncio.gather(*crawling), visitor.asks("hello"), http.get("/answers/hours")
        )
    codes = Counter(answer.status_code for answer in crawled)
    assert codes[200] in range(20, 25)
    assert codes[429] == 100 - codes[200]
    assert said["text"] == "Hello! What would you like to know?"
    assert page.status_code == 200
