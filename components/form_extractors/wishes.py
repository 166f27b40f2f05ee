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
    r"\s+(?:messages?|msgs?|voice ?mails?|vms?)\b"
    r"|\b(?:don'?t|do not|never) leave (?:\w+ ){0,3}(?:on|with) (?:the|my|our) (?:answering )?(?:machine|phone)\b"
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
    r"|\b(?:message|voice ?mail)(?:'?s)? (?:ok|okay|fine|good|allowed|works)\b"
    r"|\bpueden? dejar (?:un )?mensaje\b",
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
_LEAD = (
    r"^\W*(?:(?:no|ok|okay|oh|well|actually|then|maybe|just|so|and|but|yes|wait|please|rather|better)\W+)*"
)
_TAIL = r"(?:\W+(?:then|instead|rather|please|it is|is fine|better|after all|if possible|thanks|for me))*\W*$"
_CHANGE_TO = (
    r"\b(?:change|switch|make|move|set)(?: (?:it|that|this|me))?(?: back)?(?: over)? to (?:an? |by )?"
)
_BY_TEXT = re.compile(
    r"\b(?:te?xt|sms) (?:me|us|is|please|only|instead|would|works|rather|then)\b"
    r"|\bonly (?:by |a )?(?:te?xt|sms)(?:s|ing)?(?: me)?\b|\b(?:te?xt|sms)(?: messages?|s|ing)? only\b"
    r"|\b(?:use|prefer|rather|want|just) (?:a |to |you )?(?:te?xt|sms)(?:s|ing|ed)?\b"
    r"|\b(?:by|via|through|a) (?:te?xt|sms)\b|\bte?xting\b|\b(?:te?xt|sms) rather than\b"
    rf"|{_CHANGE_TO}(?:te?xt|sms)"
    r"|\b(?:te?xt|sms)(?: (?:at|on|to|my|this|the|cell|number))*:?\s*(?=[+(]?\d[\d ().-]{5}|\x00)"
    rf"|\b(?:mensaje de texto|por texto)\b|{_LEAD}(?:a )?(?:te?xt|sms)(?: message)?s?{_TAIL}",
    re.IGNORECASE,
)
_BY_EMAIL = re.compile(
    r"\be-?mail (?:me|us|is|please|only|instead|would|works|rather|then)\b"
    r"|\b(?:use|prefer|rather|want|just|have) (?:an? |my |to |you )?e-?mail(?:ed|s|ing)?\b"
    rf"|\b(?:by|via|through) e-?mail\b|\bpor correo\b|\be-?mail rather than\b|{_CHANGE_TO}e-?mail"
    rf"|{_LEAD}(?:an? )?e-?mail{_TAIL}",
    re.IGNORECASE,
)
_BY_PHONE = re.compile(
    rf"{_LEAD}(?:by )?(?:phone|a call|call|phone call|(?:una )?llamada){_TAIL}"
    r"|\b(?:call|phone|ring) (?:me )?(?:instead|rather|after all)\b(?! of| than)"
    rf"|{_CHANGE_TO}(?:phone|call)(?: call)?\b"
    r"|\b(?:don'?t|do not|no|not|never|stop) (?:e-?mail|text)(?:s|ing)?(?: me)?\W+(?:\w+ )?(?:call|phone"
    r"|ring)\b",
    re.IGNORECASE,
)
# "Don't text me" wishes for no text.
_NOT_THAT = re.compile(
    r"\b(?:don'?t|do not|no|not|never|without|hate|stop|instead of|rather than)\s+(?:\w+\s+)?$", re.IGNORECASE
)


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
        if match and not (kind == CHANNEL and value != "phone" and _NOT_THAT.search(text[: match.start()])):
            yield Detail(kind, value, match.start(), match.end())
