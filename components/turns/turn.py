"""One turn: a pure function of the release, the events so far and one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from rasa.core.actions.action import Action, RemoteAction
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.exceptions import RasaException
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from components.decision.answer_book import AnswerBook
from components.decision.choices import parse_of_choice
from components.decision.follow_ups import SAID_SLOT, more_of
from components.segments import TOPIC_SLOT
from components.turns.window import tracker_of, window_of
from safety.cleaning import tidy

DEFAULT_LANGUAGE = "en"
# Rasa compiles and checks this schema anew for every result of an action: a quarter of a turn's time.
_ACTION_RESULT = Draft202012Validator(RemoteAction.action_response_format_spec())


class TurnFailed(Exception):
    """Rasa raised, or said nothing at all: the caller must not take that for an answer."""


@dataclass(frozen=True)
class Turn:
    """What the web half sends: one message (text, or a pressed choice) and what to know for it."""

    conversation_id: str
    message_id: str
    text: str | None = None
    choice: Mapping[str, str] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    facts: Mapping[str, Any] = field(default_factory=dict)
    language: str = DEFAULT_LANGUAGE


async def take(turn: Turn, *, processor: MessageProcessor, book: AnswerBook) -> dict[str, Any]:
    """Take one turn and return its result (`design.md`, section 5). Raises TurnFailed."""
    tracker, form_left_out = tracker_of(turn.conversation_id, turn.events, processor.domain)
    _tell(tracker, turn, processor)
    output = _Output()
    one_turn = _OneTurnProcessor(processor, tracker)
    await one_turn.handle_message(_message(turn, output, book, _more(tracker, book)))
    if one_turn.failure is not None:
        raise TurnFailed(turn.message_id) from one_turn.failure
    if not output.replies:
        raise TurnFailed(f"{turn.message_id}: no reply")
    if form_left_out:
        output.replies.insert(0, {"utterance": "utter_form_gone", "values": {}, "choices": []})
    return {
        "events": window_of(tracker, processor.domain),
        "replies": output.replies,
        "requests": output.requests,
        "understood": _understood(tracker),
        "language": tracker.get_slot("language") or turn.language,
    }


def without_commands(text: str) -> str:
    """Free text that Rasa cannot take for a command: no slash in front, however it is hidden.

    Rasa calls `str.strip` before it looks for the slash (reliability.md 0.5), so must we.
    """
    stripped = tidy(text)
    while stripped.startswith("/"):
        stripped = stripped.lstrip("/").strip()
    return stripped


def _tell(tracker: DialogueStateTracker, turn: Turn, processor: MessageProcessor) -> None:
    known: dict[str, Any] = {"can_call_back": bool(turn.facts.get("can_call_back"))}
    if tracker.get_slot("language") is None and turn.language != DEFAULT_LANGUAGE:
        known["language"] = turn.language
    for name, value in known.items():
        if tracker.get_slot(name) != value:
            tracker.update(SlotSet(name, value), processor.domain)


def _more(tracker: DialogueStateTracker, book: AnswerBook) -> Mapping[str, Any] | None:
    """What "Tell me more" says in this conversation."""
    topic = tracker.get_slot(TOPIC_SLOT)
    return more_of(topic, tracker.get_slot(SAID_SLOT) or (), book) if topic in book.answers else None


def _message(
    turn: Turn, output: OutputChannel, book: AnswerBook, more: Mapping[str, Any] | None
) -> UserMessage:
    parse = parse_of_choice(turn.choice, book, more) if turn.choice else None
    text = turn.choice["title"] if turn.choice else without_commands(turn.text or "")
    return UserMessage(
        text=text,
        output_channel=output,
        sender_id=turn.conversation_id,
        parse_data=parse,
        input_channel=output.name(),
        message_id=turn.message_id,
        metadata={"facts": dict(turn.facts)},
    )


def _understood(tracker: DialogueStateTracker) -> dict[str, Any]:
    message = tracker.latest_message
    parse = message.parse_data if message else {}
    decision = parse.get("decision") or {}
    return {
        "outcome": decision.get("outcome", "skill"),
        "intent": decision.get("intent", (parse.get("intent") or {}).get("name")),
        "confidence": decision.get("confidence", 0.0),
        "ranking": decision.get("ranking", []),
        "parts": decision.get("parts", []),
        "safety": parse.get("safety"),
    }


def check_action_result(result: Any) -> bool:
    """Rasa's own check of what the action server returned. Raises jsonschema's ValidationError."""
    if _is_plain(result):
        return True  # nearly always; going through the schema costs as much as the action
    error = best_match(_ACTION_RESULT.iter_errors(result))
    if error is not None:
        raise error
    return True


def _is_plain(result: Any) -> bool:
    """Whether a result is nothing but slots and responses, and surely right."""
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    are_lists = isinstance(events, list) and isinstance(responses, list)
    return are_lists and all(map(_is_slot, events)) and all(isinstance(each, dict) for each in responses)


def _is_slot(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and "value" in event
        and event.get("timestamp") is None
        and event.get("metadata") is None
    )


class _OneTurnProcessor(MessageProcessor):
    """Rasa's processor around a tracker that comes with the request and leaves with the reply."""

    def __init__(self, processor: MessageProcessor, tracker: DialogueStateTracker) -> None:
        self.__dict__.update(processor.__dict__)
        self.tracker_store = _OneTracker(tracker)
        self.failure: Exception | None = None
        self.on_circuit_break = self._fail

    async def _run_action(self, action: Action, *args: Any, **kwargs: Any) -> bool:
        if isinstance(action, RemoteAction):
            action._validate_action_result = check_action_result
        # Rasa logs what an action raises and goes on without it; we must know.
        return await super()._run_action(_Watched(action, self), *args, **kwargs)

    def _fail(self, *_: Any) -> None:
        self.failure = RasaException("The turn predicted too many actions.")


class _Watched(Action):
    """An action that leaves what it raised with its processor."""

    def __init__(self, action: Action, processor: _OneTurnProcessor) -> None:
        self._action = action
        self._processor = processor

    def name(self) -> str:
        return self._action.name()

    def event_for_successful_execution(self, prediction: Any) -> Any:
        return self._action.event_for_successful_execution(prediction)

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        from rasa.core.actions.action import ActionExecutionRejection

        try:
            return await self._action.run(*args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            self._processor.failure = error
            raise


class _OneTracker(TrackerStore):
    """A store of one tracker for one turn: nothing stays behind."""

    def __init__(self, tracker: DialogueStateTracker) -> None:
        self._tracker = tracker

    async def get_or_create_tracker(self, *_: Any, **__: Any) -> DialogueStateTracker:
        return self._tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        self._tracker = tracker


class _Output(OutputChannel):
    """Collects what the bot says by name, and what it asks the web half to do."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "turn"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        custom = message.get("custom") or {}
        if "request" in custom:
            self.requests.append(custom["request"])
        choices = [
            {"title": button["title"], "intent": button["payload"].removeprefix("/")}
            for button in message.get("buttons") or ()
        ]
        if "utterance" in message:
            values = message.get("values") or {}
            reply = {"utterance": message["utterance"], "values": values, "choices": choices}
            self.replies.append(reply)
        elif choices and self.replies:  # choices alone belong to what was just said
            self.replies[-1]["choices"] += choices
