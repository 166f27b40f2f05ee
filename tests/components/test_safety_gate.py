"""The bot keeps in mind whether a check is open, and how surely it was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.keys import IN_CRISIS, SAFETY
from components.safety_gate import SafetyGate
from safety.check import check
from safety.replies import DOUBTFUL
from safety.verdicts import CHECK, Verdict

DOUBTED = "i am so tired of the rain"


class Gate(SafetyGate):
    """Asks about one text that the classifier alone is unsure of."""

    @staticmethod
    def judge(raw: str) -> Verdict:
        found = check(raw)
        return replace(found, kind=CHECK, rule=None, danger=1.0) if raw == DOUBTED else found


class Kept:
    """A tracker with one slot."""

    def __init__(self, crisis: str | None) -> None:
        self._crisis = crisis

    def get_slot(self, name: str) -> Any:
        return self._crisis if name == IN_CRISIS else None


def heard(text: str, crisis: str | None) -> tuple[dict[str, Any], str | None]:
    message = Message(data={TEXT: text})
    Gate().process([message], Kept(crisis))
    found = [each["value"] for each in message.get(ENTITIES, []) if each["entity"] == IN_CRISIS]
    return message.get(SAFETY), found[0] if found else crisis


def test_a_check_of_the_classifier_alone_is_kept_as_doubtful() -> None:
    assert heard(DOUBTED, None)[1] == DOUBTFUL[CHECK]


def test_a_question_of_its_own_is_answered_once_and_then_the_card_comes() -> None:
    told, crisis = heard("how much does it cost?", DOUBTFUL[CHECK])
    assert (told, crisis) == ({"kind": "none", "soft_line": True, "still_asked": CHECK}, CHECK)
    told, crisis = heard("and do you have parking?", crisis)
    assert (told["kind"], crisis) == ("crisis", "crisis")


@pytest.mark.parametrize("open_check", [CHECK, DOUBTFUL[CHECK]])
def test_a_clear_no_closes_either_check(open_check: str) -> None:
    assert heard("no, not at all", open_check) == ({"kind": "none", "soft_line": False}, "over")
