"""The page: true words, nobody else's scripts, and a way out without JavaScript."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests.web.conftest import client_of, publish
from web.core.i18n import LANGUAGES
from web.http.files import STATIC

PAGE = {"accept": "text/html"}


async def page_of(http, path="/"):
    answer = await http.get(path, headers=PAGE)
    assert answer.headers["content-type"].startswith("text/html")
    return answer


async def test_the_page_says_published_words_and_facts(shared_service):
    page = html.unescape((await page_of(shared_service.http)).text)
    for words in ("What is a crown?", "A crown is a cap for a tooth.", "We are here Monday"):
        assert words in page
    for fact in ("Riverside Dental", "(555) 201-8834", "12 River Street", "hello@riverside"):
        assert fact in page
    assert page.count("Not yet reviewed by a clinician") >= 1


async def test_without_facts_the_page_says_so_and_makes_nothing_up(services, settings):
    settings.clinic_file.write_text("name: Riverside Dental\n")
    service = await services.start()
    async with client_of(service) as http:
        page = (await page_of(http)).text
    assert "not on this page yet" in page
    assert "None" not in page


async def test_live_shows_only_what_a_clinician_signed(services):
    service = await services.start(mode="live", allowed_sites=("https://www.example.com",))
    async with client_of(service) as http:
        page = html.unescape((await page_of(http)).text)
    assert "A crown is a cap" not in page
    assert "We numb the tooth first." in page
    assert "still checking this answer" not in page
    assert "Demonstration" not in page


async def test_the_notice_stands_before_the_first_message(shared_service):
    page = (await page_of(shared_service.http, "/chat")).text
    notice = re.search(r'<div class="chat-notice">(.*?)</div>', page, re.DOTALL)
    assert notice
    for words in ("automated", "not a person", "ID, insurance or card", "30 days", "911", "988"):
        assert words in notice.group(1)


async def test_without_javascript_the_page_tells_the_way(shared_service):
    page = (await page_of(shared_service.http)).text
    no_script = re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert no_script
    for href in ("tel:5552018834", "tel:988", "sms:988", "tel:911"):
        assert f'href="{href}"' in no_script.group(1)


@pytest.mark.parametrize("path", ["/", "/chat", "/sign-in", "/nothing"])
async def test_every_page_keeps_to_itself(shared_service, path):
    answer = await page_of(shared_service.http, path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(?!/)", answer.text)
    assert not re.findall(r"<script(?![^>]+src=)", answer.text)
    assert not re.findall(r"\s(?:style|on\w+)=\"", answer.text)


async def test_a_problem_on_a_page_is_a_page(shared_service):
    answer = await page_of(shared_service.http, "/nothing")
    assert answer.status_code == 404
    assert "There is no such page here." in answer.text


async def test_markup_in_published_words_is_text(http, settings):
    evil = "<script>alert(1)</script>"
    publish(
        settings,
        release="r9",
        utterances={"utter_faq/hours": [{"text": evil, "language": "en"}]},
        answers={"hours": {"title": evil, "clinical": False}},
    )
    page = (await page_of(http)).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


async def test_the_chat_is_told_its_words_with_the_page(shared_service):
    page = (await page_of(shared_service.http, "/chat")).text
    found = re.search("data-chat='([^']+)'", page)
    assert found
    told = json.loads(html.unescape(found.group(1)))
    titles = ("What is a crown?", "Does it hurt?", "When are you open?")
    assert told["starters"] == [[title, "en"] for title in titles]
    assert (told["maxChars"], told["phone"]) == (2000, "(555) 201-8834")


def scripts() -> list[Path]:
    return sorted(STATIC.rglob("*.js"))


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.name)
def test_no_script_turns_text_into_markup(script):
    source = script.read_text(encoding="utf-8")
    # Comparing is fine, assigning is not.
    danger = (
        r"(inner|outer)HTML \+?=(?!=)|insertAdjacentHTML|document\.write|\beval\(|DOMParser"
        r"|new Function|\.srcdoc"
    )
    assert re.findall(danger, source) == []


def test_every_sentence_a_script_asks_for_is_in_the_catalogue():
    asked = {
        name
        for script in scripts()
        for name in re.findall(r"words\.(chat_\w+)", script.read_text(encoding="utf-8"))
    }
    states = {"chat_sending", "chat_sent", "chat_waiting", "chat_failed"}
    assert asked | states <= LANGUAGES["en"].keys()


@pytest.mark.parametrize("name", ["theme.css", "chat/main.js", "site/horizon.svg"])
async def test_files_are_served_and_asked_about_again(shared_service, name):
    answer = await shared_service.http.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    again = await shared_service.http.get(
        f"/static/{name}", headers={"if-modified-since": answer.headers["last-modified"]}
    )
    assert again.status_code == 304
