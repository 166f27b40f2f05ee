"""Reads what somebody is called. Asked for, a short reply that is nothing else is the name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from components.form_extractors.kinds import FIRST_NAME, PHONE, Detail, blank_out
from components.form_extractors.notes import PEOPLE
from components.form_extractors.plain_text import folded

MAX_NAME_WORDS = 4
MAX_NAME_CHARS = 60
# "María del Carmen González Ruiz", "Mohammed al-Farsi", "van der Berg": short words that belong to names.
_PARTICLES = frozenset(
    [
        "da",
        "das",
        "de",
        "del",
        "della",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "e",
        "el",
        "al",
        "bin",
        "bint",
        "ibn",
        "la",
        "las",
        "le",
        "los",
        "san",
        "santa",
        "st",
        "st.",
        "ter",
        "ten",
        "van",
        "von",
        "y",
        "zu",
        "af",
        "av",
    ]
)
_TITLES = frozenset(
    [
        "mr",
        "mr.",
        "mrs",
        "mrs.",
        "ms",
        "ms.",
        "miss",
        "mx",
        "dr",
        "dr.",
        "doctor",
        "prof",
        "prof.",
        "professor",
        "sir",
        "madam",
        "maam",
        "rev",
        "rev.",
        "father",
        "sister",
        "sgt",
        "capt",
        "señor",
        "señora",
        "sr",
        "sr.",
        "sra",
        "sra.",
        "don",
        "doña",
    ]
)


def _words(file: str) -> frozenset[str]:
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


NO_NAMES, _FILLERS, _ALSO_NAMES = _words("no_names.txt"), _words("fillers.txt"), _words("also_names.txt")
# Names that are small words first of all: believed with a capital, and not among other small words.
_RARELY_NAMES = frozenset(
    [
        "an",
        "do",
        "ever",
        "hang",
        "he",
        "job",
        "link",
        "lo",
        "long",
        "man",
        "mi",
        "my",
        "na",
        "oh",
        "promise",
        "so",
        "su",
        "true",
        "ty",
    ]
)
# Endings of moods and illnesses; real names that end so are longer known than new ones are made.
_NO_NAME_ENDING = re.compile(
    r"(?:.{3}(?:ness|ment|tion|sion|able|ible|less|ously|fully|phobic|phobia|itis|osis|algia"
    r"|pathy|iatric|ingly|edly|ful|ous)|.{4,}(?<!mm)(?<!ohamm)(?<!hm)(?<!al)(?<!ar)"
    r"(?<!el)(?<!e)(?<!fr)(?<!ldr)ed|(?!.*(?:erl|arl|ann|rv|arm|all|ew)ing$).{4,}ing)$"
)
_ENDS_LIKE_A_NAME = re.compile(
    r"(?:ahmed|khaled|waleed|saeed|fred|dred|jared|majed|hamed|naveed|rasheed|javed|zayed"
    r"|reed|ming|ling|ying|ping|jing|qing|ting|xing|sterling|irving|channing|harding|manning"
    r"|golding|browning|blessing|king|fleming|wilding|deming|keating|downing|bing|ning"
    r"|hastings?)$"
)

# Letters that stand side by side on a keyboard, or the same one again and again.
_KEYBOARD = re.compile(
    r"(.)\1{2,}|u+[mh]+|h+m+|e+r+|a+h+|o+h{2,}|z{2,}|.*(?:asdf|sdfg|dfgh|fghj|ghjk|hjk|jkl"
    r"|lkj|kjh|fdsa|qwer|zxc|xcv|cvb|vbnm).*"
)
_HUMS = re.compile(r"u+h*m+|h+m+|e+r+m*|a+h+")
_CALLED = re.compile(
    r"\b(?:my (?:full |first |real |legal |given )?name(?:'?s)?(?: is|:| would be)?|(?:full "
    r"|first |the |sur)?name(?:(?:'s)?(?: is|:|,)|'s)|(?:i(?:'m| am)|im) (?:called|named)|(?:i )?go(?:es)? by"
    r"|(?:this is|i'?m|it'?s) (?:his|her|their|the) (?:son|daughter|husband|wife|mother|father|mom|dad"
    r"|brother|sister|partner|friend)|i(?:'m| am)|im|this is|(?:it'?s|it is)(?: still| just| only)?"
    r"|(?:they|people|everyone|everybody|friends|folks|most people|you can|you may|just"
    r"|please|they all)? ?call(?:s)? me|(?:please )?ask for|put(?: me)?(?: down)?(?: as)?"
    r"|make (?:that|it)|write(?: down)?|that(?:'d| would) be|mine is|i meant?|should be|it should (?:be"
    r"|say)|spelled|change (?:it|that"
    r"|the name|my name) to"
    r"|je m'?appelle|ich hei(?:ss|ß)e"
    r"|me llamo|soy|mi nombre es|me dicen|ll[aá]meme|se llama|es para)\s*[:,-]?\s+",
    re.IGNORECASE,
)
# "Folks call me Skip" says a name whatever follows; "call me later" does not.
_CALL_ME = re.compile(r"(?:(?:you can|you may|just|please) ?)?calls? me|.*\bcalled")
_CALL_BACK = re.compile(
    r"\b(?:have|let|get|can|could|would|will|someone|somebody|anyone|human|person|nurse|doctor|more"
    r"|another|to)\b"
    r"[^.,;!?]{0,24}\bcalls? me\s*[:,-]?\s*$",
    re.IGNORECASE,
)
# "I told you. Dana", "like i said dana", "Dana! i already told u": who says it again is out of patience.
_WHOM = r"(?:you|u|ya|the [\w ]{1,20}|her|him|them)"
_SAID = (
    rf"(?:(?:as|like) )?i(?:'ve| have)? (?:(?:already|just) )?(?:said(?: to {_WHOM})?|told {_WHOM})"
    r"(?: (?:it|that|you|so|already|before|twice|once|my name))*"
)
_SAID_BEFORE, _SAID_BEHIND = (
    re.compile(pattern, re.IGNORECASE) for pattern in (rf"^\W*{_SAID}(?:\W+|$)", rf"[.,!?;]+\s*{_SAID}\W*$")
)
# A kiss behind a name: "its tamsin x".
_KISSES = re.compile(r"(?<=\w)\s+(?:x+(?:ox?)*|xx+)\W*$", re.IGNORECASE)
# "call me tomorrow", "i am in pain", "this is useless": believed alone only with a name behind them.
_STRONG = re.compile(
    r"name|called|named|go by|call|ask for|llam|nombre|dicen|put|spelled|meant?|should|make|write"
    r"|would be|mine is|appelle|hei(?:ss|ß)e|(?:his|her|their|the) \w+",
    re.IGNORECASE,
)
_FIRST_LAST = re.compile(
    r"\bfirst(?: name)?(?: is|:)?\s+(?P<first>\S+)\W+(?:and )?(?:my )?(?:last|sur"
    r"|family)(?: ?name)?(?: is|:)?\s+(?P<last>[^,.;]+)",
    re.IGNORECASE,
)
_LAST_ONLY = re.compile(
    r"(?P<before>[^\W\d_][\w'’-]*) is (?:also )?my (?:last|sur|family) ?name\b|\b(?:last|sur|family) ?name(?:'s)?(?: is|:)?\s+(?P<last>[^,.;!?]+)",
    re.IGNORECASE,
)
# What stands behind a name and is none: "Fred, short for Frederick", "Kathy with a K", "Sam I am".
_BEHIND = re.compile(
    r"\.\s{0,3}(?:that'?s|that is) (?:all|it|enough|everything)\b"
    r"|[.,]\s{0,3}\w+ (?:for short|is (?:fine|ok|okay|good)|works|will do)\b"
    r"|\s{0,3},\s{0,3}(?:(?:the|his|her|their) (?:son|daughter|husband|wife|mother|father|mom|dad|brother"
    r"|sister"
    r"|partner|friend|patient|caller|one)|(?:i'?m|i am) (?:the|his|her|their|a|an|calling|asking|writing"
    r"|here|doing)"
    r"|(?:last|sur|family) ?name)\b"
    r"|(?:\s{0,3}[,(-]\s{0,3}|\s{1,3})(?:lol|haha\w*|i (?:guess|think|suppose)|(?:hard|good luck"
    r"|impossible) |short for|with (?:an? |two |one )?\S+$|with (?:an?|two|one|no) "
    r"|like the|as in|from|pronounced|spelled|spelt|but (?:everyone|everybody|people|they|you|my"
    r"|call|i)|is (?:fine|ok|okay|good|my|the|what|best|enough|short)|(?:i am|i'm|im)$|here\b"
    r"|speaking\b|but\b|and (?:i|my|you|the|it|please)|please\b|thanks\b|thank\b|will do"
    r"|works\b|by the way|btw|for short|if you|as you|just like|same as|everyone|again"
    r"|actually\b|instead\b|not\b"
    r"|or (?=\w)|if (?:that|it|this|they)|that'?s (?:my|it|all|me|pronounced|spelled|how|what|with)"
    r"|nice to|que\b|con (?:una )?[a-z]$"
    r"|para servirle)",
    re.IGNORECASE,
)
_SPELLED_OUT = re.compile(r"\b(?:[^\W\d_][\s.-]+){2,}[^\W\d_]\b(?![^\W\d_'’])")
_SPELLED_BEHIND = re.compile(r"(?<=\w)[.,:]?\s+(?:[^\W\d_][ .-]){2,}[^\W\d_]\.?\s*$")
_HIS = re.compile(
    r"\b(?:his|her|their|its|the (?:patient|dog|doctor|nurse)'?s?|your|whose|my (?!name|full"
    r"|first|real|legal|given|nick|last)\w+(?:'?s)?) (?:first |full )?name\b",
    re.IGNORECASE,
)
_HIS_IS = re.compile(
    rf"(?:{_HIS.pattern})(?:'s)?\s*(?:is|:|,)?\s*(?:(?:actually|really|spelled|spelt)\s+)*", re.IGNORECASE
)
# "My daughter Jess": a capital letter says that it is a name.
_OF_MINE = re.compile(
    rf"\b(?:(?:my|our|My|Our) (?:\w+ )?{PEOPLE}(?: instead)?|[Mm]i [a-zñ]+),? (?P<name>[A-ZÁÉÍÓÚÑ][^\W\d_]+)(?!\w|')"
)
# "Call my sister, she speaks English, Rosa".
_OF_MINE_LAST = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur) (?:\w+ )?{PEOPLE},[^.!?\d]{{0,60}}?,\s*(?P<name>[A-ZÁÉÍÓÚÑ][^\W\d_]+)\W*$"
)
_ROLE = re.compile(
    r"\W*(?:i'?m|i am|this is|it'?s) (?:the|his|her|their|a|an) [\w' ]{2,40}[,:;-]\s*", re.IGNORECASE
)
# "Have someone call Dana Whitfield at 720 ...": capitals tell that it is a name.
_CALL_NAMED = re.compile(
    r"\b(?i:call|phone|ring|contact|reach|text)\s+(?P<name>(?!Me\b|Us\b|My\b"
    r"|ME\b)[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+){0,2})"
    r"\s*(?:[,(]|\b(?i:at|on|back|after|before|about|in|this|tomorrow|today|please)\b|\x00|\s{2}|$)"
)
_MINE = re.compile(r"\b(?:mine is|mine's|my (?:own )?name(?:'s| is))\b", re.IGNORECASE)
_WITH_LETTERS = re.compile(
    r"\s*(?:no,? |sorry,? |actually,? |it'?s |its |that'?s |yes,? |yeah,? |yep,? |ok,? |okay,? |but "
    r"|only |just "
    r"|oops,? )*(?P<name>[^\W\d_]+),? (?:with|without) (?:an?|one|two|no|the) \w'?s?\b",
    re.IGNORECASE,
)
# Believed as a name though another was given: the visitor means it.
_MEANT = re.compile(
    r"\b(?:my (?:full |first |real |last )?name|name(?:(?:'s)? (?:is|should|:)|'s )|i meant?"
    r"|meant to (?:say|type)|(?:it'?s|its|it is) (?:actually |really )?spelled|spelled"
    r"|call me|(?:i )?go(?:es)? by|change (?:my|the) name|name to|not|it'?s actually|actually it'?s"
    r"|should (?:be|say)|correction|typo|wrong|mistake|misspel\w+|\w* name\b|me llamo"
    r"|mi nombre)\b",
    re.IGNORECASE,
)


# "Just put Leo": at the read-back a capital tells a name from what else could be put there.
_PUT = re.compile(
    r"^\W*(?:(?i:please|just|no|ok|oh|actually|yes|yeah|sure|but|and)\W+)*(?i:put|make (?:it|that)|write) (?=[A-ZÀ-Þ])"
)


def names(
    text: str, *, taken: Sequence[Detail], asked_for: str | None, known: str | None = None
) -> list[Detail]:
    """The name somebody gives, outside of what is `taken`; at most one.

    With a name `known` already only what is meant as a change of it counts.
    """
    free = _KISSES.sub(lambda match: " " * len(match.group()), folded(blank_out(text, taken)))
    if _HIS.search(free) and not _MINE.search(free):
        return []
    if known:
        return (
            _changed(text, free, known) if asked_for != FIRST_NAME else _given(text, free, taken, asked_for)
        )
    return _given(text, free, taken, asked_for)


def their_name(text: str) -> Detail | None:
    """The name of somebody else who is to be called: "her name is Jess"."""
    free = folded(text)
    his = _HIS_IS.search(free)
    span = _words_at(free, his.end(), is_lenient=True) if his else None
    if span is None and (named := _OF_MINE.search(free) or _OF_MINE_LAST.search(free)):
        span = named.span("name")
    return _detail(text, *span) if span else None


def is_name(text: str) -> bool:
    """Whether a text could be somebody's whole name."""
    return _whole(folded(text)) is not None


