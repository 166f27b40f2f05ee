"""Reads what somebody wishes beside name, number and time: word for word, whole clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from components.form_extractors.kinds import (
    BAD_CONTACT,
    BEST_TIME,
    CHANNEL,
    EMAIL,
    LEAVE_MESSAGE,
    NOTE,
    PATIENT,
    SAY_WHY,
    Detail,
    blank_out,
)
from components.form_extractors.plain_text import bare, folded

MAX_NOTE_CHARS = 300
PEOPLE = (
    r"(?:husband|wife|partner|boyfriend|girlfriend|mom|mum|mother|dad|father|son|daughter"
    r"|child|kids?|brother|sister|friend|parents?|family|roommate|boss|coworkers?|colleagues?"
    r"|grandm\w+|grandf\w+|aunt|uncle|nephew|niece|cousin|fianc\w+|spouse|patient|client"
    r"|neighbou?r|caregiver)"
)
_NOTE = re.compile(
    r"\b(?:(?:don'?t|do not|not|never|no|nobody|without|avoid|shouldn'?t|must ?n[o']t|can'?t"
    r"|mustn'?t)\b.{0,30}\b(?:mention\w*|say\w*|tell\w*|told|nam(?:e|ing) (?:the|it|what"
    r"|which|your|our)|reveal\w*"
    r"|disclos\w*|talk about|discuss\w*|bring up|words?|k-word|let (?:on|them|him|her)"
    r"|identify|speak (?:to|with)|ask for|leave (?:it|the|any)|details|clinic name"
    r"|which clinic|blocked|unknown|private number|hidden)"
    r"|(?:just|only|simply) (?:say|saying|tell|ask|leave (?:your|a|my) (?:name|number|first)"
    r"|give|use|speak|talk|text|call (?:my|the|from)|mention|the (?:name|number|first)"
    r"|a (?:name|number|first))\b|\b(?:say|tell (?:them|him|her)) (?:it'?s|that|you|only"
    r"|nothing|just|the)"
    rf"|\b(?:she|he|they|nobody|no one|my (?:\w+ )?{PEOPLE}) (?:\w+ ){{0,2}}?(?:must ?n[o']t|mustnt|must never|can'?t"
    r"|cannot|can|should ?n[o']t|shouldnt|should never|should|may not|is not to|isn'?t to|doesn'?t need to)"
    r"(?: \w+){0,2}? (?:know|find out|hear of|hear about|learn)\b"
    r"|as long as|only if|provided (?:that|you|they)|on (?:the )?condition|unless|make sure"
    r"|be sure|so long as|if (?:my|a|the|someone|somebody|anyone|he|she"
    r"|they) .{1,30}(?:answers?|picks? up|asks?)|(?:not|never|don'?t call|no calls?) (?:at|to"
    r"|on) (?:my )?(?:work|home|job|office|house|desk|the office|land ?line)|(?:at"
    r"|to) (?:my )?(?:work|the office) (?:only|please)"
    r"|text(?:s|ing)? (?:only|me only|first)|only (?:by )?(?:text|texts|e-?mail)|e-?mail only"
    r"|\bask for\b|let (?:them|the (?:team|nurse|doctor)) know|tell (?:them|the (?:team|nurse"
    r"|doctor|caller|person))|mention (?:that|my|to)|pass (?:on|along) that|they should know"
    r"|(?:have|get) (?:a |an |the )?(?:nurse|doctor|dr\.?|clinician|manager|supervisor"
    r"|billing|scheduling|woman|lady|man|interpreter|translator|specialist)\b"
    r"|(?:i'?m|i am|she'?s|he'?s|she is|he is) (?:deaf|hard of hearing|blind|hearing impaired"
    r"|legally blind|mute|in a wheelchair|on (?:a )?relay|not (?:good|fluent))"
    r"|hard of hearing|hearing aids?|wheelchairs?|interpreter|translator|\btty\b"
    r"|relay (?:call|service)|sign language|(?:speaks?|in|only) (?:spanish|english|french"
    r"|polish|russian|mandarin|chinese|vietnamese|korean|arabic|portuguese|german|hindi"
    r"|tagalog|farsi|ukrainian|creole|somali)\b|(?:spanish|french|polish|russian|mandarin"
    r"|vietnamese|korean|arabic|portuguese)[- ]?speak\w*|\bspanish\b|espa[ñn]ol\b|ingl[eé]s\b"
    r"|int[eé]rprete|traductor\w*"
    r"|discreet\w*|discretion|confidential\w*|quietly|private(?:ly)?|caller id|blocked number"
    r"|unknown number|(?:a |by a |from a )?(?:female|woman|lady|male|man)\b.{0,20}\b(?:please"
    r"|call\w*|nurse|doctor|who|only|prefer\w*)|(?:please|want|prefer|rather|be|it'?s|need"
    r"|talk to|speak to|speak with|with|by|from) (?:a |an )?(?:female|woman|lady|male nurse"
    r"|male doctor)\b"
    rf"|(?:it'?s |this is |calling |call |asking |request )?(?:about|regarding|concerning|re:"
    rf"|because of) (?:my|an?|the|our|his|her|their)\b|\b(?:for|on behalf of|call(?:ing)? for"
    rf"|about) (?:my|our) (?:\w+ )?{PEOPLE}|\b(?:it'?s|it is) for (?:my|him|her|our)"
    rf"|not for me|call (?:her|him)\b|call (?:my|our) (?:\w+ )?{PEOPLE}|\b(?:his|her|their) name is"
    rf"|\bmy (?:\w+ )?{PEOPLE}(?:'s)? (?:name is|is called|will (?:answer|pick)|might|may"
    rf"|can'?t|do(?:es)?n'?t|do(?:es)? not|have no idea|has no idea|mustn'?t|knows?|shouldn'?t)"
    rf"|\bsecret\b|\b(?:not|never|only) (?:when|if|while) (?:my|the|he|she|they|i)\b|\bbehind my (?:\w+ )?{PEOPLE}"
    r"|leav\w+ (?:an? |the |your )?(?:message|voice ?mail)s? (?:with|for|to|but|only|saying"
    r"|that|unless|not|as|if (?!i\b|you\b))|(?:press|dial|option) \d|speak (?:slowly|up"
    r"|clearly|loud\w*)|ring (?:twice|long|a while)|let it ring"
    r"|call (?:twice|back if|again if)|slow to answer|first and then|(?:i have"
    r"|i've got) (?:a )?(?:question|questions)|bring (?:my|the) \w+)",
    re.IGNORECASE,
)
# "Mrs. Hale" ends no sentence.
_NO_TITLE = r"(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bdr)(?<!\bst)"
_CLAUSE_START = re.compile(
    rf"{_NO_TITLE}[.,;!?\n]\s*|\s+(?:but|and then|and please|though|however|also)\s+", re.IGNORECASE
)
_SENTENCE_END = re.compile(rf"{_NO_TITLE}[.!?;\n]+(?:\s|$)", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:pero|yes|yeah|yep|yup|ok|okay|sure|fine|great|alright|all right|right|perfect|good|oh"
    r"|well|and|but|also|so|please note|note|hi|hello|sí|si)\b[\s,.:;!-]*)+",
    re.IGNORECASE,
)
# What begins like this is said for whoever calls, as a whole.
_ADDS = re.compile(
    r"^(?:(?:oh|also|and|hi|hey|ok|wait|sorry|please|so) )*(?:(?:also|plus|another thing|one more thing"
    r"|one thing"
    r"|by the way|btw|fyi|for the record|ps)\b(?! (?:can|could|do|does|is|are|will|would|what|when|how"
    r"|where)\b)"
    r"|(?:i )?(?:forgot|meant|should have said|need|want|have) to (?:say|mention|add|tell (?:you|them)"
    r"|note)\b"
    r"|just so (?:you|they) know|in case (?:it|they|you|that)|please (?:note|add)|add (?:that|a note"
    r"|this|to))"
    r"|\b(?:they|you) should know (?:that|this|it)\b"
)
# "Put my wife down as well": of somebody beside the visitor.
_ANOTHER_CALL = re.compile(
    rf"\b(?:call|ring|phone|contact|reach|put|add|sign)\b.{{0,24}}\b(?:my"
    rf"|our) (?:\w+ )?{PEOPLE}\b(?=.*\b(?:too|also|as well)\b)"
    rf"|\b(?:also|too|as well)\b.{{0,12}}\b(?:call|ring|phone|contact|reach)\b.{{0,12}}\b(?:my"
    rf"|our) (?:\w+ )?{PEOPLE}\b"
    rf"|\b(?:my|our) (?:\w+ )?{PEOPLE} (?:wants?|needs?|would like|could use) (?:a |one"
    rf"|to be )?(?:call\w*|one|it)?\b.{{0,10}}"
    r"\b(?:too|also|as well)\b",
    re.IGNORECASE,
)
_APART = frozenset({LEAVE_MESSAGE, PATIENT, CHANNEL, BEST_TIME, SAY_WHY})


def notes(text: str, *, taken: Sequence[Detail]) -> list[Detail]:
    """The clauses of a text that wish for something, as one note; at most one."""
    addresses = [each for each in taken if each.kind in (EMAIL, BAD_CONTACT)]
    plain = folded(blank_out(text, addresses))
    spans = [_clause(plain, *match.span()) for match in _NOTE.finditer(plain)]
    spans = [span for span in spans if not _is_taken(plain, span, taken)]
    if not spans:
        return []
    start, end = spans[0][0], max(span[1] for span in spans)
    return [note(text, start, end)]


def adds(text: str) -> bool:
    """Whether a text begins like something to be passed on beside the request."""
    return bool(_ADDS.search(bare(text)))


def names_another_call(text: str) -> bool:
    """Whether a text asks for a call of somebody else beside the visitor's own."""
    return bool(_ANOTHER_CALL.search(bare(text)))


