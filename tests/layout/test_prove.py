"""`make prove` is every stage of `make test` and more, and goes on where it was stopped."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from deploy.settings import ROOT
from tests.prove import STAGES, prove, table

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def made_of(target: str) -> set[str]:
    """What a target runs, in its first line and by make below it."""
    rule = re.search(rf"^{target}:(.*?)(?:##.*)?\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE)
    assert rule, target
    below = re.findall(r"\$\(TOGETHER\)\d (.*)", rule[2])
    return set(rule[1].split()) | {word for line in below for word in line.split()}


def noting(ran: list[str]) -> Callable[[str], bool]:
    """Let every stage pass, and note it."""

    def run(name: str) -> bool:
        ran.append(name)
        return True

    return run


def test_every_stage_is_a_target_and_every_test_a_stage():
    assert all(re.search(rf"^{stage}:", MAKEFILE, re.MULTILINE) for stage in STAGES)
    assert made_of("test") <= set(STAGES)


def test_what_passed_is_not_run_again(tmp_path):
    ran: list[str] = []

    def stops_at_quick(name: str) -> bool:
        ran.append(name)
        if name == "quick":
            raise KeyboardInterrupt
        return True

    state = tmp_path / "prove" / "state.json"
    with pytest.raises(KeyboardInterrupt):
        prove(["lint", "quick", "faults"], "code", stops_at_quick, state=state)
    prove(["lint", "quick", "faults"], "code", noting(ran), state=state)
    assert ran == ["lint", "quick", "quick", "faults"]


def test_what_failed_stops_no_other_and_is_run_again(tmp_path):
    state = tmp_path / "state.json"
    first = prove(["lint", "quick"], "code", lambda name: name != "lint", state=state)
    assert [first[name].passed for name in ("lint", "quick")] == [False, True]
    ran: list[str] = []
    again = prove(["lint", "quick"], "code", noting(ran), state=state)
    assert ran == ["lint"]
    assert all(stage.passed for stage in again.values())


@pytest.mark.parametrize("change", [{"code": "other"}, {"code": "code", "afresh": True}])
def test_other_code_begins_again(tmp_path, change):
    state = tmp_path / "state.json"
    prove(["lint"], "code", lambda name: True, state=state)
    ran: list[str] = []
    prove(["lint"], run=noting(ran), state=state, **change)
    assert ran == ["lint"]


def test_the_page_names_every_stage_whether_it_was_run_or_not(tmp_path):
    done = prove(["lint", "quick"], "code", lambda name: name != "lint", state=tmp_path / "state.json")
    rows = [line for line in table(done, "").splitlines() if line.startswith("| ")][2:]
    assert [row.split(" | ")[0] for row in rows] == [f"| `{stage}`" for stage in STAGES]
    assert "| `lint` | failed |" in rows[0]
    assert "| `quick` | passed |" in rows[1]
    assert all("not run with this code" in row for row in rows[2:])
