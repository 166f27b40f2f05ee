"""What is wished beside name, number and time goes along word for word."""

from __future__ import annotations

import pytest

from components.form_extractors import read_details
from components.form_extractors.kinds import NOTE


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("can you call me? my kids dont know about any of this", "my kids dont know about any of this"),
        ("have someone call, it's a secret from my husband", "it's a secret from my husband"),
        ("can somebody call me, but not when my wife is home", "not when my wife is home"),
        ("call me, don't mention ketamine", "don't mention ketamine"),
    ],
)
def test_a_wish_for_silence_in_the_first_request_is_kept(text: str, wish: str) -> None:
    assert [each.value for each in read_details(text, asked_for=None) if each.kind == NOTE] == [wish]
