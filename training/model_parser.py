"""A release's model in this process: parses messages without a server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from training.models import MODEL
from training.process import be_quiet
from training.releases import needed_release


class Parser:
    """Understands messages with the published release, each after an optional earlier one."""

    def __init__(self, var: Path) -> None:
        """Load it. Raises NoRelease."""
        folder = needed_release(var)
        be_quiet()
        from rasa.core.agent import Agent

        self._agent = Agent.load(str(folder / MODEL))
        self._loop = asyncio.new_event_loop()

    def parse(self, text: str, *, after: str | None = None, whole: bool = False) -> dict[str, Any]:
        """Rasa's parse of `text`; `after` is what the same visitor asked just before.

        With `whole` also what the components left for each other.
        """
        return self._loop.run_until_complete(self._parse(text, after, not whole))

    async def _parse(self, text: str, after: str | None, output_only: bool) -> dict[str, Any]:
        from rasa.core.channels.channel import UserMessage
        from rasa.shared.core.events import SlotSet
        from rasa.shared.core.trackers import DialogueStateTracker

        from components.turns.turn import without_commands

        processor = self._agent.processor
        assert processor is not None
        tracker = DialogueStateTracker.from_events("evaluation", [], slots=processor.domain.slots)
        if after:
            before = await processor.parse_message(UserMessage(text=without_commands(after)), tracker)
            for part in before["decision"]["parts"][-1:]:  # what action_after_answer remembers
                tracker.update(SlotSet("topic", part["intent"]), processor.domain)
                tracker.update(SlotSet("it", part["it"]), processor.domain)
        message = UserMessage(text=without_commands(text))
        return await processor.parse_message(message, tracker, output_only)
