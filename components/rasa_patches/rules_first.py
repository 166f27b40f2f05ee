"""Asks memorised stories for the next action only where no rule is sure.

A sure rule wins whatever a story says (rasa/core/policies/ensemble.py: the same confidence, a higher
priority). That is nearly always so, and looking for a story costs as much as looking for the rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.constants import PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected
from rasa.shared.core.trackers import DialogueStateTracker

from components.rasa_patches.graph_runner import PlannedRunner


class RulesFirst(PlannedRunner):
    """Runs a graph; the policy of the stories after that of the rules, if at all."""

    def __init__(self, runner: DaskGraphRunner) -> None:
        super().__init__(runner)
        policies = {name: node._component for name, node in self._nodes.items()}
        self._rules = [name for name, policy in policies.items() if isinstance(policy, RulePolicy)]
        # To Rasa a policy of rules is one of memorised stories, too.
        memorised = [name for name, policy in policies.items() if isinstance(policy, MemoizationPolicy)]
        self._stories = [name for name in memorised if name not in self._rules]

    def _waits_for(self, name: str, needs: Sequence[str]) -> Sequence[str]:
        return [*needs, *self._rules] if name in self._stories else needs

    def _run(self, name: str, needs: Sequence[str], done: Mapping[str, Any]) -> Any:
        if name in self._stories and len(self._rules) == 1:
            _, by_rule = done[self._rules[0]]
            _, tracker = done[PLACEHOLDER_TRACKER]
            if by_rule.max_confidence == 1.0 and not _is_rejected(tracker):
                return name, self._no_opinion(name, by_rule)
        return super()._run(name, needs, done)

    def _no_opinion(self, name: str, by_rule: PolicyPrediction) -> PolicyPrediction:
        policy = self._nodes[name]._component
        return policy._prediction([0.0] * len(by_rule.probabilities))


def _is_rejected(tracker: DialogueStateTracker) -> bool:
    """Whether the last action was refused: then a rule for it counts for nothing, however sure."""
    actions = (ActionExecuted, ActionExecutionRejected)
    last = next((event for event in reversed(tracker.events) if isinstance(event, actions)), None)
    return isinstance(last, ActionExecutionRejected)
