"""The part of a model that understands messages; policies and what speaks stay in the file.

Rasa loads a model whole, and reads the domain as YAML in pure Python: seconds for each release.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage


class Pipeline:
    """A model's pipeline, as `components.decision.understanding.understand` runs it."""

    def __init__(self, model: Path) -> None:
        with TemporaryDirectory() as folder:
            storage, self.model_metadata = LocalModelStorage.from_model_archive(Path(folder), model)
            whole = self.model_metadata.predict_schema
            # The target itself looks for commands like "/greet", which `understand` takes away.
            last = whole.nodes[str(self.model_metadata.nlu_target)].needs["messages"]
            schema = whole.minimal_graph_schema([last])
            context = ExecutionContext(graph_schema=schema, model_id=self.model_metadata.model_id)
            self.graph_runner = DaskGraphRunner.create(schema, storage, context)
        self.model_metadata.nlu_target = last
        self.domain = self.model_metadata.domain

    def components(self) -> list[Any]:
        """Its components as they were loaded, in order."""
        return [node._component for node in self.graph_runner._instantiated_nodes.values()]