def note(text: str, start: int = 0, end: int | None = None) -> Detail:
    """These words of a text as a note, without the "yes, but" before them."""
    end = len(text) if end is None else end
    lead = _LEAD.match(folded(text[start:end]))
    first = start + lead.end() if lead and lead.end() < end - start else start
    words = " ".join(text[first:end].strip(" ,;:-").split())[:MAX_NOTE_CHARS]
    return Detail(NOTE, words, first, end)


def _clause(plain: str, start: int, end: int) -> tuple[int, int]:
    """From the clause in which a wish begins to the end of its sentence."""
    starts = [match.end() for match in _CLAUSE_START.finditer(plain, 0, start)]
    last = _SENTENCE_END.search(plain, end)
    return (starts[-1] if starts else 0), (last.start() if last else len(plain))


def _is_taken(plain: str, span: tuple[int, int], taken: Sequence[Detail]) -> bool:
    """Whether a clause says nothing but what another detail has said already."""
    rest = plain[span[0] : span[1]]
    for detail in taken:
        if detail.kind in _APART and span[0] <= detail.start and detail.end <= span[1]:
            rest = rest.replace(plain[detail.start : detail.end], " ")
    return len(re.findall(r"\w+", _LEAD.sub("", rest.strip()))) < 2


_TONGUES = (
    r"(?:spanish|french|polish|russian|mandarin|cantonese|chinese|vietnamese|korean|arabic|portuguese|german"
    r"|italian|hindi|urdu|punjabi|tagalog|farsi|persian|ukrainian|creole|somali|amharic|japanese|nepali|hmong"
    r"|espa[ñn]ol)"
)
_LANGUAGE = re.compile(
    rf"\b(?:only|solo|s[oó]lo) (?:\w+ )?{_TONGUES}\b"
    rf"|\b(?:i|we|he|she|they|my \w+) (?:\w+ )?speaks? (?:\w+ )?{_TONGUES}\b|\bin {_TONGUES}\b"
    rf"|\b{_TONGUES}[- ]speak\w*|\b(?:who|that|can) (?:\w+ )?speaks? (?:\w+ )?{_TONGUES}\b"
    rf"|\b(?:need|want|get|have|with|for) (?:an? |the )?(?:{_TONGUES} )?(?:interpreter|translator"
    rf"|sign language)\b"
    r"|\b(?:dont|cant|not|no) (?:\w+ ){0,3}(?:speak|understand)? ?(?:\w+ ){0,2}english\b"
    r"|\benglish is (?:not|bad|poor|\w+ second)\b"
    r"|\b(?:my|his|her|their) english (?:is|isnt)\b"
    r"|\bhabl\w+ (?:\w+ ){0,2}(?:espa[ñn]ol|ingl[eé]s)\b|\b(?:int[eé]rprete|traductor\w*)\b"
    r"|\ben espa[ñn]ol\b",
    re.IGNORECASE,
)


def wished_language(text: str) -> Detail | None:
    """The sentence that tells in which language somebody has to be spoken to, as a note."""
    start = 0
    for end in (*(each.end() for each in _SENTENCE_END.finditer(text)), len(text)):
        sentence = text[start:end].strip()
        if 0 < len(sentence) <= MAX_NOTE_CHARS and _LANGUAGE.search(bare(sentence)):
            return note(text, start, end)
        start = end
    return None
