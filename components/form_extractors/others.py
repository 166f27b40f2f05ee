"""Reads that somebody else is to be called ("call my mom", "can you call HER"), and whether we may say why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from components.form_extractors.kinds import CALL_WHOM, FIRST_NAME, NO, PHONE, SAY_WHY, YES, Detail
from components.form_extractors.notes import PEOPLE

MYSELF = "me"
_INSTEAD = re.compile(
    r"\b(?:instead|rather|not me|better (?:to )?(?:call|phone|text)|mejor|en vez de|en lugar)\b",
    re.IGNORECASE,
)
# "Call my wife if I don't pick up": beside the visitor, or in some case only.
_BESIDE_ME = re.compile(
    r"\b(?:if|unless|also|too|as well|or|when|after|before|first|then|both|and me)\b", re.IGNORECASE
)
_SAME_NUMBER = re.compile(r"\b(?:same (?:phone|number)|mismo (?:n[uú]mero|tel[eé]fono))\b", re.IGNORECASE)
_CALL_THEM = re.compile(
    r"\b(?:call|phone|ring|contact|text|reach out to|get hold of|talk to|speak (?:to|with)|llam(?:en|ar"
    r"|e) a)\s+"
    rf"(?P<whom>(?:my|our) (?:\w+ )?{PEOPLE}(?!'s)|mi \w+|her|him|them|[eé]l|ella|ellos)\b"
    r"(?! (?:back )?(?:at|about) (?:me|my))(?!\W{1,3}(?:only |just )?(?:if|in case)\b)",
    re.IGNORECASE,
)
_MINE = rf"(?P<whom>(?:my|our) (?:\w+ )?{PEOPLE}(?!'s))"
_A_CALL = r"(?:a |the |this |one )?(?:phone )?(?:call ?back|call|ring|buzz)s?\b"
_FOR_THEM = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MINE}(?: \w+)? (?:would like|wants?|needs?|is hoping for|asked for"
        rf"|is expecting)(?: to)?(?: (?:get|have|be|receive))?"
        rf" (?:{_A_CALL}|called\b|phoned\b|someone to call|somebody to call|hear from you)",
        rf"\b(?:the|this|that) (?:phone )?(?:call ?back|call|request) (?:is|would be|should be) (?:for"
        rf"|to) {_MINE}",
        rf"\b(?:set up|arrange|request|book|schedule|order|leave) {_A_CALL} (?:for|to|on behalf of) {_MINE}",
        rf"\bit(?:'?s| is) {_MINE} (?:that |who |whom )?(?:you|they)(?: should| need to"
        rf"| have to)? (?:call|ring|phone)\b",
        rf"\b(?:get|give) {_MINE} {_A_CALL}",
    )
)
_PRONOUNS = frozenset({"her", "him", "them"})
_NAMED_BEFORE = re.compile(rf"\b{_MINE}", re.IGNORECASE)
# "Don't call my wife", "before you talk to my husband", "can I talk to him" (whom?) are no wish of that kind.
_NO_WISH_BEFORE = re.compile(
    r"\b(?:don'?t|do not|never|not|no need to|without|instead of|rather than|before (?:you|i)|after (?:you|i)"
    r"|to ask|i (?:will|'ll|need to|want to|have to|must|can|could|should|did|just)|can i|could i|may i"
    r"|let me"
    r"|if (?:you|i|they))\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_CALL_ME = re.compile(
    r"\b(?:call|phone|ring|contact|text) me\b.{0,20}\b(?:not|instead of|rather than) (?:her|him|them|my)\b",
    re.IGNORECASE,
)
_THEM = r"(?:her|him|them|my \w+|what|the \w+)"
_MAY_SAY = re.compile(
    rf"\b(?:you|u|they) (?:can|may|could) (?:say|tell {_THEM}|explain) (?:why|what (?:it'?s|it is|its"
    rf"|this is) about)"
    rf"|\b(?:you|u|they) (?:can|may|could) (?:tell {_THEM}|say) (?:that )?(?:it'?s|it is|this is"
    rf"|the call is) (?:about|for|because|regarding)\b"
    rf"|\b(?:ok|okay|fine) to (?:say|tell {_THEM}) why\b|^tell {_THEM} why\b"
    r"|\bpueden? decir(?:le)? por qu[eé]\b",
    re.IGNORECASE,
)
_MAY_NOT_SAY = re.compile(
    rf"\b(?:don'?t|do not|never|without|please no|not) (?:say|saying|tell(?:ing)?|mention(?:ing)?"
    rf"|explain(?:ing)?)"
    rf"(?: {_THEM})? (?:why|what (?:it'?s|it is|its|this is) about)\b|\bno digan? por qu[eé]\b",
    re.IGNORECASE,
)


def others(text: str) -> Iterator[Detail]:
    """Whom to call when it is somebody else, and whether we may say why."""
    if back := _CALL_ME.search(text):
        yield Detail(CALL_WHOM, MYSELF, back.start(), back.end())
    elif them := _whom(text):
        yield Detail(CALL_WHOM, _as_said_back(_named(them, text)), them.start("whom"), them.end("whom"))
    if refused := _MAY_NOT_SAY.search(text):
        yield Detail(SAY_WHY, NO, refused.start(), refused.end())
    elif allowed := _MAY_SAY.search(text):
        yield Detail(SAY_WHY, YES, allowed.start(), allowed.end())


def calls_another(text: str) -> bool:
    """Whether a text, told or asked politely, wants somebody else to be called: "call my mom, not me"."""
    return any(each.kind == CALL_WHOM and each.value != MYSELF for each in others(text))


def calls_instead(text: str, details: Sequence[Detail], known: Mapping[str, str]) -> list[Detail]:
    """Who is to be called instead of the visitor, with the name and the number that come along."""
    whom = next((each for each in details if each.kind == CALL_WHOM and each.value != MYSELF), None)
    if whom is None or FIRST_NAME not in known:
        return []
    # Whose name was taken down before anybody else was named is the visitor.
    is_new = CALL_WHOM not in known and whom.value.startswith("your ") and not _BESIDE_ME.search(text)
    if not is_new and not _INSTEAD.search(text):
        return []
    given = [each for each in details if each.kind in (CALL_WHOM, FIRST_NAME, PHONE)]
    is_same = PHONE in known and bool(_SAME_NUMBER.search(text))
    return [*given, *([Detail(PHONE, known[PHONE], 0, 0)] if is_same else ())]


def _whom(text: str) -> re.Match[str] | None:
    """Where somebody else is named as the one to call."""
    them = _CALL_THEM.search(text)
    if them and not _NO_WISH_BEFORE.search(text[: them.start()]):
        return them
    return next((found for pattern in _FOR_THEM if (found := pattern.search(text))), None)


def _named(them: re.Match[str], text: str) -> str:
    """Who is meant; behind "my son, call him" the son."""
    whom = " ".join(them["whom"].lower().split())
    before = _NAMED_BEFORE.search(text[: them.start("whom")]) if whom in _PRONOUNS else None
    return " ".join(before["whom"].lower().split()) if before else whom


def _as_said_back(whom: str) -> str:
    """ "my mom" as "your mom"."""
    return re.sub(r"^mi\b", "su", re.sub(r"^(?:my|our)\b", "your", whom))
