"""Numbers and addresses as people write them, and which of several is meant."""

from __future__ import annotations

import pytest

from components.form_extractors.contacts import contacts
from tests.components.cases import cases

MINE = "+12125552368"


def read(text: str, *, known: str | None = None) -> dict[str, str]:
    return {each.kind: each.value for each in contacts(text, "phone", "US", known)}


@pytest.mark.parametrize(
    "text",
    cases("""
    212 555 2368 | (212) 555-2368 | 212.555.2368 | 212/555/2368 | 212_555_2368 |
    212\u2013555\u20132368 | 212\u2011555\u20112368 | 212·555·2368 | 1-212-555-2368 |
    +1 (212) 555 2368 | 2125552368 | cell: 212 555 2368! |
    two one two five five five two three six eight |
    two one two, triple five, twenty three sixty eight | 212 triple five 2368 | 212 555 2368 3pm |
    2125552368 8-4 | 212 555 2368 24/7 | im 71 212 555 2368 | 212 555 2368 from 9 to 11 |
    212 555 2368 - weekdays 10-12
    """),
)
def test_a_number_is_read_however_it_is_written(text: str) -> None:
    assert read(text).get("phone") == MINE


@pytest.mark.parametrize(
    "text",
    [
        "212-555-2368 ext 45",
        "212 555 2368 x45",
        "(212) 555 2368, extension 45",
        "212 555 2368 #45",
        "212-555-2368;ext=45",
        "212 555 2368 and then you press 45",
        "212 555 2368 option 45",
    ],
)
def test_an_extension_stays_with_its_number(text: str) -> None:
    assert read(text) == {"phone": f"{MINE};ext=45"}


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("+44 20 7946 0018", "+442079460018"),
        ("0044 20 7946 0018", "+442079460018"),
        ("011 49 30 901820", "+4930901820"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("1-888-FLOWERS", "+18883569377"),
    ],
)
def test_foreign_and_spelled_numbers_are_dialled_right(text: str, dialled: str) -> None:
    assert read(text)["phone"] == dialled


@pytest.mark.parametrize(
    "text",
    [
        "555-2368",
        "my patient number is 2125552368",
        "order 2125552368",
        "it was 450.00 and 500.00",
        "000 000 0000",
        "account no. 2125552368",
        "212 555 cancel 2368",
        "it ends in 2368",
    ],
)
def test_what_cannot_be_dialled_or_is_something_else_is_no_number(text: str) -> None:
    assert "phone" not in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "don't call 646 555 0199, use 212 555 2368",
        "212 555 2368, not 646 555 0199",
        "not 646 555 0199 but 212 555 2368",
        "646 555 0199 no wait 212 555 2368",
        "646 555 0199. oops, i meant 212 555 2368",
        "646-555-0199 is my old number, the new one is 212-555-2368",
        "call 212 555 2368 instead of 646 555 0199",
        "212 555 2368 but never ring 646 555 0199",
        "please do not ever text 646 555 0199, 212 555 2368 is fine",
        "not my office, which is 646 555 0199. use 212 555 2368",
    ],
)
def test_a_refused_number_is_never_the_one(text: str) -> None:
    assert read(text)["phone"] == MINE


def test_two_numbers_without_a_word_about_it_are_two_choices() -> None:
    found = list(contacts("home 646 555 0199, cell 212 555 2368", "phone", "US"))
    assert [(each.kind, each.value) for each in found] == [
        ("phone_choice", "+16465550199"),
        ("phone_choice", MINE),
    ]


def test_the_end_of_a_number_is_put_right() -> None:
    assert read("212 555 2367, sorry, 2368 at the end") == {"phone": MINE}
    assert read("the last digit is 8 not 7", known="+12125552367") == {"phone": MINE}
    assert read("it ends in 2368", known="+12125559999") == {"phone": MINE}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("liam.o'shea@mail.example", "liam.o'shea@mail.example"),
        ("liam.o\u2019shea@mail.example", "liam.o'shea@mail.example"),
        ("pat+forms@mail.example", "pat+forms@mail.example"),
        ("pat at mail dot example", "pat@mail.example"),
        ("it's pat_lee at mail.example thanks", "pat_lee@mail.example"),
        ("pat dot lee at mail dot example", "pat.lee@mail.example"),
        ("pat@ mail.example", "pat@mail.example"),
        ("<pat@mail.example>.", "pat@mail.example"),
        ("no phone. pat2125552368@mail.example", "pat2125552368@mail.example"),
    ],
)
def test_an_address_is_read_whole(text: str, address: str) -> None:
    assert read(text) == {"email": address}


@pytest.mark.parametrize("text", ["pat@mail", "@pat", "21255523", "23 68"])
def test_something_missing_is_said_to_be_missing(text: str) -> None:
    assert set(read(text)) == {"bad_contact"}
