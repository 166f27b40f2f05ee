"""What the visitor reads: the published release's words, facts, safe forms, marks and sources."""

from __future__ import annotations

import json
import logging
import re
from datetime import date

import pytest

from tests.web.conftest import FIXTURES, Visitor, client_of, publish
from tests.web.stand_in_bot import reply
from web.bot.client import Offer, Reply
from web.bot.manifest import Manifests, load
from web.chat.rendering import Worded, word
from web.chat.turn_results import told_once
from web.core.i18n import LANGUAGES, could_not_answer, how_to_reach_us, team_was_told

MANIFEST = load(FIXTURES / "manifest.json", release="r1")
TODAY = date(2026, 11, 24)


def said(utterance, *, mode="demo", language="en", facts=None, **values):
    return word(
        Reply(utterance, values),
        manifest=MANIFEST,
        facts=facts or {},
        language=language,
        mode=mode,
        today=TODAY,
    )


def test_facts_and_values_are_put_in():
    assert said("utter_faq/hours", facts={"hours": "all day"}).text == "We are here all day."
    assert said("utter_callback_sent", first_name="Ana").text.startswith("Thank you, Ana.")


def test_an_unknown_fact_is_never_made_up():
    assert said("utter_faq/hours").text == "I do not have our hours here. Our team can tell you."


def test_braces_in_a_value_never_become_a_fact():
    assert "Thank you, phone." in said("utter_callback_sent", first_name="{phone}").text


def test_a_missing_value_leaves_no_words():
    assert said("utter_callback_sent") is None


def test_what_the_release_does_not_know_is_not_said():
    assert said("utter_faq/unheard_of") is None


def test_spanish_where_there_is_spanish_and_english_else():
    assert said("utter_faq/what_is_a_crown", language="es").text.startswith("Una corona")
    assert said("utter_faq/does_it_hurt", language="es").language == "en"


def test_demo_marks_an_unsigned_clinical_answer():
    details = said("utter_faq/what_is_a_crown").details
    assert details["review"] == "Not yet reviewed by a clinician"
    assert details["sources"] == [
        {
            "cite": "Crowns, a dental association",
            "passage": "A crown covers a tooth.",
            "url": "https://example.org/crowns",
        }
    ]


def test_a_signed_answer_names_who_reviewed_it_and_until_when():
    review = said("utter_faq/does_it_hurt", mode="live").details["review"]
    assert review == "Reviewed by Dr. Ada Park. Next review by 2027-05-01."


@pytest.mark.parametrize("utterance", ["utter_faq/what_is_a_crown", "utter_faq/grinding"])
def test_live_says_the_safe_form_for_an_unsigned_or_overdue_clinical_answer(utterance):
    worded = said(utterance, mode="live")
    assert worded.utterance == "utter_not_reviewed"
    assert "sources" not in worded.details
    assert worded.details["instead_of"] == utterance.removeprefix("utter_faq/")


def test_live_does_not_take_a_review_of_another_language():
    assert said("utter_faq/what_is_a_crown", mode="live", language="es").utterance == "utter_not_reviewed"


def test_live_says_what_is_not_clinical_as_it_is():
    assert said("utter_faq/hours", mode="live").utterance == "utter_faq/hours"
    assert said("utter_greet", mode="live").details == {"release": "r1"}


def test_the_manifest_follows_the_pointer(settings):
    manifests = Manifests(settings.releases)
    assert manifests.current().release == "r1"
    publish(settings, release="r2")
    assert manifests.current().release == "r2"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "{}",
        '{"utterances": []}',
        '{"utterances": {"x": [{}]}}',
        '{"utterances": {"x": 1}}',
        '{"utterances": {}, "answers": {"x": 1}}',
        '{"utterances": {}, "answers": {"x": {"sources": ["a book"]}}}',
        '{"utterances": {}, "starters": "faq/x"}',
    ],
)
def test_a_manifest_that_cannot_be_read_leaves_the_last_one(settings, caplog, content):
    manifests = Manifests(settings.releases)
    manifests.current()
    (settings.releases / "r2").mkdir()
    (settings.releases / "r2" / "manifest.json").write_text(content)
    (settings.releases / "published").write_text("r2")
    assert manifests.current().release == "r1"
    assert "r2" in caplog.text


@pytest.mark.parametrize("pointer", ["../../etc", "", "a/b", "\u0000"])
def test_a_pointer_that_is_no_release_is_not_followed(settings, pointer):
    manifests = Manifests(settings.releases)
    (settings.releases / "published").write_text(pointer)
    assert manifests.current().release == ""