def spelled_name(text: str, start: int, end: int) -> str:
    """The name that stands here, as it is read back."""
    return _spelled(text, start, end)


def _given(text: str, free: str, taken: Sequence[Detail], asked_for: str | None) -> list[Detail]:
    phone = next((detail for detail in taken if detail.kind == PHONE), None)
    is_asked = asked_for == FIRST_NAME
    for said in (_SAID_BEFORE, _SAID_BEHIND) if is_asked else ():
        free = said.sub(lambda match: " " * len(match.group()), free)
    found = _first_and_last(free) or (_before_but(free) if is_asked else None)
    found = found or (_behind_a_role(free) if is_asked else None)
    found = found or _introduced(free, is_asked=is_asked) or _to_be_called(free)
    if not found and phone:
        found = _before(phone, free)
    if not found and (asked_for == FIRST_NAME or phone):
        found = _whole(free)
    return [_detail(text, *found)] if found else []


def _changed(text: str, free: str, known: str) -> list[Detail]:
    """A name that replaces the known one: "sorry, I meant Mick", "Mick, not Mike", "last name is O'Brien"."""
    if last := _LAST_ONLY.search(free):
        span = last.span("before") if last["before"] else _words_at(free, last.start("last"))
        first = "" if len(known.split()) > 1 else f"{known} "
        return [Detail(FIRST_NAME, f"{first}{_spelled(text, *span)}", *span)] if span else []
    for pattern in (
        r"\bnot\s{{1,3}}{0}\W{{1,5}}(?:but |it'?s |its )?(?P<name>.+)",
        r"(?<![^\s,.;])(?P<name>[^,.;]{{1,60}}?),?\s{{1,3}}(?:and )?not\s{{1,3}}{0}\b",
        r"(?<!\S)(?P<name>.{{1,60}}?) instead of {0}\b",
    ):
        if match := re.search(pattern.format(re.escape(known.split()[0])), free, re.IGNORECASE):
            span = _introduced(match["name"], is_asked=True) or _whole(match["name"])
            if span:
                return [_detail(text, span[0] + match.start("name"), span[1] + match.start("name"))]
    if match := _WITH_LETTERS.match(free):
        return [_detail(text, *match.span("name"))] if _could_be(match["name"]) else []
    if (_MEANT.search(free) or _PUT.search(free)) and (span := _introduced(free, is_asked=True)):
        return [_detail(text, *span)]
    return []


