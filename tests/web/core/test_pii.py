"""What points at somebody is masked; what is asked is not."""

from __future__ import annotations

import pytest

from web.core.pii import mask


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("call me at 555 201 8834", "call me at [number]"),
        ("call me at (555) 201-8834 please", "call me at [number] please"),
        ("+1.555.201.8834", "[number]"),
        ("my ssn is 123-45-6789", "my ssn is [number]"),
        ("born 12/04/1980", "born [number]"),
        ("born 4 March 1980", "born [number]"),
        ("write to rosa.lee+x@example.co.uk ok", "write to [mail] ok"),
        ("see https://example.com/me?id=1", "see [link]"),
        ("my name is rosa", "my name is [name]"),
        ("My name is Rosa Lee and i ask", "My name is [name] and i ask"),
        ("hi, I'm Rosa. is it safe?", "hi, I'm [name] is it safe?"),
        ("me llamo Rosa", "me llamo [name]"),
        ("this is Mrs. Lee", "this is Mrs. [name]"),
        ("i live at 12 North Main Street", "i live at [address]"),
        ("my friend Rosa Maria Lee came", "my friend [name] came"),
    ],
)
def test_what_points_at_somebody_is_masked(written: str, shown: str) -> None:
    assert mask(written) == shown


@pytest.mark.parametrize(
    "asked",
    [
        "what is a k-hole",
        "how long does 1 session take, 2 hours?",
        "i'm scared, is it safe",
        "I am depressed for 10 years",
        "can i come 2 times a week for 6 weeks",
        "is it $400 or 450",
    ],
)
def test_what_is_asked_stays_as_it_is(asked: str) -> None:
    assert mask(asked) == asked


def test_a_name_that_the_conversation_knows_is_masked_everywhere() -> None:
    assert mask("rosa asked if ROSA may come", names=["Rosa"]) == "[name] asked if [name] may come"


def test_a_longer_name_is_masked_before_a_part_of_it() -> None:
    assert mask("rosa lee and rosa came", names=["Rosa", "Rosa Lee"]) == "[name] and [name] came"
