"""What a request for a call may hold, and how it is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import phonenumbers

from web.core.errors import BotFailed

TEXTS = {
    "first_name": 200,
    "phone": 40,
    "email": 320,
    "best_time": 500,
    "channel": 16,
    "patient": 16,
    "extension": 12,
    "note": 600,
}
# By which hashes a sealed request is found.
HASHES = {"phone": "phone_hash", "email": "email_hash"}
# What a message that repeats it is sealed for.
TELLING = ("first_name", "phone", "email")


def read_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what a callback may hold. Raises BotFailed when there is no way to reach the visitor."""
    kept: dict[str, Any] = {}
    for name, max_chars in TEXTS.items():
        value = fields.get(name)
        if value is None or value == "":
            continue
        if not isinstance(value, str) or len(value) > max_chars:
            raise BotFailed(f"callback field {name} is not a text of at most {max_chars}")
        kept[name] = value
    if not ("phone" in kept or "email" in kept):
        raise BotFailed("a callback without a way to reach the visitor")
    if "extension" in kept and not kept["extension"].isdecimal():
        raise BotFailed("callback field extension is not a number")
    if "phone" in kept and not is_e164(kept["phone"]):
        raise BotFailed("callback field phone is not a number in E.164")
    if "email" in kept and not is_email(kept["email"]):
        raise BotFailed("callback field email is not an address")
    may_leave_message = fields.get("may_leave_message")
    if may_leave_message is not None and not isinstance(may_leave_message, bool):
        raise BotFailed("callback field may_leave_message is not true or false")
    return {**kept, "may_leave_message": may_leave_message}


def is_e164(phone: str) -> bool:
    """Whether a number is written as +, country and number, and could exist."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return False
    form = phonenumbers.PhoneNumberFormat.E164
    return phonenumbers.format_number(number, form) == phone and phonenumbers.is_possible_number(number)


def is_email(address: str) -> bool:
    """Whether a text is an e-mail address; nobody is asked whether it exists."""
    return bool(re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)+", address))
