"""After a card a plain denial brings none again; a new danger beside it does."""

from __future__ import annotations

import pytest

from safety.check import check
from safety.denials import (
    after_card,
    beside_denial,
    good_news,
    has_asked_and_heard_no,
    has_reached_help,
    is_all_right,
    is_plain_denial,
    is_put_away,
)
from safety.verdicts import Verdict


@pytest.mark.parametrize(
    "text",
    [
        "no, she isn't suicidal, she told me",
        "no estoy en peligro, gracias",
        "no me quiero morir, fue un decir",
        "he's not suicidal",
        "She's not going to kill herself, I asked",
        "he said he doesn't want to die",
        "no he would never hurt himself",
        "he isn't having a heart attack, it was gas",
        "Nobody is in danger!",
        "I'm not suicidal how long is a visit",
        "I already said no, I'm not suicidal, my bus leaves soon! Do you take walk-ins?",
        "nobody is hitting anyone here. i only want to know who can watch the baby",
        "you got me all wrong, i am in no danger. what does it cost",
        "he was quoting a song.he isn't suicidal",
        "oh he meant he wanted to leave the party. he isn't suicidal, I asked him",
    ],
)
def test_a_plain_denial_is_heard(text: str) -> None:
    assert is_plain_denial(text)


@pytest.mark.parametrize(
    "text",
    [
        "no, but I want to die",
        "she isn't suicidal but she took all her pills",
        "he's not suicidal he just wants to end it all",
        "I'm not going to kill myself yet",
        "I don't want to die tonight",
        "he won't hurt himself with my gun in the safe",
        "I do not want to live",
        "I'm not suicidal, I just want to sleep forever",
        "he isn't breathing",
        "She isn't suicidal. She took forty of her pills.",
        "he's not suicidal. he gave his dog away and said goodbye to everyone",
        "no",
    ],
)
def test_any_other_word_beside_it_may_be_a_danger(text: str) -> None:
    assert not is_plain_denial(text)


@pytest.mark.parametrize(
    ("shown", "kind"), [("crisis_other", "none"), (None, "crisis_other"), ("check", "crisis_other")]
)
def test_it_counts_only_after_a_card(shown: str | None, kind: str) -> None:
    text = "she isn't suicidal, she told me"
    verdict = Verdict(kind="crisis_other", soft_line=False, rule=None, language="en", parts_left="")
    assert after_card(verdict, shown, text).kind == kind


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("I am not suicidal. Do you open on Sundays?", "Do you open on Sundays?"),
        ("i'm not suicidal where do i park", "where do i park"),
        ("I'm not suicidal.", ""),
        ("where do i park", ""),
    ],
)
def test_what_stands_beside_a_denial_is_left_to_answer(text: str, beside: str) -> None:
    assert beside_denial(text) == beside


@pytest.mark.parametrize(
    "text",
    [
        "The rifle is at my uncle's place now. I won't do anything stupid",
        "I gave my pills to my neighbor yesterday",
        "my wife locked up the pistol this morning",
        "we turned in his guns to the police",
        "all my meds are locked away",
        "i put it away",
        "we threw them out already",
    ],
)
def test_means_out_of_reach_are_good_news(text: str) -> None:
    assert is_put_away(text)
    assert good_news(check(text), "crisis", text) == "put_away"
    assert good_news(check(text), "emergency", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "the rifle is at my uncle's but I can get it back",
        "I gave my guns to my uncle so that he will remember me",
        "I gave my pills to my neighbor, I still have another bottle",
        "the pills are gone, I took them all",
        "my pistol is with me",
        "I gave my pills away. I want to die",
        "I put it away but I know where it is",
        "I threw it all away, my life",
    ],
)
def test_means_that_are_near_or_given_away_for_good_are_none(text: str) -> None:
    assert not is_put_away(text)


@pytest.mark.parametrize(
    "text", ["i already texted them", "I called 988, nobody answered yet", "i did call the hotline"]
)
def test_who_has_asked_for_help_is_not_told_to_ask_again(text: str) -> None:
    assert has_reached_help(text)
    believed = Verdict(kind="crisis", soft_line=False, rule=None, language="en", parts_left="")
    assert after_card(believed, "crisis", text).kind == "none"
    assert after_card(believed, None, text).kind == "crisis"


@pytest.mark.parametrize(
    "text", ["i texted them goodbye", "I called them to say sorry for everything", "i called my dealer"]
)
def test_a_goodbye_is_no_call_for_help(text: str) -> None:
    assert not has_reached_help(text)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("I asked her straight out and she said no, she only feels empty. What now?", True),
        ("we talked and I did ask him. He says he would never. What should I watch for?", True),
        ("I asked him and he said no, but I found a note", False),
        ("I asked her. She said no and then she took her pills", False),
        ("I asked him and he said yes", False),
        ("should I ask him?", False),
    ],
)
def test_who_has_asked_and_heard_no_is_not_told_to_ask_again(text: str, heard: bool) -> None:
    assert has_asked_and_heard_no(text) is heard


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I feel fine now, stop. what do you charge", "what do you charge"),
        ("i'm okay now. said not today. anyway is the nose spray weaker", "is the nose spray weaker"),
        ("nothing is wrong i just asked about the parking", "about the parking"),
        ("stop asking me that. does the needle hurt", "does the needle hurt"),
    ],
)
def test_who_is_fine_or_tired_of_the_subject_and_asks_something_else_is_believed(
    text: str, asked: str
) -> None:
    assert is_all_right(text)
    assert good_news(check(text), "crisis", text) == "denies"
    assert beside_denial(text) == asked


def test_of_a_body_in_danger_to_be_fine_is_no_denial() -> None:
    text = "I feel fine now, stop. what do you charge"
    assert good_news(check(text), "emergency", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "im fine now, goodbye",
        "im fine now, goodbye. how long is a visit",
        "nothing matters, im driving tomorrow",
        "im fine now its all decided",
        "im fine now i gave my dog away. is it open sunday",
        "im okay now, i have the rifle here. what do you charge",
        "nothing is wrong im driving off a bridge tomorrow i just asked about it",
        "i just asked how many it takes to not wake up",
        "make it stop. how do i make it stop?",
        "im fine now i took them all, how much is it",
    ],
)
def test_to_be_fine_beside_a_farewell_or_a_danger_is_no_denial(text: str) -> None:
    assert not is_all_right(text)
    assert good_news(check(text), "crisis", text) is None
