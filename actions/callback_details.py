"""What the callback form has collected, to be read back and sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

from actions.speech import facts, language
from components.form_extractors.kinds import YES
from components.form_extractors.numbers import number_in_words, split_extension
from components.form_extractors.others import MYSELF

MAX_BAD_NUMBERS = 3
# For staff, so in the language of the desk.
MAY_SAY_WHY = "You may tell them what it is about."
MAY_NOT_SAY_WHY = "Do not tell them what it is about."
SLOTS = (
    "callback_first_name",
    "callback_phone",
    "callback_email",
    "callback_best_time",
    "callback_may_leave_message",
    "callback_patient",
    "callback_channel",
    "callback_note",
    "callback_call_whom",
    "callback_say_why",
    "callback_left_out",
)
_WORDS: Mapping[str, Mapping[str, str]] = {
    "new": {"en": "new patient", "es": "paciente nuevo"},
    "existing": {"en": "been here before", "es": "ya ha venido antes"},
    "unsaid": {"en": "new or returning not said", "es": "sin decir si es paciente nuevo"},
    "by_text": {"en": "by text to", "es": "por mensaje de texto al"},
    "message_yes": {"en": "yes", "es": "sí"},
    "message_no": {"en": "no", "es": "no"},
    "message_unsaid": {"en": "only if you allow it", "es": "solo si usted lo permite"},
    "message_needless": {"en": "not needed", "es": "no hace falta"},
    "no_name": {"en": "not given", "es": "sin decir"},
    "not_yet": {"en": "not given yet", "es": "todavía no"},
    "no_time": {"en": "no time given", "es": "sin hora"},
}


def channel(tracker: Tracker) -> str:
    """phone, text or email: as said, else as the details given allow."""
    said = tracker.get_slot("callback_channel")
    if said:
        return str(said)
    has_only_mail = tracker.get_slot("callback_email") and not tracker.get_slot("callback_phone")
    return "email" if has_only_mail else "phone"


def contact_slot(tracker: Tracker) -> str:
    return "callback_email" if channel(tracker) == "email" else "callback_phone"


def left_out(tracker: Tracker) -> list[str]:
    """The slots that the visitor would rather not fill."""
    return list(tracker.get_slot("callback_left_out") or ())


def has_no_way(tracker: Tracker) -> bool:
    """Whether the visitor wants to give neither a number nor an address."""
    return {"callback_phone", "callback_email"} <= set(left_out(tracker))


def is_enough(tracker: Tracker) -> bool:
    """Whether the form ends without a way to reach the visitor."""
    return has_no_way(tracker) or int(tracker.get_slot("callback_bad_numbers") or 0) >= MAX_BAD_NUMBERS


def read_back_values(tracker: Tracker) -> dict[str, str]:
    """Everything collected, in words; a detail that was not given is said to be missing."""
    contact = str(tracker.get_slot(contact_slot(tracker)) or "")
    if contact.startswith("+"):
        contact = number_in_words(contact, region=facts(tracker).get("country", "US"))
    if channel(tracker) == "text":
        contact = f"{_word('by_text', tracker)} {contact}"
    leave = tracker.get_slot("callback_may_leave_message") or "unsaid"
    leave = leave if channel(tracker) == "phone" else "needless"
    return {
        **_about_them(tracker),
        "first_name": str(tracker.get_slot("callback_first_name") or _word("no_name", tracker)),
        "contact": contact,
        "best_time": str(tracker.get_slot("callback_best_time") or _word("no_time", tracker)),
        "patient": _word(tracker.get_slot("callback_patient") or "unsaid", tracker),
        "leave_message": _word(f"message_{leave}", tracker),
    }


def values_so_far(tracker: Tracker) -> dict[str, str]:
    """Name, contact and time as they are known in the middle of the form."""
    known = read_back_values(tracker)
    slots = {
        "first_name": "callback_first_name",
        "contact": contact_slot(tracker),
        "best_time": "callback_best_time",
    }
    return {
        key: known[key] if tracker.get_slot(slot) else _word("not_yet", tracker)
        for key, slot in slots.items()
    }


def calls_whom(tracker: Tracker) -> str | None:
    """Somebody else who is to be called, in words; None for the visitor."""
    whom = tracker.get_slot("callback_call_whom")
    return str(whom) if whom and whom != MYSELF else None


def _about_them(tracker: Tracker) -> dict[str, str]:
    whom = calls_whom(tracker)
    said = tracker.get_slot("callback_say_why") or "no"
    return {"call_whom": whom, "say_why": _word(f"message_{said}", tracker)} if whom else {}


def _note(tracker: Tracker) -> str | None:
    """The visitor's wishes for the desk; whom to call, and whether to say why, stands first."""
    note, whom = tracker.get_slot("callback_note"), calls_whom(tracker)
    if whom is None:
        return str(note) if note else None
    may = tracker.get_slot("callback_say_why") == YES
    theirs = re.sub(r"^your ", "the visitor's ", whom)
    first = f"Call for somebody else ({theirs}). {MAY_SAY_WHY if may else MAY_NOT_SAY_WHY}"
    return f"{first} {note}" if note else first


def request_fields(tracker: Tracker) -> dict[str, Any]:
    """The callback request as the web half stores it."""
    contact = contact_slot(tracker)
    way, extension = split_extension(str(tracker.get_slot(contact) or ""))
    fields = {
        "first_name": tracker.get_slot("callback_first_name"),
        contact.removeprefix("callback_"): way,
        "extension": extension,
        "best_time": tracker.get_slot("callback_best_time"),
        "may_leave_message": tracker.get_slot("callback_may_leave_message") == "yes",
        "patient": tracker.get_slot("callback_patient"),
        "channel": channel(tracker),
        "note": _note(tracker),
        "language": language(tracker),
    }
    return {key: value for key, value in fields.items() if value is not None}


def _word(name: str, tracker: Tracker) -> str:
    return _WORDS[name][language(tracker)]