def _first_and_last(free: str) -> tuple[int, int] | None:
    match = _FIRST_LAST.search(free)
    if match is None or not _could_be(match["first"]):
        return None
    return match.start("first"), match.start("first") + len(match["first"])


def _introduced(free: str, *, is_asked: bool) -> tuple[int, int] | None:
    """Where a name stands that is spoken of as one."""
    found = sorted(_CALLED.finditer(free), key=lambda match: not re.search("call|mine", match.group(), re.I))
    for match in found:  # "my legal name is Katherine, call me Kate"
        is_strong = bool(_STRONG.search(match.group()))
        is_lenient = is_strong and not _CALL_ME.fullmatch(match.group().lower().strip(" :,-"))
        span = _words_at(free, match.end(), is_lenient=is_lenient)
        if span and not is_asked and _CALL_BACK.search(free[: match.end()]) and not free[span[0]].isupper():
            continue  # "have a human call me ffs"
        if span and (is_strong or is_asked or _is_followed_well(free, span)):
            return span
    return None


def _to_be_called(free: str) -> tuple[int, int] | None:
    """The name in "have someone call Dana Whitfield at ..."."""
    named = _CALL_NAMED.search(free)
    is_name = named is not None and all(map(_could_be, named["name"].split()))
    return named.span("name") if named and is_name else None


