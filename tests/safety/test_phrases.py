"""The phrases we thought of: every danger gets a card, nothing else does."""

from __future__ import annotations

from collections import Counter

import pytest

from safety.check import check
from safety.rules import SIGNALS
from tests.safety.phrases import DANGEROUS, HARMLESS, PHRASES


def test_there_are_enough_phrases_of_every_sort() -> None:
    assert len({row["id"] for row in PHRASES}) == len(PHRASES)
    assert len({row["text"].casefold() for row in PHRASES}) == len(PHRASES)
    assert len(DANGEROUS) >= 300
    assert len(HARMLESS) >= 300
    styles = Counter(row["style"] for row in PHRASES)
    assert styles.keys() >= {"plain", "typo", "fragment", "long"}


@pytest.mark.parametrize("row", DANGEROUS, ids=lambda row: row["id"])
def test_a_danger_gets_a_card(row: dict[str, str]) -> None:
    assert check(row["text"]).kind in SIGNALS


@pytest.mark.parametrize("row", HARMLESS, ids=lambda row: row["id"])
def test_anything_else_gets_no_card(row: dict[str, str]) -> None:
    verdict = check(row["text"])
    assert verdict.kind == "none"
    assert verdict.parts_left
    if row["soft_line_ok"] == "no":
        assert not verdict.soft_line
    if row["label"] == "info":
        assert verdict.soft_line