async def test_an_unknown_utterance_raises_an_alert_with_its_name_and_no_text(visitor, bot, caplog):
    bot.says(reply("utter_unheard_of"), reply("utter_greet"))
    with caplog.at_level(logging.INFO):
        heard = await visitor.asks("my canary is yellow")
    assert heard["utterance"] == "utter_greet"
    assert "utter_unheard_of" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize("trouble", ["fails", "talks_nonsense", "dies"])
async def test_no_log_line_holds_what_a_visitor_wrote(visitor, bot, caplog, capfd, trouble):
    with caplog.at_level(logging.DEBUG):
        if trouble == "dies":
            await bot.die()
        else:
            getattr(bot, trouble)()
        await visitor.asks("my canary is yellow")
        await visitor.sends("canary " * 1000)
        await visitor.posts(b'{"text": "canary')
    ours = [record for record in caplog.records if record.name.startswith(("web", "sanic"))]
    assert ours
    assert not any("canary" in record.getMessage() for record in ours)
    assert "canary" not in "".join(capfd.readouterr())


async def test_the_service_works_before_the_first_release(services, settings, bot):
    (settings.releases / "published").unlink()
    service = await services.start()
    async with client_of(service) as http:
        assert (await http.get("/", headers={"accept": "text/html"})).status_code == 200
        visitor = await Visitor(http).opens_the_chat()
        assert (await visitor.asks("hello"))["kind"] == "notice"


def test_both_languages_have_the_same_sentences():
    english, spanish = LANGUAGES["en"], LANGUAGES["es"]
    assert english.keys() == spanish.keys()
    braces = {name: sorted(text.split("{")[1:]) != [] for name, text in english.items()}
    assert braces == {name: "{" in text for name, text in spanish.items()}


def test_no_spanish_sentence_leads_to_the_english_line():
    named = [text for text in LANGUAGES["es"].values() if "988" in text and "988lifeline" not in text]
    assert [
        text for text in named if not {"oprima", "AYUDA", "body=AYUDA"} & set(re.findall(r"[\w=]+", text))
    ] == []


def test_the_notice_is_short_enough_to_be_read():
    assert len(LANGUAGES["en"]["notice"].split()) <= 45


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, ""),
        ({"phone": "555"}, "You can call us at 555."),
        ({"phone": "555", "who_answers": "Somebody is here."}, "You can call us at 555. Somebody is here."),
        ({"email": "a@b.c"}, "You can write to us at a@b.c."),
        ({"hours": "all day"}, "Our hours are all day."),
    ],
)
def test_how_to_reach_us_says_only_what_is_known(facts, sentence):
    assert how_to_reach_us(facts, "en") == sentence


def test_a_fact_called_name_does_no_harm():
    facts = {"name": "Riverside", "phone": "555", "next_opening": "soon", "who_answers": "soon"}
    assert "555" in could_not_answer(facts, "en")
    assert "soon" in team_was_told(facts, "es")


def test_the_fixture_is_a_manifest():
    assert json.loads((FIXTURES / "manifest.json").read_text())["starters"]


async def test_an_owners_list_and_link_reach_the_visitor_as_a_tree(services, bot, settings):
    text = "**Bring:**\n\n- a list of your medicines\n- [the form](https://forms.example/new)"
    manifest = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
    manifest["utterances"]["utter_greet"] = [{"text": text, "language": "en"}]
    publish(settings, **{key: manifest[key] for key in ("utterances",)})
    service = await services.start()
    async with client_of(service) as http:
        bot.says(reply("utter_greet"))
        said = await (await Visitor(http).opens_the_chat()).asks("hello")
    assert said["text"] == "Bring:\n\n- a list of your medicines\n- the form"
    assert [node["kind"] for node in said["details"]["blocks"]] == ["p", "ul"]


@pytest.mark.parametrize(
    ("first", "left"),
    [("Our phone number is 555 0142.", ["answer"]), ("We do.", ["answer", "utter_reach_us"])],
)
def test_the_phone_is_told_once(first: str, left: list[str]) -> None:
    offer = Offer("Have someone call me", "callback")
    shown = [
        Worded("answer", first, "en"),
        Worded("utter_reach_us", "You can also call us at 555 0142.", "en", (offer,)),
    ]
    told = told_once(shown, {"phone": "555 0142"})
    assert [reply.utterance for reply in told] == left
    assert told[-1].choices == (offer,)