def _behind_a_role(free: str) -> tuple[int, int] | None:
    """The name in "I'm the patient's sister, Ruth"."""
    role = _ROLE.match(free)
    span = _whole(free[role.end() :]) if role else None
    return (span[0] + role.end(), span[1] + role.end()) if role and span else None


def _before_but(free: str) -> tuple[int, int] | None:
    """The name in "Kate but my legal name is Katherine"."""
    first, but, _ = free.partition(" but ")
    return _whole(first.rstrip(" ,")) if but else None


def _is_followed_well(free: str, span: tuple[int, int]) -> bool:
    """Whether "i'm Ana" stands alone: a capital, or the end of what is said."""
    return (
        free[span[0]].isupper()
        or not free[span[1] :].strip(" ,.!")
        or bool(re.match(r"\s*[,.!;]", free[span[1] :]))
    )


def _words_at(free: str, start: int, *, is_lenient: bool = False) -> tuple[int, int] | None:
    """The words of a name that begin here."""
    rest = free[start:]
    cut = _BEHIND.search(rest)
    rest = rest[: cut.start()] if cut and cut.start() > 0 else rest
    end, count, first = 0, 0, None
    for match in re.finditer(r"\S+", rest):
        word = match.group().strip("\"'()")
        is_title = word.lower() in _TITLES
        is_last = word[-1:] in ",;!?" or (word[-1:] == "." and len(word) > 3 and not is_title)
        core = word.strip(",;!?").rstrip("." if len(word) > 3 else "")
        lower = core.lower()
        if first is None and lower in _TITLES:
            first = match.start()
        elif _could_be(core, is_lenient=is_lenient and count == 0) or (count and lower in _PARTICLES):
            first = match.start() if first is None else first
            end, count = match.start() + len(match.group().rstrip(",;!?")), count + (lower not in _PARTICLES)
        else:
            if count == 0 or not core[:1].isupper():
                break
            break
        if is_last or count == MAX_NAME_WORDS:
            break
    if not count or first is None:
        return None
    # Words in lower case that go on are a sentence, not a name: "i'm having a heart attack".
    after = rest[end:].strip(" .,!;:-)")
    if after and not rest[end : end + 1].strip(" ") and not rest[first].isupper() and not is_lenient:
        return None
    return start + first, start + end


