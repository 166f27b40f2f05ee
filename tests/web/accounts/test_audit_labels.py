"""The audit is read by administrators: every deed has words, and details that say nothing stay away."""

from __future__ import annotations

import re
from pathlib import Path

from web.accounts import audit_labels

WEB = Path(__file__).parents[3] / "web"
KINDS = (
    "account|answers?|bot|build|callbacks?|closure|content|conversations?|crisis_steps|facts?|false_alarms?"
    "|escalation|glass|handoff|import|missed|notice|presence|project|publish|release|reply|review|schedule|sign_in|sign_out|signature"
    "|signing|site|test|version|week"
)
NOTED = re.compile(rf'"((?:{KINDS})\.[a-z_]+)"')
NO_DEEDS = {
    "site.css",
    "answers.css",
    "answers.js",
    "answers.id",
    "conversations.id",
    "callbacks.id",
    "callbacks.csv",
    "build.log",
}


def test_every_deed_that_is_noted_has_words() -> None:
    pages = [path for path in WEB.rglob("*.py") if path.name != "audit_words.py"]
    noted = {name for path in pages for name in NOTED.findall(path.read_text(encoding="utf-8"))} - NO_DEEDS
    assert len(noted) > 30
    assert noted == set(audit_labels.DEEDS)


def test_a_deed_of_another_version_is_shown_by_its_name() -> None:
    assert audit_labels.deed("room.painted_blue") == "room: painted blue"


def test_details_are_lines_and_empty_ones_are_left_out() -> None:
    kept = {"before": None, "over_failed_gates": False, "roles": ["desk", "owner"], "site": ""}
    assert audit_labels.details(kept) == ["roles: desk, owner"]
    assert audit_labels.details({"before": "r3", "over_failed_gates": True}) == [
        "instead of: r3",
        "over a closed gate",
    ]
