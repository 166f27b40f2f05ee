"""What the action server returns is checked as Rasa checks it, with the schema compiled once."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from components.turns.turn import check_action_result

GOOD: list[dict[str, Any]] = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "it", "value": "a K-hole"}], "responses": [{"text": "x"}]},
    {"events": [{"event": "slot", "name": "it", "value": None, "timestamp": 1.5, "metadata": {}}]},
    {"events": [{"event": "followup", "name": "callback_form", "timestamp": None}], "responses": []},
]
BAD: list[Any] = [
    [],
    {"events": "none"},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "slot", "name": 1, "value": 2}]},
    {"events": [{"event": "slot", "name": "it", "value": 2, "timestamp": "now"}]},
    {"events": [{"event": "nothing"}]},
    {"events": {}, "responses": []},
    {"responses": ["a text"]},
]


@pytest.mark.parametrize("result", GOOD)
def test_a_good_result_passes_here_and_in_rasa(result: dict[str, Any]) -> None:
    assert check_action_result(result)
    assert RemoteAction("action", None)._validate_action_result(result)


@pytest.mark.parametrize("result", BAD)
def test_a_bad_result_is_refused_here_and_in_rasa(result: Any) -> None:
    with pytest.raises(ValidationError):
        check_action_result(result)
    with pytest.raises(ValidationError):
        RemoteAction("action", None)._validate_action_result(result)
