"""Hears a wish for the call that is put as a question: "could they ask for Ana?", "is a female doctor possible"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from components.form_extractors.kinds import LEAVE_MESSAGE, NOTE, SAY_WHY, Detail
from components.form_extractors.notes import note
from components.form_extractors.plain_text import bare

_POLITE = re.compile(
    r"^(?:(?:and|but|so|ok|okay|oh|also|hi|hey|wait|um|please|sorry|yes|well) )*"
    r"(?:(?:can|could|would|may|might) (?:you|yall|they|it|we|i|someone|somebody|whoever|she|he|a|an|the"
    r"|your)\b"
    r"|(?:is|would) (?:it|that|there) (?:be )?(?:\w+ )?(?:possible|okay|ok|any (?:way|chance))"
    r"|(?:is )?(?:it )?possible (?:to|with|that|for|if)|any (?:chance|way)|would you mind|is there (?:a"
    r"|any) way"
    r"|do you think (?:they|you|someone|somebody) (?:can|could))\b"
)
_LANGUAGE = (
    r"(?:spanish|french|polish|russian|mandarin|chinese|vietnamese|korean|arabic|portuguese|german|hindi"
    r"|tagalog|farsi|ukrainian|creole|somali|my language|sign language|asl)"
)
_CALLS = r"(?:call|calls|calling|ring|rings|phone|phones|talk|talks|speak|speaks|get back|reach|do it|make)"
_WISHED = re.compile(
    r"\b(?:(?:add|include|write|put)(?: (?:a|the|in|down|this|that|it|my))* (?:note|comment|that|on)"
    r"|note (?:that|down|it|my)|mention (?:that|my|to)|tell (?:them|her|him|the|whoever|your|my|people)"
    r"|let (?:them|the \w+|whoever|her|him) know|pass (?:it |that )?(?:on|along)"
    r"|(?:please )?(?:not|never|avoid|skip) (?:\w+ ){0,2}?(?:say\w*|mention\w*|tell\w*|bring\w*|talk\w*"
    r"|leav\w+|name|ask"
    r"|call\w*|us\w+|wak\w+|ring\w*|discuss\w*)"
    r"|keep (?:it|this|that|things|the call) (?:\w+ )?(?:quiet|short|private|discreet|low|brief|secret"
    r"|between)"
    r"|ask for|ask to speak|go by|speak (?:slow\w*|loud\w*|up|clear\w*)|let it ring|ring (?:twice|long)"
    rf"|(?:speak|speaks|speaking|in|knows?) (?:\w+ )?{_LANGUAGE}|interpreters?|translators?"
    rf"|(?:nurses?|doctors?|dr|clinicians?|therapists?|managers?|supervisors?)\b.{{0,20}}\b{_CALLS}"
    r"|(?:female|woman|lady|male|man)\b|(?:person|somebody|someone) (?:who|that|with|in)\b)"
)
_NEGATED = re.compile(r"^(?:\w+ ){1,4}(?:please )?(?:not|never)\b|\bwithout\b")


def polite_wish(text: str, details: Sequence[Detail]) -> list[Detail]:
    """The details of a polite question that wishes for something, the whole of it as a note; else none."""
    if not _POLITE.search(bare(text)):
        return []
    kept = [detail for detail in details if detail.kind in (LEAVE_MESSAGE, SAY_WHY)]
    is_wish = _WISHED.search(bare(text)) or any(detail.kind == NOTE for detail in details)
    return [*kept, note(text)] if is_wish else kept


def is_negated_wish(text: str) -> bool:
    """Whether a polite question asks for something not to be done: that asks nothing else."""
    words = bare(text)
    return bool(_POLITE.search(words) and _NEGATED.search(words))
