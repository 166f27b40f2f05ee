"""Runs the pipeline over several messages at once: each component takes a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from components.turns import without_commands


def understand(
    processor: MessageProcessor,
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
