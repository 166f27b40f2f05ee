"""What the callback form asks for each detail, and the read-back before anything is sent."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import answer_parts
from actions.callback_details import calls_whom, channel, contact_slot, left_out, read_back_values
from actions.speech import Choice, choice, decision, entities, entity, facts, is_in_crisis, say, was_said
from components.form_extractors.kinds import YES
from components.form_extractors.numbers import number_in_words


class ActionAskFirstName(Action):
    """Opens the form, or asks once more in fewer words."""

    def name(self) -> str:
        return "action_ask_callback_first_name"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        asked = was_said(tracker, "utter_ask_first_name") or was_said(tracker, "utter_ask_first_name_again")
        # Whoever wants a person has just been told what the details are for.
        asked = asked or (tracker.latest_message.get("intent") or {}).get("name") == "talk_to_human"
        if (tracker.latest_message.get("intent") or {}).get("name") in ("callback", "talk_to_human"):
            if is_in_crisis(tracker):
                say(dispatcher, "utter_call_in_crisis")
            answer_parts(dispatcher, tracker, decision(tracker).get("parts") or [])
        if calls_whom(tracker):
            say(dispatcher, "utter_ask_their_name")
            return []
        say(dispatcher, "utter_ask_first_name_again" if asked else "utter_ask_first_name")
        return []


class ActionAskPhone(Action):
    """Asks for the number; of several that were given, for the one to use. Nobody has to give one."""

    def name(self) -> str:
        return "action_ask_callback_phone"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        several = [str(each["value"]) for each in entities(tracker) if each["entity"] == "phone_choice"]
        name = tracker.get_slot("callback_first_name")
        if several:
            region = facts(tracker).get("country", "US")
            titles = [number_in_words(number, region=region) for number in several]
            say(dispatcher, "utter_which_number", choices=[{"title": t, "intent": "inform"} for t in titles])
        elif entity(tracker, "bad_contact"):
            pass  # what is missing was said, and that asks for it
        elif calls_whom(tracker):
            say(dispatcher, "utter_ask_their_phone")
        elif channel(tracker) == "text":
            say(dispatcher, "utter_ask_text_number")
        else:
            is_new = name and not was_said(tracker, "utter_ask_phone")
            say(dispatcher, "utter_ask_phone", values={"first_name": name} if is_new else {})
        return []


class ActionAskEmail(Action):
    """Asks for the address of somebody who chose e-mail, or who gives no number."""

    def name(self) -> str:
        return "action_ask_callback_email"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if entity(tracker, "bad_contact"):
            return []
        is_instead = "callback_phone" in left_out(tracker)
        say(dispatcher, "utter_no_phone_then_email" if is_instead else "utter_ask_email")
        return []


class ActionAskBestTime(Action):
    """Asks when, with three times to press; whether they are new here is asked along."""

    def name(self) -> str:
        return "action_ask_callback_best_time"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        times = ("mornings", "afternoons", "any_time")
        choices = [choice(time, "inform", tracker) for time in times]
        theirs = calls_whom(tracker)
        again = (
            "utter_ask_best_time_again" if was_said(tracker, "utter_ask_best_time") else "utter_ask_best_time"
        )
        say(dispatcher, "utter_ask_their_time" if theirs else again, choices=choices)
        return []


class ActionAskSayWhy(Action):
    """Asks whether somebody else who is called may be told what it is about."""

    def name(self) -> str:
        return "action_ask_callback_say_why"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        say(dispatcher, "utter_ask_say_why", choices=_why_choices(tracker))
        return []


class ActionReadBack(Action):
    """Reads everything back and asks for the yes that sends it; or asks what its answer left open."""

    def name(self) -> str:
        return "action_ask_callback_confirmed"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        step = tracker.get_slot("callback_step")
        cancel = choice("cancel", "cancel_callback", tracker)
        send = choice("send", "affirm", tracker)
        if step in ("change", "no"):
            utterance = "utter_what_to_change" if step == "change" else "utter_not_sent_yet"
            say(dispatcher, utterance, choices=[*edit_choices(tracker), cancel])
        elif step == "message":
            say(dispatcher, "utter_ask_leave_message", choices=_message_choices(tracker))
        elif step in ("hold", "asked"):
            utterance = "utter_take_your_time" if step == "hold" else "utter_shall_i_send"
            say(dispatcher, utterance, choices=[send, *edit_choices(tracker), cancel])
        else:
            _read_back(dispatcher, tracker, choices=[send, *edit_choices(tracker), cancel])
        return []


def edit_choices(tracker: Tracker) -> list[Choice]:
    """One for each line of the read-back that can be changed."""
    is_by_mail = contact_slot(tracker) == "callback_email"
    names = ["change_name", "change_email" if is_by_mail else "change_number", "change_time"]
    choices = [choice(name, "correct_details", tracker) for name in names]
    if channel(tracker) == "phone":
        allowed = tracker.get_slot("callback_may_leave_message") == YES
        choices.append(_message_choices(tracker)[1 if allowed else 0])
    if calls_whom(tracker):
        may_say = tracker.get_slot("callback_say_why") == YES
        choices.append(_why_choices(tracker)[1 if may_say else 0])
    if tracker.get_slot("callback_note"):
        choices.append(choice("drop_note", "correct_details", tracker))
    return choices


def _why_choices(tracker: Tracker) -> list[Choice]:
    return [choice(name, "inform", tracker) for name in ("yes_why", "no_why")]


def _message_choices(tracker: Tracker) -> list[Choice]:
    return [choice(name, "inform", tracker) for name in ("yes_message", "no_message")]


def _read_back(dispatcher: CollectingDispatcher, tracker: Tracker, *, choices: list[Choice]) -> None:
    note = tracker.get_slot("callback_note")
    if note:
        say(dispatcher, "utter_note_goes_along", values={"note": str(note)})
    say(dispatcher, "utter_read_back", values=read_back_values(tracker), choices=choices)
