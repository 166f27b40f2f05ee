"""A clinician words the crisis cards; the lines that save lives stay, whoever words them."""

from __future__ import annotations

import json

import pytest

from content import packs
from safety.cards import card, shipped
from tests.web.studio.test_pages import HTML
from tests.web.studio.test_rules import settings, snapshot
from web.safety.crisis_cards import help_for

__all__ = ["settings"]  # a fixture
TEXT = "Thank you for telling me. {reader} Call or text 988 at any time. In danger now? Call 911."
NEXT = "Is someone near you who can sit with you?"
OWN = {"crisis-en-text": TEXT, "crisis-en-next_step": NEXT, "stands": "1"}


async def test_a_clinicians_words_go_into_the_release_and_to_whoever_is_in_danger(
    clinician, service, visitor, tmp_path
):
    assert (await clinician.posts("/studio/rules/cards", **OWN)).status_code == 303
    words = packs.words_of(snapshot(service.settings, tmp_path / "s"))
    assert words == {"card/crisis": {"en": TEXT}, "card_next/crisis": {"en": NEXT}}
    path = service.settings.releases / "r1" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    said = {
        name: [{"text": text, "language": lang} for lang, text in by.items()] for name, by in words.items()
    }
    manifest["utterances"] |= said
    (service.settings.releases / "5").mkdir()
    manifest["release"] = "5"
    (service.settings.releases / "5" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (service.settings.releases / "published").write_text("5\n", encoding="utf-8")
    told = (await visitor.sends("I want to kill myself")).json()
    (shown,) = [each for each in told["replies"] if each["kind"] == "card"]
    assert shown["text"].startswith("Thank you for telling me. I'm a computer program")
    assert [each["href"] for each in shown["details"]["buttons"]] == ["tel:988", "sms:988", "tel:911"]
    assert shown["details"]["next_step"] == NEXT


async def test_nobody_but_a_clinician_changes_a_card(owner, clinician):
    refused = await owner.posts("/studio/rules/cards", **OWN)
    assert (refused.status_code, "Only a clinician changes a card" in refused.text) == (422, True)
    await clinician.posts("/studio/rules/cards", **OWN)
    changed = "Thank you so much for telling me. {reader} Call or text 988 at any time. In danger? Call 911."
    await clinician.posts("/studio/rules/cards", **{**OWN, "crisis-en-text": changed})
    assert (await owner.posts("/studio/rules/cards/back", version="1")).status_code == 422
    assert (await clinician.posts("/studio/rules/cards/back", version="1")).status_code == 303


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Thank you. {reader} Call 911.", "988 has to stay"),
        ("Thank you. {reader} Call or text 988.", "911 has to stay"),
        ("Thank you. Call or text 988. In danger? Call 911.", "{reader} stands in it once"),
        (f"{TEXT} Or call us: 555-201-8834.", "is no line of these cards"),
        (f"{TEXT} See **www.example.org**.", "plain words"),
        (f"{TEXT} {'please ' * 30}", "are the most"),
        (
            "Notwithstanding considerable psychological difficulties, immediately telephoning professional "
            "counsellors is recommended. {reader} Call or text 988, or 911.",
            "reads at grade",
        ),
    ],
)
async def test_a_text_that_loses_a_line_is_refused_in_words(clinician, text, sentence):
    refused = await clinician.posts("/studio/rules/cards", **{**OWN, "crisis-en-text": text})
    assert (refused.status_code, sentence in refused.text) == (422, True)


async def test_the_clinician_says_that_they_stand_for_it(clinician):
    refused = await clinician.posts("/studio/rules/cards", **{**OWN, "stands": ""})
    assert (refused.status_code, "stand for these words" in refused.text) == (422, True)


async def test_a_check_goes_on_to_ask(clinician):
    text = "That sounds heavy. {reader} You can call or text 988 at any time."
    fields = {"check-en-text": text, "check-en-next_step": NEXT, "stands": "1"}
    assert "It has to ask a question" in (await clinician.posts("/studio/rules/cards", **fields)).text


async def test_every_card_stands_on_the_page_as_it_ships(owner):
    page = (await owner.get("/studio/rules", headers=HTML)).text
    assert "Move pills, guns and sharp things away." in page
    assert "the original words" in page


def release_with(text, next_step=NEXT):
    return {
        "card/crisis": [{"text": text, "language": "en"}],
        "card_next/crisis": [{"text": next_step, "language": "en"}],
    }


@pytest.mark.parametrize(
    "words",
    [
        release_with("Call us, we are there."),
        release_with(TEXT, ""),
        {"card/crisis": [{"text": TEXT, "language": "en"}]},
        {"card/crisis": "damaged", "card_next/crisis": 7},
        {"card/crisis": [None]},
    ],
)
def test_words_that_the_guard_refuses_are_never_shown(words):
    shown = help_for("crisis", language="en", facts={}, words=words)
    assert shown is not None
    assert shown.text == card("crisis", "en").text


def test_the_other_language_and_who_reads_along_stay_right():
    words = release_with(TEXT)
    spanish = help_for("crisis", language="es", facts={}, words=words)
    assert spanish is not None
    assert spanish.text == card("crisis", "es").text
    read = help_for("crisis", language="en", facts={}, reader="Nina Nurse", words=words)
    assert read is not None
    assert "Nina Nurse from our team has this chat open" in read.text


@pytest.mark.parametrize("kind", ["crisis", "crisis_other", "emergency", "harm", "check", "check_other"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_ships_would_pass_the_guard(kind, language):
    own = shipped(kind, language)
    assert card(kind, language, own=own) == card(kind, language)
    assert card(kind, language, own={**own, "next_step": NEXT}).next_step == NEXT
