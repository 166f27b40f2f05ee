"""Runs Rasa's graph in an order that is planned once.

Rasa's own runner has dask plan the graph anew for every run, and one turn runs it four times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

Plan = Sequence[tuple[str, Sequence[str]]]  # node, and whose outputs it needs


class PlannedRunner:
    """Runs the nodes of a runner that has loaded them."""

    def __init__(self, runner: DaskGraphRunner) -> None:
        self._nodes: Mapping[str, GraphNode] = runner._instantiated_nodes
        self._schema: GraphSchema = runner._graph_schema
        self._plans: dict[tuple[str, ...], Plan] = {}

    def run(
        self, inputs: Mapping[str, Any] | None = None, targets: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Run what the targets need; the outputs of the targets by name."""
        wanted = tuple(targets or self._schema.target_names)
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._plan(wanted):
            done[name] = self._run(name, needs, done)
        return dict(done[name] for name in wanted)

    def _run(self, name: str, needs: Sequence[str], done: Mapping[str, Any]) -> Any:
        """Run one node; its name and its output."""
        return self._nodes[name](*(done.get(need, need) for need in needs))

    def _waits_for(self, name: str, needs: Sequence[str]) -> Sequence[str]:
        """Which nodes have to run before this one."""
        return needs

    def _plan(self, targets: tuple[str, ...]) -> Plan:
        if targets not in self._plans:
            nodes = self._schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: list(node.needs.values()) for name, node in nodes.items()}
            waits = {name: self._waits_for(name, needed) for name, needed in needs.items()}
            order = TopologicalSorter(waits).static_order()
            # What is no node is an input.
            self._plans[targets] = [(name, needs[name]) for name in order if name in needs]
        return self._plans[targets]
