"""The window: the few events from which the next turn follows exactly as from all of them.

A tail cut off a tracker would forget slots and an open form ("we will call None"). The window is
built instead: what is filled, which form is open, at most four whole turns, closed by a listen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

MAX_WHOLE_TURNS = 4
# What a past visitor event keeps of its parse: enough for rules and stories, no ranking, no facts.
KEPT_PARSE_KEYS = ("text", "intent", "entities")
_NEVER = (ConversationPaused, Restarted, SessionStarted)
# Rasa walks through all of its classes for every event.
_BY_NAME: dict[str, type[Event]] = {kind.type_name: kind for kind in reversed(all_subclasses(Event))}


def window_of(tracker: DialogueStateTracker, domain: Domain) -> list[dict[str, Any]]:
    """The events to hand to the next turn, as JSON."""
    events = [event for event in tracker.applied_events() if not isinstance(event, _NEVER)]
    start = _start_of_last_turns(events)
    before = DialogueStateTracker.from_events(
        tracker.sender_id, events[:start], slots=domain.slots, domain=domain
    )
    turns = [event for event in events[start:] if not _is_session_start(event)]
    return [*_state(before), *(_as_json(event) for event in turns), *_closing(turns)]


def tracker_of(
    conversation_id: str, events: Iterable[dict[str, Any]], domain: Domain
) -> tuple[DialogueStateTracker, bool]:
    """The tracker that a window stands for, and whether a form unknown to this release was left out.

    Slots the domain does not know any more are left out silently: nothing asks for them.
    """
    tracker = DialogueStateTracker.from_events(conversation_id, [], slots=domain.slots)
    form_left_out = False
    for event in map(_event, events):
        if isinstance(event, SlotSet) and event.key not in tracker.slots:
            continue
        if isinstance(event, ActiveLoop) and event.name and event.name not in domain.form_names:
            form_left_out = True
            continue
        tracker.update(event, domain)
    if form_left_out:
        tracker.update(SlotSet("requested_slot", None), domain)
    if not any(isinstance(event, ActionExecuted) for event in tracker.events):
        # The bot listens before the first message; without this no rule fits it. A card that was shown
        # while no bot answered is known before that.
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME), domain)
    return tracker, form_left_out


def _event(data: dict[str, Any]) -> Event:
    kind = _BY_NAME.get(data["event"])
    return kind._from_parameters(data) if kind else Event.from_parameters(data)


def _start_of_last_turns(events: Sequence[Event]) -> int:
    starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= MAX_WHOLE_TURNS:
        return 0
    return starts[-MAX_WHOLE_TURNS]


def _is_session_start(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_SESSION_START_NAME


def _state(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    filled = [
        SlotSet(slot.name, slot.value).as_dict()
        for slot in tracker.slots.values()
        if slot.value is not None and slot.value != slot.initial_value
    ]
    loop = [ActiveLoop(tracker.active_loop_name).as_dict()] if tracker.active_loop_name else []
    # The last turns begin where the bot listens: without this listen the first visitor message
    # would stand in the middle of a turn.
    listen = [ActionExecuted(ACTION_LISTEN_NAME).as_dict()] if filled or loop else []
    return [*filled, *loop, *listen]


def _as_json(event: Event) -> dict[str, Any]:
    data = event.as_dict()
    # Of what came with a message nothing is kept; of what the bot said its name (`was_said`).
    metadata = data.pop("metadata", None) or {}
    if isinstance(event, BotUttered):
        data["metadata"] = {key: metadata[key] for key in ("utterance",) if key in metadata}
    if isinstance(event, UserUttered):
        parse = data.get("parse_data") or {}
        data["parse_data"] = {key: parse[key] for key in KEPT_PARSE_KEYS if key in parse}
    return data


def _closing(turns: Sequence[Event]) -> list[dict[str, Any]]:
    last = next((event for event in reversed(turns) if isinstance(event, ActionExecuted)), None)
    if last is not None and last.action_name == ACTION_LISTEN_NAME and last is turns[-1]:
        return []
    return [ActionExecuted(ACTION_LISTEN_NAME).as_dict()]
