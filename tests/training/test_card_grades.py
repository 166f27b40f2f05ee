"""The English cards can be read by somebody who is frightened: grade 5 at most."""

from __future__ import annotations

import pytest
import textstat

from safety.cards import CARD_KINDS, card, soft_line

MAX_GRADE = 5.0


@pytest.mark.parametrize("kind", CARD_KINDS)
def test_a_card_is_easy_to_read(kind: str) -> None:
    shown = card(kind, "en")
    assert textstat.flesch_kincaid_grade(shown.text) <= MAX_GRADE
    assert textstat.flesch_kincaid_grade(shown.next_step) <= MAX_GRADE


def test_the_soft_line_is_easy_to_read() -> None:
    assert textstat.flesch_kincaid_grade(soft_line("en")) <= MAX_GRADE
