"""Hears a complaint, a quote or a sarcastic remark about our offer of a call: no request for one.

"Have someone call me is all you can say, huh" holds the words of a request and asks for the opposite.
"""

from __future__ import annotations

import re

from components.form_extractors.plain_text import bare, folded

MAX_CLAUSES = 6
_CLAUSE = re.compile(r"[.!?;,\n]+\s*|\s+(?=(?:but|so just|just tell|tell me)\b)", re.IGNORECASE)
_CALLS = re.compile(
    r"\b(?:calls?|called|calling|callbacks?|call ?back|phones?|phoning|ring|my (?:phone )?number|contact"
    r"|reach out|get back to (?:me|you)|talk to (?:a person|someone|somebody|your team|our team)"
    r"|llamad?as?|llam\w+)\b"
)
_BOT = (
    r"(?:you|ya|yall|it|this(?: (?:thing|bot|chat|site|machine))?|the (?:bot|chat|thing|computer)"
    r"|(?:you|your) (?:people|guys|lot|bots?))"
)
_SAYS = (
    r"(?:say|says|saying|said|offer\w*|suggest\w*|repeat\w*|push\w*|tell\w*|come up with|spit\w*|give|got"
    r"|have|know|do|does)"
)
_OFFER = (
    r"(?:(?:have|let|get) (?:someone|somebody|a person|our team|your team)|(?:someone|somebody) (?:will|can)"
    r"|(?:our|your) team (?:will|can)|we(?:ll| will| can)?) (?:to )?(?:call|phone|ring|contact"
    r"|reach)(?: \w+)?"
)
_MARKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:all|the (?:only|one) (?:thing|answer|line|option)|nothing)(?: that| which)? {_BOT}(?: \w+)?"
        rf"(?: (?:can|could|ever|just|know|how|to|seem|ever|want|guys|people))* {_SAYS}\b",
        r"\b(?:is|thats|its|this is)(?: really| literally| seriously| just)? (?:all|it) (?:you|this"
        r"|there is)\b",
        rf"\b{_BOT}(?: \w+)? (?:just |only |always |constantly |simply )*(?:keeps?|kept|always|only|just)"
        rf" (?:{_SAYS}|want\w*|try\w*|asking|need\w*)\b",
        r"\b(?:what is it|whats|what is) with (?:you|the|all|these|this)\b",
        rf"\bwhy (?:do|does|is|are|must) (?:{_BOT}|everything|every answer) (?:always|keep|constantly"
        rf"|only|all)\b",
        rf"\b(?:every(?:thing| answer| time| reply)|the answer|always) (?:\w+ )?(?:says?|is"
        rf"|ends? (?:with|in)) {_OFFER}",
        r"(?<!want )(?<!need )(?<!like )\b(?:anything|nothing|something) (?:else )?(?:besides|but|except"
        r"|other than|than)\b",
        r"\b(?:answer|solution|reply|response|cure) (?:to|for) (?:everything|every question|it all)\b",
        r"\b(?:another|again with|yet another|more(?: of)?) (?:\w+ ){0,3}(?:call(?: me| you)?(?: ?back)?"
        r"|callback|phone)"
        r"(?: \w+)? (?:button|offer|line|link|thing|pitch|option|speech|message)\b",
        r"^(?:oh |ah |well |wow )*(?:great|wow|wonderful|brilliant|fantastic|lovely|super|nice|perfect"
        r"|cool|right|sure|yeah|yay|ok)"
        r"(?: \w+){0,2} (?:another|again|more|one more)\b",
        r"^(?:oh |wow |gee |well )*(?:so |very |real |how |super )+(?:helpful|useful)\b",
        r"^(?:oh |and |well )*(?:let me guess|i bet|surprise surprise|what a surprise|how original|here we go"
        r"|blah|of course (?:you|its|it)|there it is again|a (?:por|poor) )",
        r"\b(?:yeah right|as if|broken record|same old|cop out|brush(?:ing)? (?:me|people) off|yada)\b",
        r"\b(?:isnt|is not|is no|hardly|thats no|thats not|was not|wasnt) (?:an? |any |really an? "
        r"|much of an? )?"
        r"(?:answer|help|reply|what i asked)\b",
        r"\binstead of (?:just |always )?(?:offering|telling|asking|pushing|saying|suggesting|repeating)\b",
        rf"^(?:\w+ )?{_OFFER}(?: \w+)? (?:huh|eh|lol|lmao|really|seriously|sure|my foot|yeah)$",
        r"\b(?:es lo [uú]nico que|siempre (?:dicen|dice|lo mismo)|solo saben?|otra vez (?:con )?(?:lo|la"
        r"|que))\b",
    )
)  # fmt: skip
# Inverted commas around our own offer.
_QUOTED = re.compile(r"[\"“”«»'](?P<said>[^\"“”«»']{6,60})[\"“”«»']")
_OUR_OFFER = re.compile(rf"\b(?:{_OFFER}|call me(?: back)?|leave (?:your|my) (?:name|number|details))\b")
# Whoever asks for the call all the same, or complains that nobody has called, wants one.
_REQUESTS = re.compile(
    r"\b(?:please|(?:can|could|would|will) (?:you|someone|somebody|anyone|a \w+|the \w+|your \w+)"
    r"|i (?:want|need|would like|do want)|id like|ill take|lets do|fine|ok|okay|alright|go ahead and|then)\b"
    r".{0,30}\b(?:call|calls|callback|phone|ring|contact|talk)\b"
    r"|^(?:just )?(?:call|phone|ring) me\b"
)
_NOBODY_CALLED = re.compile(
    r"\b(?:nobody|no ?one|never|hasnt|havent|didnt|doesnt|not once|still waiting|days?|weeks?|months?"
    r"|hours?)\b"
)


def complains(text: str) -> bool:
    """Whether a text complains about, quotes or mocks the offer of a call, and asks for none."""
    clauses = [bare(clause) for clause in _CLAUSE.split(folded(text))[:MAX_CLAUSES]]
    words = bare(text)
    if not _CALLS.search(words) or _NOBODY_CALLED.search(words):
        return False
    if any(_REQUESTS.search(clause) and not _is_marked(clause) for clause in clauses):
        return False
    return _is_quote(text) or _is_marked(words) or any(map(_is_marked, clauses))


def is_remark(clause: str) -> bool:
    """Whether a clause of such a text is the complaint itself, and no question beside it."""
    words = bare(clause)
    return bool(_CALLS.search(words) or _is_marked(words) or len(words.split()) <= 2)


def _is_marked(words: str) -> bool:
    return any(mark.search(words) for mark in _MARKS)


def _is_quote(text: str) -> bool:
    quoted = [match["said"] for match in _QUOTED.finditer(folded(text))]
    is_ours = any(_OUR_OFFER.search(bare(each)) for each in quoted)
    return is_ours and len(bare(text).split()) > len(bare(" ".join(quoted)).split())
