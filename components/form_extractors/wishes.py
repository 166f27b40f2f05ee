"""Reads how somebody wants to be reached, whether we may leave a message, and new or known patient."""

from __future__ import annotations

import re
from collections.abc import Iterator

from components.form_extractors.kinds import CHANNEL, LEAVE_MESSAGE, NO, PATIENT, YES, Detail

# Only small words may stand between: "no names in the voicemail" is a wish, and no refusal of one.
_NO_MESSAGE = re.compile(
    r"\b(?:don'?t|do not|please no|no|never|not|without|avoid|nobody|rather not|can'?t|cannot"
    r"|shouldn'?t|won'?t|skip)\b"
    r"(?:\s+(?:a|an|any|the|me|us|my|to|of|ever|leave|leaving|left|want|need|have|get|take"
    r"|send|more|phone|please|you|them|should|like|allow|want))*"
    r"\s+(?:messages?|voice ?mails?)\b"
    r"|\bsin (?:dejar )?mensajes?\b|\bno dejen? (?:un |ning[uú]n )?mensajes?\b|\b(?:ning[uú]n|sin) mensaje\b",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"(?:\b(?:you|u|they) (?:can|may|could) |\b(?:ok|okay|fine) to "
    r"|\bfeel free to )?\bleav(?:e|ing) (?:(?:me|us|a|one|the|any"
    r"|an) ){0,2}(?:short )?(?:message|voice ?mail|one)\b|\b(?:message|voice ?mail)s?"
    r"(?: (?:on|in|with|at) (?:(?:the|my|an?) )?(?:\w+ )?(?:machine|phone|voice ?mail|cell|number"
    r"|home))? (?:is"
    r"|are|would be) (?:ok|okay|fine|good|all right|alright)\b|\b(?:ok|okay"
    r"|fine) to leave (?:a )?(?:message|voice ?mail)\b"
    r"|\b(?:message|voice ?mail)(?:'?s)? (?:ok|okay|fine|good|allowed|works)\b|\bpueden? dejar (?:un )?mensaje\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\bnew (?:patient|client|here|person)\b|\bfirst[- ]time\b|\bnever been\b|\bnot (?:yet )?a patient\b"
    r"|\bpaciente nuev[oa]\b|\bprimera vez\b|^\s*(?:i'?m )?new\s*[.!]?\s*$",
    re.IGNORECASE,
)
_EXISTING = re.compile(
    r"\b(?:existing|current|returning|established|old) (?:patient|client)\b"
    r"|\balready (?:a patient|been|come|go)\b"
    r"|\bbeen (?:there|here|a patient|in|to you)\b|\bya soy paciente\b|^\s*(?:existing"
    r"|returning)\s*[.!]?\s*$",
    re.IGNORECASE,
)
_BY_TEXT = re.compile(
    r"\b(?:text|sms) (?:me|us|is|please|only|instead|would)\b|\b(?:use|prefer|rather|want"
    r"|just) (?:a |to )?(?:text|sms)(?:s|ing)?\b|\b(?:by|via|through|a) (?:text|sms)\b"
    r"|\btexting\b"
    r"|\b(?:mensaje de texto|por texto)\b|^\s*(?:a )?text(?: message)?s?\s*[.!]?\s*$",
    re.IGNORECASE,
)
_BY_EMAIL = re.compile(
    r"\be-?mail (?:me|us|is|please|only|instead|would)\b|\b(?:use|prefer|rather|want|just"
    r"|have) (?:an? |my |to )?e-?mail\b|\b(?:by|via|through) e-?mail\b|\bpor correo\b"
    r"|^\s*e-?mail\s*[.!]?\s*$",
    re.IGNORECASE,
)
_BY_PHONE = re.compile(r"^\s*(?:by )?(?:phone|a call|call|phone call|llamada)\s*[.!]?\s*$", re.IGNORECASE)


def wishes(text: str) -> Iterator[Detail]:
    """Every wish a text speaks out."""
    refused = _NO_MESSAGE.search(text)
    rules = [
        (LEAVE_MESSAGE, NO, refused),
        (LEAVE_MESSAGE, YES, None if refused else _MESSAGE.search(text)),
        (PATIENT, "new", _NEW.search(text)),
        (PATIENT, "existing", _EXISTING.search(text)),
        (CHANNEL, "text", _BY_TEXT.search(text)),
        (CHANNEL, "email", _BY_EMAIL.search(text)),
        (CHANNEL, "phone", _BY_PHONE.search(text)),
    ]
    for kind, value, match in rules:
        if match:
            yield Detail(kind, value, match.start(), match.end())
