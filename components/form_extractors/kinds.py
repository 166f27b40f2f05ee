"""What a detail is, and the kinds there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FIRST_NAME, PHONE, EMAIL = "first_name", "phone", "email"
BEST_TIME, LEAVE_MESSAGE, PATIENT, CHANNEL = "best_time", "may_leave_message", "patient", "channel"
YES, NO = "yes", "no"
NOTE = "note"  # what the visitor wishes, in their own words
EDIT = "edit"  # which detail is to be asked for anew: a kind
ASIDE = "set_aside"  # a kind that will not be given
ABOUT_CALL = "about_call"  # which question about the call this is
PHONE_CHOICE = "phone_choice"  # one of several numbers, none of them meant more than the others
CALL_WHOM = "call_whom"  # somebody else who is to be called: "your mom"
SAY_WHY = "say_why"  # whether we may tell them what the call is about
BAD_CONTACT = "bad_contact"  # a number or an address with something missing


@dataclass(frozen=True)
class Detail:
    """One thing read: `kind`, `value`, and where it stands in the text."""

    kind: str
    value: str
    start: int
    end: int


def blank_out(text: str, details: Sequence[Detail]) -> str:
    """The text with spaces where details stand, so that nothing is read twice."""
    for detail in details:
        width = detail.end - detail.start
        text = f"{text[: detail.start]}{' ' * width}{text[detail.end :]}"
    return text
