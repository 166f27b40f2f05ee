"""What a reply does in the callback form beside giving a detail: wait, wrong, no, rather not, ask."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.about_call import answer_about_call
from actions.callback_details import MAX_BAD_NUMBERS, channel, contact_slot
from actions.speech import decision, entities, entity, say
from components.form_extractors.others import MYSELF

MAX_NAME_TRIES = 2
# Intents that the form deals with itself; every other one is left to rules.
OF_THE_FORM = frozenset(
    {
        "affirm",
        "ask_about_call",
        "callback",
        "correct_details",
        "deny",
        "greet",
        "hold",
        "inform",
        "refuse_details",
        "thank",
    }
)
_ASKED_AGAIN = {"ask_about_call": "asked", "hold": "hold", "deny": "no", "affirm": None}


def moves(dispatcher: CollectingDispatcher, tracker: Tracker, *, asked_for: str | None) -> dict[str, Any]:
    """The slots that this reply changes, apart from those that hold a detail."""
    intent = (tracker.latest_message.get("intent") or {}).get("name")
    if intent not in OF_THE_FORM:
        return {}
    is_read_back = asked_for == "callback_confirmed"
    changed: dict[str, Any] = {"callback_step": _ASKED_AGAIN.get(intent) if is_read_back else None}
    if intent == "ask_about_call":
        answer_about_call(dispatcher, tracker)
        if is_read_back and entity(tracker, "about_call") in ("was_it_sent", "seen"):
            changed["callback_step"] = None  # so that the list is read back again
    elif intent == "hold" and not is_read_back:
        say(dispatcher, "utter_take_your_time")
    elif intent == "correct_details":
        changed |= _edit(dispatcher, tracker)
    elif intent == "refuse_details" or (intent == "deny" and not is_read_back):
        changed |= _set_aside(dispatcher, tracker, asked_for)
    elif intent == "inform" and not entities(tracker):
        changed |= _not_understood(dispatcher, tracker, asked_for)
    if entity(tracker, "note") and not is_read_back and intent == "inform":
        say(dispatcher, "utter_noted")
    if entity(tracker, "bad_contact"):
        changed |= _bad_contact(dispatcher, tracker)
    return changed


def _edit(dispatcher: CollectingDispatcher, tracker: Tracker) -> dict[str, Any]:
    """Empty the detail that is to be given anew; ask which one where that was not said."""
    wanted = entity(tracker, "edit")
    if entity(tracker, "call_whom") not in (None, MYSELF):
        return _somebody_instead(tracker)
    if wanted is None:
        has_detail = any(each["entity"] != "language" for each in entities(tracker))
        return {} if has_detail else {"callback_step": "change"}
    if wanted == "note":
        say(dispatcher, "utter_note_removed")
        return {"callback_note": None}
    if wanted == "may_leave_message":
        return {"callback_step": "message"}
    if wanted == "channel":
        return {"callback_step": "change"}
    if wanted in ("phone", "email"):
        slot = f"callback_{wanted}" if wanted == "email" else contact_slot(tracker)
        way = {"callback_channel": "email"} if slot == "callback_email" else {}
        return {slot: None, **way, **_given_again(tracker, slot)}
    return {f"callback_{wanted}": None, **_given_again(tracker, f"callback_{wanted}")}


def _somebody_instead(tracker: Tracker) -> dict[str, Any]:
    """Empty the visitor's own name and number, unless those of the one to call came along."""
    kinds = [kind for kind in ("first_name", "phone") if not entity(tracker, kind)]
    emptied: dict[str, Any] = {f"callback_{kind}": None for kind in kinds}
    return {**emptied, "callback_channel": "phone", "callback_say_why": None, "callback_left_out": None}


def _given_again(tracker: Tracker, slot: str) -> dict[str, Any]:
    left_out = [name for name in tracker.get_slot("callback_left_out") or () if name != slot]
    return {"callback_left_out": left_out or None}


def _set_aside(dispatcher: CollectingDispatcher, tracker: Tracker, asked_for: str | None) -> dict[str, Any]:
    """Do without a detail; where no way to reach is left the form ends."""
    kind = entity(tracker, "set_aside")
    slot = f"callback_{kind}" if kind else asked_for
    left_out = [*(tracker.get_slot("callback_left_out") or ())]
    if slot is None or slot == "callback_confirmed":
        return {}
    changed: dict[str, Any] = {"callback_left_out": sorted({*left_out, slot}), slot: None}
    if slot == "callback_first_name":
        say(dispatcher, "utter_name_left_out")
    elif slot == "callback_best_time":
        say(dispatcher, "utter_time_left_out")
    elif slot == "callback_phone" and "callback_email" not in left_out:
        if asked_for == "callback_first_name":  # the address is asked for later
            say(dispatcher, "utter_phone_left_out")
        changed["callback_channel"] = "email"
    elif slot == "callback_email" and channel(tracker) == "email" and "callback_phone" not in left_out:
        changed["callback_channel"] = "phone"
    return changed


def _not_understood(
    dispatcher: CollectingDispatcher, tracker: Tracker, asked_for: str | None
) -> dict[str, Any]:
    """Say so once; who gives no name the second time is asked for none any more."""
    tries = int(tracker.get_slot("callback_bad_numbers") or 0) + 1
    if asked_for == "callback_first_name":
        if tries >= MAX_NAME_TRIES:
            say(dispatcher, "utter_name_left_out")
            left_out = {*(tracker.get_slot("callback_left_out") or ()), asked_for}
            return {"callback_bad_numbers": None, "callback_left_out": sorted(left_out)}
        say(dispatcher, "utter_form_not_understood")
        return {"callback_bad_numbers": tries}
    if decision(tracker).get("intent") == "inform":
        say(dispatcher, "utter_form_not_understood")
    return {}


def _bad_contact(dispatcher: CollectingDispatcher, tracker: Tracker) -> dict[str, Any]:
    """Say what is missing; the last try says it in the end of the form."""
    typed = str(entity(tracker, "bad_contact"))
    tries = int(tracker.get_slot("callback_bad_numbers") or 0) + 1
    if tries < MAX_BAD_NUMBERS:
        if "@" in typed or re.search(r"\.[a-z]{2,}$", typed, re.IGNORECASE):
            say(dispatcher, "utter_bad_email")
        else:
            is_digits = bool(re.fullmatch(r"[\d\s()+.\-/x#]{1,40}", typed))
            say(dispatcher, "utter_bad_number", values={"given": typed} if is_digits else {})
    return {"callback_bad_numbers": tries}
