"""The list of messages that would be treated differently is complete, by a count made another way."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.clinical import Judge
from content.clinical_words import read_words
from training.impact import impact_of
from training.readings import Readings
from training.replay import Ask

ANSWERS = ("faq/cost", "faq/hours", "faq/safety")


def decided(outcome: str, *gets: str) -> dict[str, Any]:
    parts = [{"intent": intent, "it": None} for intent in gets if intent.startswith("faq/")]
    return {"outcome": outcome, "intent": gets[0] if gets else "out_of_scope", "parts": parts}


DECISIONS = st.one_of(
    st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=2).map(lambda a: decided("answered", *a)),
    st.just(decided("declined")),
    st.just(decided("asked_back", "nlu_fallback")),
    st.just(decided("skill", "callback")),
    st.just(decided("safety", "safety")),
)


def recounted(was: list[dict[str, Any]], now: list[dict[str, Any]]) -> Counter[str]:
    """Count once more, by walking through both lists with nothing but plain comparisons."""
    counts: Counter[str] = Counter()
    for before, after in zip(was, now, strict=True):
        told = [
            (
                d["outcome"],
                [part["intent"] for part in d["parts"]],
                d["intent"] if d["outcome"] == "skill" else "",
            )
            for d in (before, after)
        ]
        if told[0] == told[1]:
            continue
        if before["outcome"] == "answered" and after["outcome"] == "answered":
            counts["other_answer"] += 1
        elif before["outcome"] in ("declined", "asked_back") and after["outcome"] == "answered":
            counts["now_answered"] += 1
        elif before["outcome"] == "answered" and after["outcome"] in ("declined", "asked_back"):
            counts["no_longer_answered"] += 1
        else:
            counts["otherwise"] += 1
    return counts


@given(st.lists(st.tuples(DECISIONS, DECISIONS), max_size=60))
def test_the_list_is_what_a_recount_by_hand_finds(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    was, now = [before for before, _ in pairs], [after for _, after in pairs]
    asks = [Ask(str(number), "text") for number in range(len(pairs))]
    found = impact_of(asks, was, now)
    assert found["kinds"] == dict(recounted(was, now))
    assert found["changed"] == len(found["rows"]) == sum(found["kinds"].values())
    assert found["n"] == len(pairs)


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        (decided("answered", "faq/cost"), decided("answered", "faq/hours"), "other_answer"),
        (decided("declined"), decided("answered", "faq/hours"), "now_answered"),
        (decided("answered", "faq/cost"), decided("declined"), "no_longer_answered"),
        (decided("skill", "callback"), decided("declined"), "otherwise"),
    ],
)
def test_a_change_is_named_as_the_visitor_would_feel_it(
    was: dict[str, Any], now: dict[str, Any], kind: str
) -> None:
    (row,) = impact_of([Ask("m1", "how much is it")], [was], [now])["rows"]
    assert (row["id"], row["kind"]) == ("m1", kind)
    assert "how much" not in str(row)  # its words stay in the record


def test_what_is_offered_when_asking_back_is_no_change() -> None:
    was, now = decided("asked_back", "nlu_fallback"), decided("asked_back", "nlu_fallback")
    was["choices"], now["choices"] = [{"intent": "faq/cost"}], [{"intent": "faq/hours"}]
    assert impact_of([Ask("m1", "x")], [was], [now])["changed"] == 0


def test_the_same_answer_in_other_words_is_told_with_both() -> None:
    judge = Judge(read_words())
    releases = [
        Readings(
            {"answers": {"cost": {}}, "utterances": {"utter_faq/cost": [{"text": text}]}}, judge, date.today()
        )
        for text in ("It costs $450.", "It costs $500.")
    ]
    same = [decided("answered", "faq/cost")]
    told = impact_of([Ask("1", "price?")], same, same, (releases[0], releases[1]))
    assert told["kinds"] == {"other_words": 1}
    assert told["rows"][0]["was"]["reads"] == "It costs $450."
    assert told["rows"][0]["now"]["reads"] == "It costs $500."
