"""Runs the pipeline over several messages at once: each component takes a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from components.turns.turn import without_commands


class Understanding(Protocol):
    """What of Rasa's message processor is needed."""

    domain: Domain
    model_metadata: ModelMetadata
    graph_runner: Any


def understand(
    processor: Understanding,
    texts: Sequence[str],
    *,
    slots: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> list[Message]:
    """What the pipeline makes of each text, all after the same slots; nothing is remembered."""
    tracker = DialogueStateTracker.from_events("understanding", [], slots=processor.domain.slots)
    for name, value in (slots or {}).items():
        if value is not None:
            tracker.update(SlotSet(name, value), processor.domain)
    messages = [UserMessage(text=without_commands(text), metadata=dict(metadata or {})) for text in texts]
    target = processor.model_metadata.nlu_target
    inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: tracker}
    parsed: list[Message] = processor.graph_runner.run(inputs=inputs, targets=[target])[target]
    return parsed
