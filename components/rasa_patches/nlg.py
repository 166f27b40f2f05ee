"""The bot's own wording, for `rasa shell` and `rasa test`; a visitor reads the web half's.

In a turn of the web half the text made here is thrown away: what counts is the utterance's name
and its typed values (`design.md`, section 5), so both travel with every generated message.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from content.facts import load_clinic
from content.wording import pick, render
from safety.cards import card, soft_line

SAFETY_PREFIX = "utter_safety_"
SOFT_LINE = "utter_safety_soft_line"


class UnknownUtterance(Exception):
    """The domain has no wording for this utterance that can be said with what is known."""


class ClinicNLG(TemplatedNaturalLanguageGenerator):
    """Words an utterance in the conversation's language from the domain, facts and values.

    A subclass of the templated generator because only to those does Rasa give the responses of
    a model that is loaded later (rasa/core/agent.py, `load_model`).
    """

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        """Word one utterance. Raises UnknownUtterance."""
        values = {key: str(value) for key, value in (kwargs.get("values") or {}).items()}
        language = tracker.get_slot("language") or "en"
        if utter_action.startswith(SAFETY_PREFIX):
            text = _safety_text(utter_action, language)
        else:
            text = self._text(utter_action, language, {**_facts(tracker), **values})
        return {"text": text, "utterance": utter_action, "values": values}

    def _text(self, utter_action: str, language: str, values: dict[str, str]) -> str:
        variations = self.responses.get(utter_action, [])
        wording = pick(variations, language=language, known=values.keys())
        if wording is None:
            raise UnknownUtterance(utter_action)
        return render(wording.text, values)


def _safety_text(utter_action: str, language: str) -> str:
    if utter_action == SOFT_LINE:
        return soft_line(language)
    shown = card(utter_action.removeprefix(SAFETY_PREFIX), language)
    links = "\n".join(f"{button.title}: {button.href}" for button in (*shown.buttons, *shown.more))
    return f"{shown.text}\n{shown.next_step}\n{links}"


def _facts(tracker: DialogueStateTracker) -> dict[str, str]:
    message = tracker.latest_message
    sent = (message.metadata or {}).get("facts") if message else None
    facts = sent if sent is not None else _facts_of_file()
    return {key: value for key, value in facts.items() if isinstance(value, str)}


@lru_cache(maxsize=1)
def _facts_of_file() -> dict[str, str]:
    # Only a developer's shell has no web half to send the facts of the moment.
    path = Path("clinic.yml")
    return load_clinic(path).facts() if path.exists() else {}