def _before(phone: Detail, free: str) -> tuple[int, int] | None:
    """Where a name stands right before a number."""
    clause = re.split(r"[.;!?\n]", free[: phone.start])[-1]
    offset = phone.start - len(clause)
    span = _whole(clause)
    return (span[0] + offset, span[1] + offset) if span else None


def _whole(free: str) -> tuple[int, int] | None:
    """Where a name stands that is all a text says, but for fillers."""
    if spelled := _SPELLED_OUT.fullmatch(free.strip()):
        start = free.find(spelled.group())
        return start, start + len(spelled.group())
    free = _SPELLED_BEHIND.sub(lambda match: " " * len(match.group()), free)
    cut = _BEHIND.search(free)
    shortened = free[: cut.start()] if cut and cut.start() > 0 else free
    shortened = re.sub(r"\([^)]*\)|\"", lambda match: " " * len(match.group()), shortened)
    words = list(re.finditer(r"[^\s,;:!?/|]+", shortened))
    if len(words) != 1 or not words[0].group().strip(".").istitle():  # "My", "Oh" alone are names
        words = [word for word in words if not _is_filler(word.group())]
    while (
        words
        and words[0].group().lower() in _TITLES
        and len(words) > 1
        and words[0].group().lower() not in _ALSO_NAMES
    ):
        if len(words) == 2 and words[0].group().lower().strip(".") in (
            "mr",
            "mrs",
            "ms",
            "miss",
            "dr",
            "doctor",
            "sr",
            "sra",
        ):
            break  # "Mrs. Kowalski" is called so
        words = words[1:]
    if not words or len(free) > 400 or _has_gap(shortened, words):
        return None
    counted = [word for word in words if word.group().lower() not in _PARTICLES]
    most = MAX_NAME_WORDS if any(word.group().islower() for word in counted) else MAX_NAME_WORDS + 2
    titled = words[0].group().lower() in _TITLES
    judged = counted[1:] if titled and len(counted) > 1 else counted or words
    if len(counted) > most or not all(_could_be(word.group()) for word in judged):
        return None
    if words[-1].end() - words[0].start() > MAX_NAME_CHARS:
        return None
    if (
        len(judged) > 1
        and all(word.group().islower() and word.group() in _ALSO_NAMES for word in judged)
        and len(judged) > 2
    ):
        return None
    return words[0].start(), words[-1].end()


