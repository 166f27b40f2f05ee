"""The phrases we thought of: every danger gets a card, nothing else does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from safety.rules import SIGNALS
from safety.verdicts import CHECKS
from tests.safety.phrases import DANGEROUS, HARMLESS, PHRASES, judged

# What the classifier may cost here; the rules alone give none of these a card.
MAX_ASKED_SHARE, MAX_CARDED_SHARE = 0.01, 0.005


def test_there_are_enough_phrases_of_every_sort() -> None:
    assert len({row["id"] for row in PHRASES}) == len(PHRASES)
    assert len({row["text"].casefold() for row in PHRASES}) == len(PHRASES)
    assert len(DANGEROUS) >= 300
    assert len(HARMLESS) >= 300
    styles = Counter(row["style"] for row in PHRASES)
    assert styles.keys() >= {"plain", "typo", "fragment", "long"}


# Each test reads all phrases and lists every wrong one: an item a phrase would cost more than its check.
def ids(rows: Iterable[dict[str, str]]) -> list[str]:
    return [row["id"] for row in rows]


def test_every_danger_gets_a_card() -> None:
    assert ids(row for row in DANGEROUS if judged(row["text"]).kind not in SIGNALS) == []


def test_nothing_else_gets_a_card_and_all_of_it_is_left_to_answer() -> None:
    verdicts = [(row, judged(row["text"])) for row in HARMLESS]
    carded = ids(row for row, verdict in verdicts if verdict.kind not in ("none", *CHECKS))
    assert len(carded) <= MAX_CARDED_SHARE * len(HARMLESS), carded
    asked = ids(row for row, verdict in verdicts if verdict.kind in CHECKS)
    assert len(asked) <= MAX_ASKED_SHARE * len(HARMLESS), asked
    silent = ids(row for row, verdict in verdicts if not verdict.parts_left)
    assert [name for name in silent if name not in carded] == []


def test_the_soft_line_comes_where_it_should_and_only_there() -> None:
    soft = {row["id"] for row in HARMLESS if judged(row["text"]).soft_line}
    asked = {row["id"] for row in HARMLESS if judged(row["text"]).kind != "none"}  # says more than the line
    assert ids(row for row in HARMLESS if row["soft_line_ok"] == "no" and row["id"] in soft) == []
    assert ids(row for row in HARMLESS if row["label"] == "info" and row["id"] not in soft | asked) == []
