"""Reads when somebody would like to be reached: their own words, whole where a cut could turn them.

"Not before 10" must never become "before 10": where anything negates, excludes, spans, dates or
names a zone, the whole clause is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from components.form_extractors.kinds import BEST_TIME, Detail, blank_out
from components.form_extractors.number_words import TEENS, UNITS
from components.form_extractors.plain_text import folded

MAX_TIME_CHARS = 80
FAR_APART_WORDS = 4
# As people type them on a phone, too.
_BEFORE, _AFTER, _BETWEEN = r"(?:before|bfore|befor|b4)", r"(?:after|aftr?)", r"(?:between|btwn)"
_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun"
    r"|weekdays?|wkdays?|weekends?|wk ?e?nds?|week ?nights?|work ?days?|today|tonight|tonite|tomorrow|tmrw|tmr"
    r"|tomorow|tmo?rw|2mo?r+ow?|lunes|martes|miércoles|miercoles|jueves|viernes"
    r"|sábados?|sabados?|domingos?|hoy|mañana|entre semana"
)
_PERIOD = (
    r"mornings?|mornin|mornigs?|afternoons?|aftrnoons?|afternons?|evenings?|evenn?gs?|evnings?|evenigs?|eves?|arvos?|noon|noonish|midday|lunch(?:time| ?break"
    r"| hour)?s?|nights?|nites?|any ?time|whenever|daytime|all day"
    r"|por la mañana|por la manana|por la tarde|por la noche|en la tarde|en la mañana|tardes?"
    r"|mañanas|mediodía|mediodia|cualquier hora|cuando sea|a cualquier hora"
)
_HOUR_WORD = "|".join((*UNITS, *TEENS[:3]))
_NUMBER_WORD = rf"(?:{_HOUR_WORD})(?:[ -](?:fifteen|thirty|forty-five|o'?clock|ish))?"
_CLOCK = (
    rf"\d{{3,4}}\s?(?:ish|am|pm)\b|\d{{1,2}}(?::\d{{2}})?\s*(?:am|pm|a\.m\.?|p\.m\.?|o'?clock|ish)\b\.?"
    rf"|noon|midnight"
    rf"|\d{{1,2}}:\d{{2}}|(?:{_HOUR_WORD})"
    rf"[ -](?:fifteen|thirty|forty-five)|half (?:past \w+|{_NUMBER_WORD})|quarter (?:past|to|after) \w+"
    rf"|{_NUMBER_WORD} (?:am|pm"
    rf"|o'?clock)"
)
_BARE_CLOCK = (
    rf"(?:{_AFTER}|{_BEFORE}|around|about|at|until|till?|by|from|past|{_BETWEEN}|make (?:it|that)|say|desde las"
    rf"|después de las|despues de las|a las|antes de las)\s+(?:like |about "
    rf"|around )?(?:\d{{1,2}}(?!\d)(?::\d{{2}})?(?:\s*(?:am|pm))?|{_NUMBER_WORD})"
)
_SPAN = (
    rf"(?:{_BETWEEN}|btw|from|entre las|de)\s+\d{{1,2}}(?::\d{{2}})?\s*(?:am|pm)?\s*(?:and|n|&|to|y las|y|a"
    r"|-)\s*\d{1,2}(?::\d{2})?\s*(?:am|pm)?|\d{1,2}(?::\d{2})?\s*(?:am|pm)?\s*(?:to|-|until"
    r"|till|and)\s*\d{1,2}(?::\d{2})?\s*(?:am|pm)?(?![\d-])"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril"
    r"|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_DATE = (
    rf"{_MONTH}\.?\s+(?:the )?\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of "
    rf"|de )?{_MONTH}|(?:the )?\d{{1,2}}(?:st|nd|rd|th)\b"
    rf"|\d{{1,2}}[/.]\d{{1,2}}(?:[/.]\d{{2,4}})?(?![/\d.])|\b\d{{4}}-\d{{2}}-\d{{2}}"
)
_SOON = (
    r"(?:in|within) (?:about |around |like )?(?:an?(?! min)|one|two|three|a few"
    r"|a couple(?: of)?|half an|\d{1,2}"
    r"|the next (?:few |two |couple of )?)\s?(?:hours?|minutes?|mins?|days?|weeks?|months?|hr"
    r"|hrs)|(?:a|one|two) (?:weeks?|days?) from (?:now|today|tomorrow|\w+day)|(?:next|this"
    r"|end of(?: the)?|start of(?: the)?|later this|early next|late next) (?:week|month"
    r"|weekend|year)|(?:the )?day after tomorrow|(?:the )?week(?:end)? after (?:next|this|that)"
    r"|in a fortnight"
    r"|a fortnight from (?:now|today|\w+day)|next time|christmas|xmas|thanksgiving"
    r"|new year'?s?|the holidays"
)
_ZONES = (
    r"(?:eastern|central|mountain|pacific|alaska|hawaii(?:an)?|atlantic|arizona"
    r"|greenwich)(?: (?:standard |daylight )?time)?|[ECMPA][SD]?T|GMT|UTC|(?:my|your|their"
    r"|local|clinic|new york|california|denver|chicago) time"
)
_AROUND = (
    rf"(?:{_AFTER}|{_BEFORE}|during|{_BETWEEN}) (?:my |the |his |her )?(?:work|school|lunch|dinner"
    r"|breakfast|class|church|shift|practice|training|gym|rehearsal|therapy|bedtime|nap|uni|college"
    r"|kids?|appointment|hours)\w*"
)
# Each step takes at least one sign and one word, so that nothing can be matched in two ways.
_LINK = (
    rf"(?:[\s,/&+-]{{1,3}}(?:on|in|the|or|and|n|{_AFTER}|{_BEFORE}|around|about|at|{_BETWEEN}"
    r"|early|late|next|this|every|any|each|except|x?cept|not|but|from|to|thru|through|till|until"
    r"|is|are|best|good|fine|works?|only|ish|like|my|of|o|y|los|las|el|la|por|de"
    r"|en)(?!\w)){0,5}[\s,/&+-]{0,3}"
)
_TIME_UNIT = rf"(?:{_SPAN}|{_BARE_CLOCK}|{_CLOCK}|{_DATE}|{_SOON}|{_PERIOD}|{_DAY}|{_AROUND})"
# What must stand behind a unit is asked of each by itself, and nothing behind the last one: no text is
# read twice. A dash after a time is followed by another one, else it is part of a word.
_WHOLE_UNIT = rf"{_TIME_UNIT}(?!\w)(?!-(?!\s?{_TIME_UNIT}))"
_TIME = re.compile(
    rf"(?<![\w-])(?:(?:early|late|later|next|this|every|any|each|only|{_AFTER}|{_BEFORE}|around|mid"
    rf"|most|some|other than|except|not|no|first thing)\s{{1,2}}){{0,5}}{_WHOLE_UNIT}"
    rf"(?:{_LINK}{_WHOLE_UNIT})*(?:\s*(?:{_ZONES})(?![\w-]))?",
    re.IGNORECASE,
)
_ZONE = re.compile(rf"(?<!\w)(?:(?-i:[ECMPA][SD]?T)|(?i:{_ZONES}))(?!\w)")
# A clause with one of these is kept whole.
_TURNS = re.compile(
    r"\b(?:not|never|no|nothing|none|don'?t|do not|can'?t|cannot|won'?t|isn'?t|(?:e?x)?ce?pt|but"
    rf"|besides|other than|apart from|outside|without|avoid|unless|only|until|till?|{_BETWEEN}"
    r"|from|to|thru|through|or|and|n|nunca|menos|excepto|sino|if|when|while|because|since"
    r"|ideally|preferably|rather|every other|first|last)\b|n't\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[.;!?\n]+(?:\s|$)|(?<=\w),?\s+(?=(?:my|the) (?:name|number|phone|e-?mail) )", re.IGNORECASE
)
_GREETING = re.compile(
    r"\b(?:good|have a (?:good|nice|great)|buenos|buenas)\s+(?:morning|afternoon|evening"
    r"|night|day|d[ií]as|tardes|noches|weekend)\b|\b(?:one|first|next|last|this|every"
    r"|each) time\b(?! (?:is|works|on|after|before))",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:(?:can|could|would|will) (?:you|they|we|i|it|someone)(?: please)? (?:change|make"
    r"|move|switch|set|put|do|call|try|be)(?: (?:it|that|me|the time|my call"
    r"|the call))?(?: (?:to|for|at))?|no(?=[,.])|nope|but|please|pls|hi|hello|well|um|uh|oh"
    r"|so|then|ok|okay|sure|yes|yeah|and|also"
    r"|the best time is|best time is|best time|a good time is|it'?s|it is|that would be|let me (?:think"
    r"|see|check)|lemme (?:think|see)|idk|dunno|like"
    r"|i think|i'?d say|let'?s say|maybe|how about|what about|call me(?: back)?|reach me"
    r"|ring me|you can call(?: me)?|i'?m (?:free|available|around|home)|i am (?:free"
    r"|available)|make it|change (?:it|that|the time) to|sorry|actually|for (?:the "
    r"|me )?time,?|time:)\b[\s,:;.-]*)+",
    re.IGNORECASE,
)
# What is left over behind a wish once other details were cut out.
_TAILS = (
    re.compile(
        r"[\s,]+(?:but|and|or|so|i|i'?ve|i'?m|i am|it'?s|my|please)(?:\s+(?:i|i'?ve|i'?m|am))?\s*$",
        re.IGNORECASE,
    ),
    re.compile(r"[\s,]*\b(?:please|pls|thanks|thank you|por favor)\b[\s.!]*$", re.IGNORECASE),
    re.compile(r"[\s,]+(?:but|and|or|so)\s*$", re.IGNORECASE),
)
# What may be a time though no rule reads one: "sunrise", "when the kids are asleep".
_TIME_LIKE = re.compile(
    rf"\b{_MONTH}\b|"
    rf"\d|\b(?:{_BEFORE}|{_AFTER}|when|while|until|till?|during|outside|{_BETWEEN}|early|late|later|pm"
    r"|earlier|soon|once|sunrise|sunset|dawn|dusk"
    r"|shift|break|school|work|home|free|available|off|hours?|minutes?|o'?clock|night"
    r"|holidays?|christmas|birthday|semester|month|years?"
    r"|weeks?|days?|daily|always|awake|asleep|bed|retired|unemployed|cuando|siempre|horas?|d[ií]as?)\b",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"[\s,.;:-]*\b(?:no,? wait|wait,? no|no,? sorry|sorry,? (?:i meant?|make that|no)"
    r"|scratch that|strike that|i meant?|or rather|make (?:that|it)|no,? make it|correction"
    r"|oops|actually,? no|actually|sorry|wait)\b[\s,.;:-]*",
    re.IGNORECASE,
)
_BARE_HOUR = re.compile(r"\s*\d{1,2}(?::\d{2})?\s*(?:[ap]m)?\s*[.!]?", re.IGNORECASE)
# A wish only where one was asked for: elsewhere it is impatience.
_AT_ONCE = re.compile(
    r"\b(?:asap|the (?:sooner|earlier) the better|as soon as (?:possible|you can)|right (?:away|now)"
    r"|immediately|now|soon|ya"
    r"|lo antes posible)\b",
    re.IGNORECASE,
)
_SPANS, _CLOCKS, _PERIODS, _DAYS = (
    re.compile(rf"(?<![\w-])(?:{sort})(?![\w-])", re.IGNORECASE)
    for sort in (_SPAN, f"{_BARE_CLOCK}|{_CLOCK}", _PERIOD, f"{_DATE}|{_SOON}|{_DAY}")
)
_HOURS = (_SPANS, _CLOCKS, _PERIODS)
DAYS, TURNS = _DAYS, _TURNS
HOURS = re.compile("|".join(sort.pattern for sort in _HOURS), re.IGNORECASE)


# Who tells of calls that were promised, or that came, wishes for none at that time.
_COMPLAINS = re.compile(
    r"\b(?:nobody|no one|never (?:call|phone|ring|got|heard)\w*|waiting|waited|already|joke|ridiculous|since"
    r"|ago|last (?:week|month|time|night|monday|tuesday|wednesday|thursday|friday)|not cool|called me|rang me"
    r"|(?:first|second|third|fourth|\d(?:st|nd|rd|th)) (?:time|form|call|try|message|request))\b",
    re.IGNORECASE,
)


def times(text: str, *, taken: Sequence[Detail], asked_for: str | None = None) -> list[Detail]:
    """The wish of a text as it was written, outside of what is `taken`; at most one."""
    free = folded(blank_out(text, taken))
    free = _GREETING.sub(lambda match: "\x00" * len(match.group()), free)
    spans = [(match.start(), match.end()) for match in _TIME.finditer(free)]
    if asked_for == BEST_TIME and not spans:
        spans = [(match.start(), match.end()) for match in _AT_ONCE.finditer(free)]
    if not spans or (asked_for != BEST_TIME and _COMPLAINS.search(free)):
        return []
    start, end = spans[0][0], spans[-1][1]
    between = free[spans[0][1] : spans[-1][0]] if len(spans) > 1 else ""
    if asked_for != BEST_TIME and len(between.split()) > FAR_APART_WORDS and not _TURNS.search(between):
        end = spans[0][1]  # two times far apart: the first is the wish
    start, end = _whole_clause(free, start, end, taken, is_asked=asked_for == BEST_TIME)
    return [_wish(text, start, end)]


def whole_wish(text: str, *, taken: Sequence[Detail] = ()) -> Detail | None:
    """All that a reply says to "when?", without other details and what introduces it."""
    free = blank_out(text, taken)
    words = free.strip(" ,;.!")
    if not any(map(str.isalnum, words)):
        return None
    start = free.index(words)
    return _wish(text, start, start + len(words))


def is_time_like(text: str) -> bool:
    """Whether a reply to "when?" may mean a time in no form that is known."""
    return bool(_TIME_LIKE.search(text))


def names_a_time(text: str) -> bool:
    """Whether there is any time in a text."""
    free = _GREETING.sub(" ", folded(text))
    return bool(_TIME.search(free))


def _whole_clause(
    free: str, start: int, end: int, taken: Sequence[Detail], *, is_asked: bool
) -> tuple[int, int]:
    """From clause border to clause border where a cut could turn the meaning."""
    before = [match.end() for match in _CLAUSE.finditer(free, 0, start)]
    behind = _CLAUSE.search(free, max(end - 1, 0))
    first, last = (before[-1] if before else 0), (behind.start() if behind else len(free))
    for detail in taken:  # other details are borders, too
        if detail.end <= start:
            first = max(first, detail.end)
        elif detail.start >= end:
            last = min(last, detail.start)
    outside = f"{free[first:start]} \x00 {free[end:last]}"
    if is_asked or _TURNS.search(outside) or _ZONE.search(outside):
        return first, last
    return start, end


def _wish(text: str, start: int, end: int) -> Detail:
    words = " ".join(_put_right(text[start:end]).split()).lstrip(" ,;:-")
    for tail in _TAILS:
        words = tail.sub("", words) or words
    lead = _LEAD.match(words)
    rest = words[lead.end() :] if lead else ""
    if rest and (_TIME.search(rest) or _BARE_HOUR.fullmatch(rest) or len(words) > MAX_TIME_CHARS):
        words = rest
    return Detail(BEST_TIME, _short(words.strip(" ,;:-")), start, end)


def _put_right(words: str) -> str:
    """ "Tomorrow morning, no wait, afternoon" as "tomorrow afternoon"."""
    found = [match for match in _CORRECTED.finditer(words) if _has_times_around(words, match)]
    if not found:
        return words
    old, new = _put_right(words[: found[-1].start()]), words[found[-1].end() :]
    if _BARE_HOUR.fullmatch(new):
        return _CLOCKS.sub(lambda match: re.sub(r"\d.*", new.strip(), match.group()), old, count=1)
    if _DAYS.search(new) or not _DAYS.search(old):
        return new
    if _TURNS.search(new):
        return words
    for sort in _HOURS:  # the same sort of hour is replaced, any other stands behind the day
        if sort.search(new) and sort.search(old):
            return sort.sub(lambda _: new.strip(), old, count=1)
    day = _DAYS.search(old)
    return f"{day.group().strip()} {new.strip()}" if day else new


def _has_times_around(words: str, match: re.Match[str]) -> bool:
    new = words[match.end() :]
    return bool(_TIME.search(words[: match.start()]) and (_TIME.search(new) or _BARE_HOUR.fullmatch(new)))


def _short(words: str) -> str:
    if len(words) <= MAX_TIME_CHARS:
        return words
    return words[: MAX_TIME_CHARS - 1].rsplit(" ", 1)[0] + "…"