def _has_gap(text: str, words: Sequence[re.Match[str]]) -> bool:
    """Whether small words stand between these: "legal name is Kate" is a sentence, not a name."""
    between = text[words[0].start() : words[-1].end()]
    return len(re.findall(r"[^\s,;:!?/|]+", between)) > len(words)


def _is_filler(word: str) -> bool:
    plain = word.lower().strip(".'\"-")
    return not plain or plain in _FILLERS or not any(map(str.isalpha, plain)) or bool(_HUMS.fullmatch(plain))


def _could_be(word: str, *, is_lenient: bool = False) -> bool:
    """Whether a word could be part of a name: letters of any script, and no word that is none."""
    core = word.strip(".,'’\"-")
    if (
        not core
        or _KEYBOARD.fullmatch(core.lower())
        or not all(_is_of_a_name(character) for character in word.strip(',"'))
    ):
        return False
    lower = core.lower().replace("’", "'")
    if lower in _RARELY_NAMES:
        return core[:1].isupper()
    if lower in _ALSO_NAMES or (len(core) == 1 and core.isupper()):
        return True
    if lower in NO_NAMES:
        return False
    if is_lenient or _ENDS_LIKE_A_NAME.search(lower):
        return True
    return not (_NO_NAME_ENDING.search(lower) and not word[:1].isupper())


def _is_of_a_name(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in "'’.-‐‑·"


def _detail(text: str, start: int, end: int) -> Detail:
    return Detail(FIRST_NAME, _spelled(text, start, end), start, end)


def _spelled(text: str, start: int, end: int) -> str:
    """The name as it was typed; only what is typed all small gets its capitals."""
    typed = unicodedata.normalize("NFC", text[start:end]).strip(' ,;:!?"()')
    if _SPELLED_OUT.fullmatch(typed) and len(re.findall(r"[^\W\d_]", typed)) > 3:
        return "".join(re.findall(r"[^\W\d_]", typed)).capitalize()
    if typed.endswith(".") and not re.search(r"(?:^|[\s.])\w\.\s?\w\.$", typed):
        typed = typed.rstrip(".")
    words = typed.split()
    return " ".join(_capital(word) if typed.islower() and word not in _PARTICLES else word for word in words)


def _capital(word: str) -> str:
    parts = re.split(r"(-)", word)
    return "".join(part[:1].upper() + part[1:] for part in parts)
