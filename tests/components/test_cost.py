"""No message costs the reading of details much, whatever the form has just asked for."""

from __future__ import annotations

import pytest

from components.form_extractors import read_details
from tests.dear_texts import PROVE, dearest

MOST_S = 0.05
LOOKS = 20_000 if PROVE else 60
PIECES = (
    "my name is Anna Maria", "call me at +1 (555) 201-8834", "anna@example.com", "between 3 and 5 pm",
    "after work", "before 10 am or in the morning", "don't leave a message", "text me please", "5 5 5 2 0 1",
    "mañana por la mañana", "early next monday", "a.b.c.d-e.f", "any next this", "from 3 pm to 4 pm and",
    "12:30 ", "late ",
    "noon", "noon- ", "noon-after 5pm-",
)  # fmt: skip


@pytest.mark.parametrize("asked_for", [None, "phone", "first_name", "best_time"])
def test_no_text_costs_much(asked_for: str | None) -> None:
    def read(text: str) -> None:
        read_details(text, asked_for=asked_for)

    found = dearest(read, PIECES, chars=2_000, seed=12, looks=LOOKS)
    assert found.cost_s < MOST_S, found.text[:200]


@pytest.mark.parametrize(
    "text", ["any late early ", "noon", "noon- ", "noon-after 5pm-", "- 5 pm -", "  late"]
)
def test_what_can_be_read_in_two_ways_is_not_read_twice_as_often_with_each_repeat(text: str) -> None:
    found = dearest(read_details, [text], chars=2_000, seed=1, looks=2)
    assert found.cost_s < MOST_S
