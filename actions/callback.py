"""The callback form: what it needs, what it checks, what it reads back and sends."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answering import answer_parts, remember
from actions.callback_details import (
    SLOTS,
    calls_whom,
    channel,
    contact_slot,
    has_no_way,
    is_enough,
    left_out,
    request_fields,
)
from actions.form_moves import moves
from actions.speech import ask_web_half, choice, decision, entities, entity, facts, say
from components.form_extractors.numbers import number_in_e164

MAX_NAME_CHARS = 60
MAX_TIME_CHARS = 80


class ValidateCallbackForm(FormValidationAction):
    """Checks each detail as it comes, and answers a question that came along with it."""

    def name(self) -> str:
        return "validate_callback_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> list[str]:
        """Name, one way to reach, a time, and a yes to what was read back.

        Nothing at all when nobody would see a request: no number is taken then.
        """
        if not tracker.get_slot("can_call_back") or is_enough(tracker):
            return []  # enough: the form ends, and how to reach the clinic is said
        why = ["callback_say_why"] if calls_whom(tracker) else []
        wanted = [
            "callback_first_name",
            contact_slot(tracker),
            "callback_best_time",
            *why,
            "callback_confirmed",
        ]
        return [slot for slot in wanted if slot not in left_out(tracker) or tracker.get_slot(slot)]

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        asked_for = tracker.get_slot("requested_slot")
        stale = forget_stale(tracker)
        events = [*stale, *await super().run(dispatcher, tracker, domain)]
        changed = moves(dispatcher, tracker, asked_for=asked_for)
        if changed or stale:
            moved = [SlotSet(name, value) for name, value in changed.items()]
            tracker.slots.update(changed)
            next_slot = await self.next_requested_slot(dispatcher, tracker, domain)
            kept = [event for event in events if event.get("name") != "requested_slot"]
            events = [*kept, *moved, *([next_slot] if next_slot else [])]
        parts = decision(tracker).get("parts") or []
        is_filled = any(
            event["event"] == "slot" and event["name"] in SLOTS and event["value"] is not None
            for event in events
        )
        if is_filled and parts:  # without a detail the form steps aside and a rule answers
            answer_parts(dispatcher, tracker, parts)
            events += remember(tracker, parts)
        return events

    def validate_callback_first_name(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        name = " ".join(str(value).split())[:MAX_NAME_CHARS]
        return {"callback_first_name": name or None}

    def validate_callback_best_time(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return {"callback_best_time": " ".join(str(value).split())[:MAX_TIME_CHARS] or None}

    def validate_callback_phone(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Keep a possible number as it is dialled. Giving one after an address is choosing the way."""
        number = number_in_e164(str(value), region=facts(tracker).get("country", "US"))
        said = entity(tracker, "phone") and not entity(tracker, "channel")
        way = {"callback_channel": "phone"} if said and channel(tracker) == "email" else {}
        return {"callback_phone": number, **(way if number else {})}

    def validate_callback_email(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        # Giving an address instead of a number is choosing the way, "use my e-mail" after one, too.
        is_instead = not tracker.get_slot("callback_phone") or entity(tracker, "channel") == "email"
        way = {"callback_channel": "email"} if is_instead or _is_changing(tracker) else {}
        return {"callback_email": str(value).strip(), **way}

    def validate_callback_confirmed(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Only a clear yes to what was read back sends."""
        return {"callback_confirmed": "yes" if value == "yes" else None}


def _is_changing(tracker: Tracker) -> bool:
    """Whether everything was given already, so that what comes now replaces it."""
    intent = (tracker.latest_message.get("intent") or {}).get("name")
    is_read_back = tracker.get_slot("requested_slot") == "callback_confirmed"
    return entity(tracker, "email") is not None and (is_read_back or intent == "correct_details")


class ActionSendCallback(Action):
    """Asks the web half to store what was read back and confirmed, and remembers what was sent."""

    def name(self) -> str:
        return "action_send_callback"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if not tracker.get_slot("can_call_back"):
            say(dispatcher, "utter_callback_impossible")
        elif tracker.get_slot("callback_confirmed") != "yes":
            say(dispatcher, "utter_refusal_respected" if has_no_way(tracker) else "utter_number_trouble")
        else:
            return self._send(dispatcher, tracker)
        return forget(tracker)

    def _send(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        ask_web_half(dispatcher, "callback", reason="asked_for_a_call", fields=request_fields(tracker))
        name = tracker.get_slot("callback_first_name")
        is_changed = facts(tracker).get("call_is_open")
        values = {"first_name": str(name)} if name and not calls_whom(tracker) else {}
        say(dispatcher, "utter_callback_changed" if is_changed else "utter_callback_sent", values=values)
        sent = {slot: tracker.get_slot(slot) for slot in SLOTS}
        done = ("callback_confirmed", "callback_bad_numbers", "callback_step", "refuses_calls")
        return [SlotSet("callback_sent", sent), *(SlotSet(slot, None) for slot in done)]


class ActionCancelForm(Action):
    """Leaves the form. What was sent before stands, and is said to stand."""

    def name(self) -> str:
        return "action_cancel_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if facts(tracker).get("call_is_open") and tracker.get_slot("callback_sent"):
            take_back = choice("take_back", "cancel_callback", tracker)
            say(dispatcher, "utter_change_dropped", choices=[take_back])
        else:
            say(dispatcher, "utter_callback_cancelled")
        return forget(tracker)


def forget(tracker: Tracker) -> list[EventType]:
    """Empty every slot of the form; those of a request that is open get back what was sent."""
    is_open = facts(tracker).get("call_is_open")
    sent = (tracker.get_slot("callback_sent") or {}) if is_open else {}
    values = {**{slot: sent.get(slot) for slot in SLOTS}, "callback_sent": sent or None}
    others = ("callback_confirmed", "callback_bad_numbers", "callback_step")
    return [SlotSet(name, value) for name, value in values.items()] + [SlotSet(name, None) for name in others]


def forget_stale(tracker: Tracker) -> list[EventType]:
    """Forget a request that staff have closed since, but for what this message gives."""
    if not tracker.get_slot("callback_sent") or facts(tracker).get("call_is_open"):
        return []
    given = {f"callback_{each['entity']}" for each in entities(tracker)}
    events = [SlotSet(slot, None) for slot in (*SLOTS, "callback_sent") if slot not in given]
    tracker.slots.update({event["name"]: None for event in events})
    return events
