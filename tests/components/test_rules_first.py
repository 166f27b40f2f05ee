"""Memorised stories are asked only where no rule is sure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event
from rasa.shared.core.trackers import DialogueStateTracker

from components.rasa_patches.rules_first import RulesFirst

LISTENS = ActionExecuted("action_listen")


class Node:
    """A node of Rasa's graph with a policy of a kind, which predicts with one confidence."""

    def __init__(self, name: str, kind: Any, confidence: float, asked: list[str]) -> None:
        self.name, self.asked, self.confidence = name, asked, confidence
        self._component = kind.__new__(kind)
        self._component.priority = 1
        self.needs = {"tracker": "__tracker__"}

    def __call__(self, *_: Any) -> tuple[str, PolicyPrediction]:
        self.asked.append(self.name)
        return self.name, PolicyPrediction([0.0, self.confidence], self.name)


def asked(rule_confidence: float, *events: Event) -> list[str]:
    """Which policies a prediction asks, in their order."""
    asked: list[str] = []
    nodes = {
        "stories": Node("stories", AugmentedMemoizationPolicy, 1.0, asked),
        "rules": Node("rules", RulePolicy, rule_confidence, asked),
    }
    schema = SimpleNamespace(minimal_graph_schema=lambda _: SimpleNamespace(nodes=nodes))
    runner: Any = SimpleNamespace(_instantiated_nodes=nodes, _graph_schema=schema)
    tracker = DialogueStateTracker.from_events("c", list(events))
    found = RulesFirst(runner).run({"__tracker__": tracker}, ["stories", "rules"])
    assert len(found["stories"].probabilities) == len(found["rules"].probabilities)
    return asked


def test_where_a_rule_is_sure_no_story_is_looked_for() -> None:
    assert asked(1.0, LISTENS) == ["rules"]


@pytest.mark.parametrize(
    ("rule_confidence", "last"),
    [(0.3, LISTENS), (1.0, ActionExecutionRejected("callback_form"))],
)
def test_where_no_rule_is_sure_or_its_action_was_refused_stories_are_asked(
    rule_confidence: float, last: Event
) -> None:
    assert asked(rule_confidence, LISTENS, last) == ["rules", "stories"]
