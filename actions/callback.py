"""The callback form: what it needs, what it checks, what it reads back and sends."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answering import answer_parts, remember
from actions.callback_details import (
    MAX_BAD_NUMBERS,
    SLOTS,
    contact_slot,
    read_back_values,
    request_fields,
)
from actions.speech import ask_web_half, decision, facts, last_said, say
from components.form_extractors.contacts import number_in_e164

MAX_NAME_CHARS = 40
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
        if not tracker.get_slot("can_call_back"):
            return []
        if int(tracker.get_slot("callback_bad_numbers") or 0) >= MAX_BAD_NUMBERS:
            return []  # enough: the form ends and the clinic's phone is given
        contact = contact_slot(tracker)
        return ["callback_first_name", contact, "callback_best_time", "callback_confirmed"]

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        events = await super().run(dispatcher, tracker, domain)
        filled = [
            event for event in events
            if event["event"] == "slot" and event["name"] in SLOTS and event["value"] is not None
        ]  # fmt: skip
        parts = decision(tracker).get("parts") or []
        read = {entity["entity"] for entity in tracker.latest_message.get("entities") or []}
        if last_said(tracker) == "utter_read_back_call" and "may_leave_message" in read:
            # "Yes, you may leave a message" in so many words answers the read-back too.
            events.append(SlotSet("callback_confirmed", "yes"))
            events.append(SlotSet("requested_slot", None))
        if filled and parts:  # without a detail the form steps aside and a rule answers
            answer_parts(dispatcher, tracker, parts)
            events += remember(tracker, parts)
        return list(events)

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
        """Keep a possible number as E.164; the second impossible one ends the form."""
        number = number_in_e164(str(value), region=facts(tracker).get("country", "US"))
        if number:
            return {"callback_phone": number}
        bad = int(tracker.get_slot("callback_bad_numbers") or 0) + 1
        if bad < MAX_BAD_NUMBERS:
            say(dispatcher, "utter_bad_number", values={"given": str(value)[:MAX_NAME_CHARS]})
        return {"callback_phone": None, "callback_bad_numbers": bad}

    def validate_callback_email(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        # Giving an address instead of a number is choosing the way.
        chosen = tracker.get_slot("callback_channel")
        channel = {} if chosen or tracker.get_slot("callback_phone") else {"callback_channel": "email"}
        return {"callback_email": str(value).strip().lower(), **channel}

    def validate_callback_confirmed(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """A no to "may we leave a message?" still sends; a no to "shall I send it?" does not."""
        if last_said(tracker) == "utter_read_back_call":
            return {"callback_confirmed": "yes", "callback_may_leave_message": value}
        if value == "yes":
            return {"callback_confirmed": "yes"}
        say(dispatcher, "utter_what_to_change")
        return {"callback_confirmed": None}


class ActionSendCallback(Action):
    """Asks the web half to store what was read back and confirmed, then forgets it."""

    def name(self) -> str:
        return "action_send_callback"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if not tracker.get_slot("can_call_back"):
            say(dispatcher, "utter_callback_impossible")
        elif tracker.get_slot("callback_confirmed") != "yes":
            say(dispatcher, "utter_number_trouble")
        else:
            ask_web_half(dispatcher, "callback", reason="asked_for_a_call", fields=request_fields(tracker))
            values = {"first_name": read_back_values(tracker)["first_name"]}
            is_changed = facts(tracker).get("call_is_open")
            say(dispatcher, "utter_callback_changed" if is_changed else "utter_callback_sent", values=values)
        return forget()


class ActionForgetCallback(Action):
    """Forgets the details after the form was left; says so when they were refused."""

    def name(self) -> str:
        return "action_forget_callback"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        if intent in ("refuse_details", "deny"):
            say(dispatcher, "utter_refusal_respected")
        return forget()


def forget() -> list[EventType]:
    """Empty every slot of the form."""
    return [SlotSet(name, None) for name in (*SLOTS, "callback_confirmed", "callback_bad_numbers")]
