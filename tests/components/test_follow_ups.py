"""What a short message behind an answer gets, and what typed pointing at choices means."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions.lost import ASK_BACK
from components.decision.answer_book import AnswerBook
from components.decision.choices import decision
from components.decision.follow_up_meaning import Before
from components.decision.follow_ups import follow_up
from components.decision.own_words import asks_of_the_words
from components.decision.picks import Offered, offered, pick
from components.follow_ups import AskedAspect
from components.segments import as_meant
from components.spelling.symbols import Symbols

BOOK = AnswerBook(
    {
        "faq/k_hole": {"title": "K-hole", "topics": ["k_hole"], "next": ["scared"],
                       "follow_ups": {"how_long": "duration"}},
        "faq/duration": {"title": "How long", "topics": ["k_hole"], "next": []},
        "faq/scared": {"title": "Scared", "topics": ["scared"], "next": []},
        "faq/cost": {"title": "Cost", "topics": ["cost"], "next": []},
    },
    passages=["utter_more/k_hole_more", "utter_more/k_hole_why"],
    leads={"follow_up/price": "cost"},
)  # fmt: skip


def after_k_hole(
    asked: AskedAspect | None,
    understood: dict[str, Any] | None = None,
    *,
    said: tuple[str, ...] = (),
    text: str = "",
) -> dict[str, Any]:
    declined = decision("declined", "out_of_scope", 0.1)
    return dict(follow_up(understood or declined, asked, Before("faq/k_hole", said, text), BOOK))


def asked(aspect: str, *own_words: str, confidence: float = 0.9) -> AskedAspect:
    return AskedAspect(aspect, confidence, own_words)


def answered(name: str, confidence: float = 0.9) -> dict[str, Any]:
    intent = f"faq/{name}"
    ranking = [{"intent": intent, "confidence": confidence}, {"intent": "faq/scared", "confidence": 0.2}]
    parts = [BOOK.part(intent, confidence)]
    return decision("answered", intent, confidence, ranking=ranking, parts=parts)


def test_an_aspect_is_served_by_the_answers_own_passage() -> None:
    found = after_k_hole(asked("why"))
    assert (found["intent"], found["parts"][0]["passage"]) == ("follow_up/why", "utter_more/k_hole_why")


@pytest.mark.parametrize(("aspect", "intent"), [("how_long", "faq/duration"), ("price", "faq/cost")])
def test_an_aspect_without_a_passage_leads_to_another_answer(aspect: str, intent: str) -> None:
    assert after_k_hole(asked(aspect))["intent"] == intent


def test_what_is_not_known_is_said_together_with_what_else_there_is() -> None:
    found = after_k_hole(asked("who"))
    assert (found["intent"], found["parts"][0]["passage"]) == ("follow_up/who", "utter_more/k_hole_more")


def test_nothing_is_said_twice_in_a_row() -> None:
    again = after_k_hole(None, answered("k_hole"))
    assert again["parts"][0]["passage"] == "utter_more/k_hole_more"
    third = after_k_hole(None, answered("k_hole"), said=("utter_more/k_hole_more",))
    assert (third["intent"], "passage" in third["parts"][0]) == ("follow_up/told", False)


def test_a_first_clause_brings_no_answer_twice_either() -> None:
    first_clause = AskedAspect("scared", 0.9, (), is_first_clause=True)
    assert after_k_hole(first_clause, answered("k_hole"))["parts"][0]["passage"] == "utter_more/k_hole_more"


def test_a_whole_question_of_small_words_is_no_follow_up() -> None:
    found = after_k_hole(asked("others"), answered("cost"), text="how much do you take for her")
    assert found["intent"] == "faq/cost"
    leaning = after_k_hole(asked("why"), answered("cost"), text="why do you do it for her")
    assert leaning["intent"] == "follow_up/why"


def test_an_unsure_short_message_is_about_what_lies_near() -> None:
    unsure = decision(
        "asked_back", "nlu_fallback", 0.4, ranking=[{"intent": "faq/scared", "confidence": 0.4}]
    )
    assert after_k_hole(asked("none", "frightening"), unsure)["intent"] == "faq/scared"
    far = decision("asked_back", "nlu_fallback", 0.4, ranking=[{"intent": "faq/cost", "confidence": 0.4}])
    assert after_k_hole(asked("none", "dollars"), far, text="dollars")["outcome"] == "asked_back"


def test_what_nobody_understood_is_neither_declined_nor_asked_back_behind_an_answer() -> None:
    found = after_k_hole(asked("why", "zany", confidence=0.3), text="zany that")
    assert found["intent"] == "follow_up/unclear"
    assert found["parts"][0]["passage"] == "utter_more/k_hole_more"


def test_beside_the_name_of_the_last_answer_a_neighbour_is_found() -> None:
    declined = decision("declined", "out_of_scope", 0.1)
    before = Before("faq/k_hole", (), "the creepy part", near={"faq/scared": 0.6, "faq/cost": 0.5})
    assert follow_up(declined, asked("why", "creepy", confidence=0.3), before, BOOK)["intent"] == "faq/scared"


@pytest.mark.parametrize(
    ("ranking", "heard"),
    [
        ([{"intent": "out_of_scope", "confidence": 0.8}], asked("why", "pizza", confidence=0.3)),
        ([], asked("none", "pizza", confidence=0.9)),
    ],
    ids=["surely not ours", "surely a remark"],
)
def test_what_is_not_about_the_answer_is_left_alone(
    ranking: list[dict[str, Any]], heard: AskedAspect
) -> None:
    declined = decision("declined", "out_of_scope", 0.1, ranking=ranking)
    assert after_k_hole(heard, declined, text="this pizza is mine")["outcome"] == "declined"


def test_an_unsure_skill_gives_way_to_what_is_surely_asked_of_the_answer() -> None:
    unsure = decision("skill", "sarcasm", 0.55)
    assert after_k_hole(asked("why", "lord"), unsure, text="oh lord why")["intent"] == "follow_up/why"
    assert after_k_hole(asked("why", "lord", confidence=0.3), unsure, text="oh lord")["intent"] == "sarcasm"
    for text in ("standard?", "so kinda standard then"):
        assert after_k_hole(asked("none", "standard"), unsure, text=text)["intent"] == "follow_up/unclear"


def test_a_correction_never_gets_the_same_answer() -> None:
    before = Before("faq/k_hole", (), "the fear", is_correction=True)
    assert follow_up(answered("k_hole"), None, before, BOOK)["intent"] == "faq/scared"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("No, I mean the treatment, not the k hole", ("the treatment", True)),
        ("sorry i meant how much", ("how much", True)),
        ("for pain i mean", ("for pain", False)),
        ("what does it mean", ("what does it mean", False)),
        ("nah like the day of", ("the day of", True)),
        ("no like i said", ("no like i said", False)),
    ],
)
def test_what_is_meant_is_freed_of_the_correction(typed: str, meant: tuple[str, bool]) -> None:
    assert as_meant(typed.lower()) == (meant[0], meant[1])


CHOICES = [
    {"title": "K-hole", "intent": "faq/k_hole"},
    {"title": "Cost", "intent": "faq/cost"},
    {"title": "Have someone call me", "intent": "callback"},
]


@pytest.mark.parametrize(
    ("typed", "intents"),
    [
        ("1", ["faq/k_hole"]), ("the first one", ["faq/k_hole"]), ("yes", ["faq/k_hole"]),
        ("#2", ["faq/cost"]),
        ("second please", ["faq/cost"]), ("both", ["faq/k_hole", "faq/cost"]), ("cost", ["faq/cost"]),
        ("the last one", ["callback"]), ("none of them", ["none_of_these"]), ("no", ["none_of_these"]),
        ("my first infusion is tomorrow", None), ("9", None),
    ],
)  # fmt: skip
def test_pointing_at_a_choice_is_understood(typed: str, intents: list[str] | None) -> None:
    found = pick(typed, Offered(CHOICES, is_question=True), BOOK)
    given = found and ([part["intent"] for part in found["parts"]] or [found["intent"]])
    assert given == intents


def test_yes_and_no_behind_an_answer_point_at_nothing() -> None:
    offer = Offered(CHOICES, is_question=False)
    assert [pick(typed, offer, BOOK) for typed in ("yes", "no", "1", "both")] == [None] * 4


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("🙏🏽🙏🏽", "thank you"), ("🚗?", "driving?"), ("🚗 after?", "driving after?"), ("ok 🙏", "ok"),
        ("??", "are you there"), ("🐴🚗", "🐴🚗"), ("no pictures", "no pictures"),
    ],
)  # fmt: skip
def test_pictures_are_read_as_what_they_say(typed: str, read: str) -> None:
    symbols = Symbols({"🙏": "thank you", "🚗": "driving", "?": "are you there"})
    assert symbols.spelled_out(typed) == read


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("not even for bad knees", "follow_up/so"),  # asks the same about less
        ("for bad knees?", "follow_up/so"),  # behind a practical answer
        ("for bad knees does it work", "faq/scared"),
        ("even with panic", "faq/scared"),  # a caution stands for itself
    ],
)
def test_what_asks_the_same_about_less_stays_with_the_answer(text: str, intent: str) -> None:
    book = AnswerBook(
        {**BOOK.answers, "faq/cost": {"title": "Cost", "topics": ["cost"]},
         "faq/scared": {"title": "Scared", "topics": ["scared"], "clinical": True}},
        passages=["utter_more/cost_so"],
    )  # fmt: skip
    careful = ("scared",) if "panic" in text else ()
    before = Before("faq/cost", (), text, careful_topics=careful)
    assert follow_up(answered("scared"), None, before, book)["intent"] == intent


def test_a_first_clause_may_ask_on_and_the_rest_tell() -> None:
    first = AskedAspect("why", 0.9, (), is_first_clause=True)
    small_talk = decision("skill", "introduction", 0.5)
    assert after_k_hole(first, small_talk, text="why, i'm a teacher")["intent"] == "follow_up/why"
    sure = after_k_hole(first, answered("cost"), text="why, i only ask what it costs")
    assert sure["intent"] == "faq/cost"


def test_what_is_surely_about_something_else_gets_no_more_of_the_last_answer() -> None:
    ranking = [{"intent": "faq/cost", "confidence": 0.65}, {"intent": "faq/k_hole", "confidence": 0.36}]
    far = decision("asked_back", "nlu_fallback", 0.65, ranking=ranking)
    assert after_k_hole(asked("none", "dollars"), far, text="dollars")["outcome"] == "asked_back"


def test_a_correction_that_is_not_understood_gets_the_likeliest_other_answer() -> None:
    ranking = [{"intent": "faq/scared", "confidence": 0.32}]
    lost = decision("declined", "out_of_scope", 0.32, ranking=ranking)
    before = Before("faq/k_hole", (), "the day of", is_correction=True)
    assert follow_up(lost, None, before, BOOK)["intent"] == "faq/scared"


@pytest.mark.parametrize(
    "text",
    [
        "so i would have to come off the metoprolol first?",
        "do they wean her off it",
        "then i quit taking it?",
    ],
)
def test_who_asks_to_go_without_a_medicine_is_warned_first(text: str) -> None:
    book = AnswerBook({"faq/pills": {"title": "Pills"}}, passages=["utter_more/pills_stop"])
    before = Before("faq/pills", (), text)
    assert asks_of_the_words(before, book) == "stop"
    assert asks_of_the_words(Before("faq/pills", ("utter_more/pills_stop",), text), book) == ""
    assert asks_of_the_words(Before("faq/k_hole", (), text), book) == ""


@pytest.mark.parametrize("wording", ASK_BACK)
def test_asking_back_is_a_question_in_all_its_wordings(wording: str) -> None:
    buttons = [{"title": "Cost", "payload": "/faq/cost"}, {"title": "None", "payload": "/none_of_these"}]
    said = BotUttered("", {"buttons": buttons}, metadata={"utterance": wording})
    offer = offered(DialogueStateTracker.from_events("c", [UserUttered("hm"), said]))
    assert (offer.is_question, offer.asked_back) == (True, True)
    assert [choice["intent"] for choice in offer.choices] == ["faq/cost"]


def test_who_would_get_the_same_answer_again_gets_the_passage_that_is_asked_for() -> None:
    again = answered("k_hole")
    assert after_k_hole(asked("why", "scary"), again)["parts"][0]["passage"] == "utter_more/k_hole_why"
    unsure = asked("why", "scary", confidence=0.3)
    assert after_k_hole(unsure, again)["parts"][0]["passage"] == "utter_more/k_hole_more"
    said = after_k_hole(asked("why", "scary"), again, said=("utter_more/k_hole_why",))
    assert said["parts"][0]["passage"] == "utter_more/k_hole_more"
    linked = after_k_hole(asked("how_long", "scary"), again)
    assert linked["intent"] == "faq/duration"
