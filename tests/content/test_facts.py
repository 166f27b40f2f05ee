"""The clinic's facts: what is known is worded, what is wrong is said with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from content.facts import MOMENT_FACTS, ClinicError, load_clinic
from content.yaml_files import ProblemsError

PROJECT = Path(__file__).parents[2]


def written(folder: Path, text: str) -> Path:
    path = folder / "clinic.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_makes_nothing_up() -> None:
    facts = load_clinic(PROJECT / "clinic.yml").facts()
    assert facts["name"] == "Balanced Ketamine"
    assert not set(facts) & {"phone", "address", "prices", "hours", *MOMENT_FACTS}


def test_known_facts_are_worded_for_people(tmp_path: Path) -> None:
    clinic = load_clinic(
        written(
            tmp_path,
            """\
name: Elm Street Dental
phone: "(212) 555-2368"
email: desk@elm.example
time_zone: America/New_York
hours:
  monday: ["9:00-17:00"]
  tuesday: ["9:00-17:00"]
  friday: ["13:30-17:00", "9:00-12:00"]
holidays:
  - {date: "2026-12-25", name: Christmas Day}
""",
        )
    )
    facts = clinic.facts()
    assert facts["phone"] == "(212) 555-2368"
    assert facts["hours"] == ("Monday and Tuesday 9 am to 5 pm, Friday 9 am to 12 pm and 1:30 pm to 5 pm")
    assert clinic.holidays == {date(2026, 12, 25): "Christmas Day"}
    assert "prices" not in facts


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("phone: null\n", 1, "'name' is missing"),
        ("name: Elm\nphon: '555'\n", 2, "Unknown key 'phon'"),
        ("name: Elm\nphone: 12\n", 2, "must be a text: put it in quotes"),
        ("name: Elm\n\nphone: '12'\n", 3, "is not a phone number"),
        ("name: Elm\nphone: call us\n", 2, "is not a phone number"),
        ("name: Elm\nemail: nobody\n", 2, "is not an e-mail address"),
        ("name: Elm\ncontact_page: http://elm.example\n", 2, "starts with https://"),
        ("name: Elm\ncontact_page: javascript:alert(1)\n", 2, "starts with https://"),
        ("name: Elm\naddress: ''\n", 2, "write the fact, or null"),
        ("name: Elm\naddress: 'at {street}'\n", 2, "may not hold { }"),
        ("name: Elm\naddress: 'at ${HOME}'\n", 2, "may not hold { }"),
        (f"name: Elm\nprices: {'long ' * 70}\n", 2, "longer than 300 characters"),
        ("name: Elm\ncountry: Utopia\n", 2, "two letters"),
        ("name: Elm\ntime_zone: Mars/Olympus\n", 2, "is not a time zone"),
        ("name: Elm\nhours:\n  monday: ['9:00-17:00']\n", 2, "needs 'time_zone'"),
        ("name: Elm\ntime_zone: UTC\nhours: always\n", 3, "lists days"),
        ("name: Elm\ntime_zone: UTC\nhours:\n  mon: ['9:00-17:00']\n", 4, "'mon' is not a day"),
        ("name: Elm\ntime_zone: UTC\nhours:\n  monday: ['9-17']\n", 4, "is not a span"),
        ("name: Elm\ntime_zone: UTC\nhours:\n  monday: ['25:00-26:00']\n", 4, "is not a span"),
        ("name: Elm\ntime_zone: UTC\nhours:\n  monday: ['17:00-9:00']\n", 4, "ends before it starts"),
        ("name: Elm\ntime_zone: UTC\nhours:\n  monday: ['9:00-12:00', '11:00-13:00']\n", 4, "overlap"),
        ("name: Elm\nholidays:\n  - {date: 2026-12-25}\n", 3, "in quotes"),
        ("name: Elm\nholidays:\n  - {date: '25.12.'}\n", 3, "is not a date"),
        ("name: Elm\nholidays:\n  - {day: '2026-12-25'}\n", 3, "has a date and a name"),
        ("name: Elm\nholidays: none\n", 2, "is a list"),
        ("name: [Elm\n", 1, "This is not YAML"),
        ("- name: Elm\n", 1, "'name' is missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        load_clinic(written(tmp_path, text))
    problems = caught.value.problems
    assert any(p.line == line and said in p.text and p.path == "clinic.yml" for p in problems), problems


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ClinicError) as caught:
        load_clinic(written(tmp_path, "nam: Elm\nphone: x\nemail: x\n"))
    assert [problem.line for problem in caught.value.problems] == [1, 1, 2, 3]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "clinic.yml"
    path.write_bytes(b"name: \xff\xfe\n")
    with pytest.raises(ProblemsError, match="not UTF-8"):
        load_clinic(path)
