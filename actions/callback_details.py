"""What the callback form has collected, to be read back and sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

from actions.speech import language
from components.form_extractors.contacts import number_in_words

MAX_BAD_NUMBERS = 2
SLOTS = (
    "callback_first_name",
    "callback_phone",
    "callback_email",
    "callback_best_time",
    "callback_may_leave_message",
    "callback_patient",
    "callback_channel",
)
_WORDS: Mapping[str, Mapping[str, str]] = {
    "new": {"en": "new patient", "es": "paciente nuevo"},
    "existing": {"en": "been here before", "es": "ya ha venido antes"},
    "unsaid": {"en": "new or returning not said", "es": "sin decir si es paciente nuevo"},
    "by_text": {"en": "by text to", "es": "por mensaje de texto al"},
    "message_yes": {"en": "we may leave a message", "es": "podemos dejar un mensaje"},
    "message_no": {"en": "no message left", "es": "sin dejar mensaje"},
    "message_unsaid": {"en": "no message needed", "es": "sin mensaje de voz"},
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


def asks_for_message(tracker: Tracker) -> bool:
    """Whether it still has to be asked if a message may be left."""
    return channel(tracker) == "phone" and not tracker.get_slot("callback_may_leave_message")


def read_back_values(tracker: Tracker) -> dict[str, str]:
    """Everything collected, in words; a detail that was not given is said to be missing."""
    contact = str(tracker.get_slot(contact_slot(tracker)) or "")
    if contact.startswith("+"):
        contact = number_in_words(contact)
    if channel(tracker) == "text":
        contact = f"{_word('by_text', tracker)} {contact}"
    leave = tracker.get_slot("callback_may_leave_message") or "unsaid"
    return {
        "first_name": str(tracker.get_slot("callback_first_name") or ""),
        "contact": contact,
        "best_time": str(tracker.get_slot("callback_best_time") or ""),
        "patient": _word(tracker.get_slot("callback_patient") or "unsaid", tracker),
        "leave_message": _word(f"message_{leave}", tracker),
    }


def request_fields(tracker: Tracker) -> dict[str, Any]:
    """The callback request as the web half stores it."""
    contact = contact_slot(tracker)
    fields = {
        "first_name": tracker.get_slot("callback_first_name"),
        contact.removeprefix("callback_"): tracker.get_slot(contact),
        "best_time": tracker.get_slot("callback_best_time"),
        "may_leave_message": tracker.get_slot("callback_may_leave_message") == "yes",
        "patient": tracker.get_slot("callback_patient"),
        "channel": channel(tracker),
        "language": language(tracker),
    }
    return {key: value for key, value in fields.items() if value is not None}


def _word(name: str, tracker: Tracker) -> str:
    return _WORDS[name][language(tracker)]
