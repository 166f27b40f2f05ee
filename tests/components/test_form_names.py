"""Names as people give them when they are asked, and what is none."""

from __future__ import annotations

import unicodedata

import pytest

from components.form_extractors.kinds import FIRST_NAME
from components.form_extractors.names import is_name, names
from tests.components.cases import cases


def name_in(text: str, *, known: str | None = None, asked_for: str | None = FIRST_NAME) -> str | None:
    found = names(text, taken=[], asked_for=asked_for, known=known)
    return found[0].value if found else None


@pytest.mark.parametrize(
    "name",
    cases("""
    Deborah | Temitope | Priyanka | Wojciech | Jean-Luc | Mary Beth | Ana Lucía | Thị Hương | B.J. |
    K | Q. Delgado | de la Cruz | von Trapp | Abdul al-Rashid | ROBERT PLANT | O'Malley | D'Arcy |
    Ṣọlá | Γιώργος | Олена | محمود | רחל | 美咲 | अनिता | Faith | Chase | Rich | June | Dusty | Forest |
    Sterling | Manning | Jared | Alfred | Mohammed | Jing | Emily | Kelly | Angel |
    María de los Ángeles Pérez Soto | X | Wu | Sun
    """),
)
def test_a_short_reply_that_is_nothing_else_is_the_name(name: str) -> None:
    assert name_in(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("call me Ed", "Ed"),
        ("everybody calls me Bess", "Bess"),
        ("it's Cathy with a C", "Cathy"),
        ("Lou, short for Louise", "Lou"),
        ("hi, I'm Trevor", "Trevor"),
        ("Nadia speaking", "Nadia"),
        ("paul jones here", "Paul Jones"),
        ("put me down as Gus", "Gus"),
        ("first name Omar last name Haddad", "Omar"),
        ("first name is Omar, last name is Haddad", "Omar"),
        ("mi nombre es Lucía", "Lucía"),
        ("lena", "Lena"),
        ("mary-kate o'neill", "Mary-Kate O'neill"),
        ("S-E-A-N", "Sean"),
        ("Ms. Alvarez", "Ms. Alvarez"),
        ("Vera!", "Vera"),
        ("its vera xx", "Vera"),
        ("I told you. Vera", "Vera"),
        ("vera!!! i told u", "Vera"),
        ("like i said to the other lady, Vera", "Vera"),
        ("it's still Vera", "Vera"),
        ("sure, it's Noor", "Noor"),
    ],
)
def test_a_name_is_found_in_what_stands_around_it(text: str, name: str) -> None:
    assert name_in(text) == name


def test_a_name_is_kept_as_it_is_typed_in_one_form_of_unicode() -> None:
    typed = unicodedata.normalize("NFD", "Renée")
    assert name_in(typed) == "Renée"
    assert name_in("McKENZIE") == "McKENZIE"


@pytest.mark.parametrize(
    "text",
    cases("""
    this is pointless | you lot never pick up | so annoying | I'm exhausted | i'm diabetic |
    epileptic | panic attacks | my back hurts | hopeless | asap | hmm | whatever | dunno | lol |
    agent | human being | a real human | test | anonymous | n/a | none | skip | hello there |
    good evening | yes | no | ok thanks | in a minute | hold on | her name is Petra |
    my wife's name is Petra | it's about my leg | i'm a new patient | i am in a hurry | it's urgent |
    i'm having chest pain | call me tomorrow | call me | who wants to know | thank you | disgusting |
    insomnia | refund | it's broke | thank you dear | i told you already | i said no
    """),
)
def test_a_complaint_a_filler_or_an_illness_is_no_name(text: str) -> None:
    assert name_in(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sorry, i meant Bea", "Bea"),
        ("Bea, not Bee", "Bea"),
        ("not Bee, Bea", "Bea"),
        ("it's spelled Beah", "Beah"),
        ("my last name is Vance", "Bee Vance"),
        ("change my name to Beatrice", "Beatrice"),
        ("wrong name, it's Beth", "Beth"),
    ],
)
def test_a_known_name_changes_when_that_is_meant(text: str, name: str) -> None:
    assert name_in(text, known="Bee", asked_for=None) == name


@pytest.mark.parametrize(
    "text",
    [
        "oops 212 555 2368",
        "this is my cell",
        "thanks",
        "it's my work number",
        "mornings",
        "ext",
        "i'm free after 5",
        "spanish please",
        "his name is Carl",
        "Okay then",
    ],
)
def test_a_known_name_stays_otherwise(text: str) -> None:
    assert name_in(text, known="Bee", asked_for=None) is None


@pytest.mark.parametrize("text", ["a" * 1_900, "Ana " * 400, "\u202eanA", "", "   ", "🙂", "'" * 500])
def test_odd_text_is_no_name_and_costs_nothing(text: str) -> None:
    assert not is_name(text) or len(text) < 60
