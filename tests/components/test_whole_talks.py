"""What visitors hear in whole conversations: what the clinic knows, good manners, short questions."""

from __future__ import annotations

import pytest

from tests.components.visitor import Visitor
from training.local_bots import LocalBot


@pytest.fixture
def visitor(bot: LocalBot) -> Visitor:
    return Visitor(bot)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("my uncle rides a power chair, does your door have a step", "wheelchair"),
        ("im on wheels, is there a lift", "wheelchair"),
        ("i was told i have parkinson's last fall, any use", "parkinsons_ms"),
        ("ms since 2011, tired and sore", "parkinsons_ms"),
        ("cluster attacks every night this month, does it break them", "cluster_headache"),
        ("who all will you tell about me", "privacy"),
        ("do u guys pee test people", "our_drug_tests"),
        ("my shrink has my whole file, how do i send it over", "old_records"),
        ("can i do one and then see", "just_one"),
        ("i'm in recovery, would you take somebody like me", "recovery_history"),
        ("whats the youngest you treat", "minors"),
        ("could i do my breathwork while it runs", "breathwork"),
        ("i got plates and screws in my leg", "metal_implants"),
        ("so is this like shrooms", "psychedelics"),
        ("is it anything like mdma", "psychedelics"),
    ],
)
def test_what_the_clinic_knows_is_found_in_real_words(visitor: Visitor, text: str, answer: str) -> None:
    assert visitor.says(text)[0] == f"utter_faq/{answer}"


@pytest.mark.parametrize(
    "text",
    [
        "thanks, you're kinder than the place i called before",
        "ok whatever, namaste",
        "what a useless piece of crap this is",
        "you lot are vultures",
        "all you want is my money",
        "oh wow ok",
        "that's a lot to take in",
        "tell me a joke please",
        "sure, and cows fly",
        "you sound like a leaflet",
    ],
)
def test_mood_is_never_asked_back_nor_declined(visitor: Visitor, text: str) -> None:
    visitor.says(text)
    assert visitor.turns[-1]["understood"]["outcome"] == "skill"
    assert visitor.understood != "remark"


@pytest.mark.parametrize(
    ("first", "then", "said"),
    [
        ("can i take ketamine at home", "even if my husband is a doctor", "utter_more/at_home_so"),
        ("can i take ketamine at home", "but other clinics do it", "utter_more/at_home_different"),
        ("can i drive after", "can i take an uber", "utter_faq/no_driver"),
        ("what are the side effects", "even with bp meds?", "utter_faq/high_blood_pressure"),
        ("how often would i come", "what if i miss one", "utter_more/frequency_what_if"),
        ("how much does it cost", "ok wow that's more than i thought", "utter_follow_up/scared"),
        ("my psychiatrist has all my notes", "how do i send them", "utter_more/old_records_how"),
        ("who should not have ketamine", "my mom is 80", "utter_faq/elderly"),
        ("i have a titanium hip and a pain pump", "do i turn it off", "utter_more/metal_implants_stop"),
        ("i nurse my baby, is ketamine ok", "do i have to stop nursing", "utter_more/breastfeeding_stop"),
    ],
)
def test_a_few_words_behind_a_much_asked_answer(visitor: Visitor, first: str, then: str, said: str) -> None:
    visitor.says(first)
    assert visitor.says(then)[0] == said


def test_the_third_message_that_is_not_understood_hears_of_a_person(visitor: Visitor) -> None:
    said = [visitor.says(text)[0] for text in ("blorp the flonk", "zig the zag", "the purple flarn")]
    assert len(set(said)) == len(said)
    assert said[-1].endswith("_person")
    assert visitor.choices[-1] == "Have someone call me"
