"""Reads which detail somebody wants to change, when the new one is not said yet."""

from __future__ import annotations

import re

from components.form_extractors.kinds import (
    BEST_TIME,
    CHANNEL,
    EDIT,
    EMAIL,
    FIRST_NAME,
    LEAVE_MESSAGE,
    NOTE,
    PHONE,
    Detail,
)
from components.form_extractors.plain_text import bare

MAX_EDIT_WORDS = 9
_WORDS = (
    (NOTE, r"notes?|wish|comment|nota"),
    (LEAVE_MESSAGE, r"message part|message thing|voicemail part|message|voicemail|mensaje"),
    (EMAIL, r"email(?: address)?|correo"),
    (PHONE, r"(?:phone |cell |telephone |mobile )?(?:number|phone|cell|digits)|n[uú]mero|tel[eé]fono"),
    (FIRST_NAME, r"(?:first |last )?name|spelling|spell(?:ed|t)|nombre"),
    (BEST_TIME, r"(?:best )?(?:time|day|date|hour|when)|earlier|later|sooner|hora|d[ií]a"),
    (CHANNEL, r"(?:the )?way|how you reach me"),
)
_CUE = re.compile(
    r"\b(?:(?:thats|its|is|was) not my|isnt my|not my|change|chang\w+|fix|correct|edit|update|wrong"
    r"|incorrect|mistake|typo|not right"
    r"|isnt right|misspell\w*|mistyped|different|another|other|new|mess\w* up|remove|delete"
    r"|drop|take out|got|redo|off|replace|make it|call me|bit (?:later|earlier)|(?:later"
    r"|earlier) in the day|cambiar|corregir|quitar|needs?|everything but|all but|except|apart from|old"
    r"|no longer"
    r"|would be better|is better|suits? (?:me )?better|(?:doesnt|dont|wont|didnt) work|no good|not good"
    r"|isnt good"
    r"|cant do|not that|instead|con otr[oa]|otr[oa]|mal)\b"
)
_ALONE = (
    r"(?:(?:its|just|only|oh|um|sorry|i mean|no|yes|ok|please|the|my|is|thats|that|el|la|mi"
    r"|wrong|not right) )*(?:{})s?(?: (?:please|is wrong|is not right|isnt right|is incorrect"
    r"|isnt correct|part|one|wrong|spelled|instead))*"
)
_RULES = tuple(
    (kind, re.compile(rf"\b(?:{words})s?\b"), re.compile(_ALONE.format(words))) for kind, words in _WORDS
)


def edits(text: str) -> list[Detail]:
    """The detail that a reply wants asked for anew; at most one."""
    words = bare(text)
    if len(words.split()) > MAX_EDIT_WORDS:
        return []
    for kind, named, alone in _RULES:
        if alone.fullmatch(words) or (named.search(words) and _CUE.search(words)):
            return [Detail(EDIT, kind, 0, len(text))]
    return []
