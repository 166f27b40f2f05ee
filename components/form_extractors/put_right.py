"""What a reply to the read-back puts right at once: "Kathy actually", "5 is better", "email then, x@y.org".

An hour alone keeps the day that was said, a day alone the hour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from components.form_extractors.kinds import (
    BEST_TIME,
    CHANNEL,
    EMAIL,
    FIRST_NAME,
    NOTE,
    PHONE,
    Detail,
)
from components.form_extractors.names import is_name, spelled_name
from components.form_extractors.plain_text import bare, folded
from components.form_extractors.times import DAYS, HOURS, TURNS, names_a_time

MIN_ALIKE = 50.0
_FIRST = (
    r"(?:(?:no|nope|oh|ah|sorry|wait|hm+|um|actually|oops|well|and|but|yes|ok|correction|my bad)[\s,.!-]+)*"
)
_LAST = r"(?:[\s,.!-]+(?:actually|sorry|please|instead|thanks|my bad|that is|lol|not \w+))*"
_IT_IS = re.compile(
    rf"^\W*{_FIRST}(?:(?:that'?s|thats|it'?s|is) not (?:my name|how (?:you|i|u) (?:spell|write) it|right"
    rf"|me)[\s,.;-]+)?"
    r"(?:it'?s|it is|its|i'?m|this is|(?:the |my )?name(?:'s| is|:)?|spelled|with|make it|put"
    r"|(?:el |mi |su )?nombre (?:correcto )?es|(?:me|se) llam[ao]|es)?\s+"
    rf"(?P<name>[^\W\d_][\w'’.\- ]{{0,40}}?){_LAST}\W*$",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"^\W*{_FIRST}(?P<name>[^\W\d_][\w'’.-]{{1,30}}){_LAST}\W*$", re.IGNORECASE)
_LETTERS = re.compile(
    r"\b(?:with )?(?:an? )?(?P<new>[a-z]),? not (?:with )?(?:an? )?(?P<old>[a-z])\b", re.IGNORECASE
)
_HOUR = re.compile(
    rf"^\W*{_FIRST}(?:(?:later|earlier|rather|more like|better|say|make it|make that|call(?: me)?|at"
    rf"|around|about|like|how about)[\s,]+)*"
    r"(?P<hour>\d{1,2}(?::\d{2})?\s?(?:[ap]\.?m\b\.?)?|noon)"
    r"(?:\s+(?:is|would be|works?|suits|rather|better|instead|please|then|for me|ok|good|fine|best|me))*\W*$",
    re.IGNORECASE,
)
# What introduces a new time and is no part of it.
_LEAD = re.compile(
    r"^(?:(?:everything|all|it'?s all|that'?s all|looks?|sounds?) (?:is )?(?:right|good|fine|ok|okay"
    r"|correct|great)"
    r"(?: (?:but|except|only))?(?: (?:for )?the time)?|(?:change|switch|move|make) (?:the "
    r"|my )?(?:best )?time(?: to)?"
    r"|(?:no|nope|wait|actually|sorry|rather|but|later|earlier|and|call(?: me)?|make it|make that"
    r"|better)\b)[\s,.:-]*",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"\s+(?:was|is|would be|works|sounds) (?:actually )?(?:fine|ok|okay|good|better|great|perfect|best)"
    r"(?: too| after all| actually)?\W*$|[\s,]+(?:rather|instead|actually|is better|works better"
    r"|would be better|then|please)\W*$",
    re.IGNORECASE,
)
# "Fix that please, then send" behind what is to be put right: it is read back first.
_ORDER = re.compile(
    r"[.,;!]\s*(?:please )?(?:fix|change|correct|update) (?:that|it|this)(?:[ ,]+please)?"
    r"(?:[,.]? (?:(?:and|then) ){1,2}(?:please )?(?:send|submit)(?: it)?)?\W*$",
    re.IGNORECASE,
)
_REFUSES = re.compile(r"\b(?:can'?t|cannot|won'?t|isn'?t|doesn'?t|not|no|don'?t)\b", re.IGNORECASE)
_BESIDE = re.compile(r"\b(?:too|also|as well|both|add)\b", re.IGNORECASE)


def put_right(
    text: str, details: Sequence[Detail], known: Mapping[str, str], *, is_sent: bool = False
) -> list[Detail]:
    """The details of a reply to the read-back, with what it changes in few words.

    To what is sent already much else is said: there only a name like the one that is known counts.
    """
    found = list(details)
    has = {detail.kind for detail in found}
    if not has & {FIRST_NAME, PHONE, EMAIL, BEST_TIME, CHANNEL} and (
        name := _name(text, known, is_sent=is_sent)
    ):
        return [*(each for each in found if each.kind != NOTE), name]
    if EMAIL in has and not has & {PHONE, CHANNEL} and not _BESIDE.search(text):
        found.append(Detail(CHANNEL, "email", 0, 0))
    if not has & {BEST_TIME, PHONE} and (hour := _HOUR.match(folded(text))) and len(text) < 60:
        found.append(Detail(BEST_TIME, hour["hour"].strip(), hour.start("hour"), hour.end("hour")))
    return [_with_old(each, known.get(BEST_TIME, "")) if each.kind == BEST_TIME else each for each in found]


def drops_time(details: Sequence[Detail], known: Mapping[str, str]) -> bool:
    """Whether all that is said is that the time which was taken down does not suit: "I can't tomorrow"."""
    if {detail.kind for detail in details} != {BEST_TIME}:
        return False
    said = bare(details[0].value)
    times = [match.group() for pattern in (DAYS, HOURS) for match in pattern.finditer(said)]
    old = bare(known.get(BEST_TIME, ""))
    return bool(_REFUSES.search(details[0].value) and times and all(bare(each) in old for each in times))


def _name(text: str, known: Mapping[str, str], *, is_sent: bool) -> Detail | None:
    old = known.get(FIRST_NAME, "")
    if old and (swap := _LETTERS.search(folded(text))) and len(text.split()) <= 8:
        new = _swapped(old, swap["new"], swap["old"])
        return Detail(FIRST_NAME, new, 0, len(text)) if new else None
    plain = _ORDER.sub("", folded(text))
    for pattern in (_IT_IS, _ALONE):
        said = pattern.match(plain)
        if said is None or not is_name(said["name"]) or names_a_time(said["name"]):
            continue
        is_marked = pattern is _IT_IS or len(said["name"].split()) < len(bare(text).split())
        if not is_marked and not old:
            continue
        is_alike = bool(old) and fuzz.ratio(said["name"].lower(), old.split()[0].lower()) >= MIN_ALIKE
        if is_alike or (is_marked and not is_sent and said["name"][:1].isupper()):
            start, end = said.span("name")
            return Detail(FIRST_NAME, spelled_name(text, start, end), start, end)
    return None


def _swapped(name: str, new: str, old: str) -> str | None:
    """ "Brian" as "Bryan" by "with a y, not i"; None where it is not clear which letter is meant."""
    if name.lower().count(old.lower()) != 1:
        return None
    at = name.lower().index(old.lower())
    letter = new.upper() if name[at].isupper() else new.lower()
    return name[:at] + letter + name[at + 1 :]


def _with_old(detail: Detail, old: str) -> Detail:
    """A new hour on the day that was said, a new day at the hour that was said; else as it is."""
    new = detail.value
    while (lead := _LEAD.match(new)) and lead.end() and lead.end() < len(new):
        new = new[lead.end() :]
    new = _TRAIL.sub("", new).strip(" ,.") or detail.value
    return Detail(BEST_TIME, _joined(old, new), detail.start, detail.end)


def _joined(old: str, new: str) -> str:
    if not old or TURNS.search(new) or TURNS.search(old):
        return new
    old_days, old_hours = _all(DAYS, old), _all(HOURS, old)
    new_days, new_hours = _all(DAYS, new), _all(HOURS, new)
    is_bare = re.fullmatch(r"\d{1,2}(?::\d{2})?\s?(?:[ap]\.?m\.?)?|noon", new, re.IGNORECASE)
    if len(old_days) == 1 and not new_days and (is_bare or new_hours):
        return f"{old_days[0]} {'at ' if is_bare else ''}{new}"
    is_day_alone = len(new_days) == 1 and not new_hours and len(new.split()) <= 2
    if is_day_alone and len(old_days) == 1 and len(old_hours) == 1:
        return f"{new} {old_hours[0]}"
    return new


def _all(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group().strip() for match in pattern.finditer(text)]
