"""Reads what people type into a callback form: names, numbers, times, wishes. Plain functions.

English and Spanish; every pattern is about the language, none about the clinic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

FIRST_NAME, PHONE, EMAIL = "first_name", "phone", "email"
BEST_TIME, LEAVE_MESSAGE, PATIENT, CHANNEL = "best_time", "may_leave_message", "patient", "channel"
YES, NO = "yes", "no"
MIN_NUMBER_DIGITS = 5
MAX_TIME_CHARS = 80
MAX_NAME_WORDS = 3


@dataclass(frozen=True)
class Detail:
    """One thing read: `kind`, `value`, and where it stands in the text."""

    kind: str
    value: str
    start: int
    end: int


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\+?\(?\d[\d\s().-]{3,}\d")
_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun"
    r"|weekdays?|weekends?|today|tonight|tomorrow|lunes|martes|miércoles|miercoles|jueves|viernes"
    r"|sábados?|sabados?|domingos?|hoy|mañana|entre semana"
)
_PERIOD = (
    r"mornings?|afternoons?|evenings?|noon|midday|lunch(?:time| break)?|nights?|any ?time|whenever"
    r"|por la mañana|por la manana|por la tarde|por la noche|en la tarde|en la mañana|tardes?"
    r"|mañanas|mediodía|mediodia|cualquier hora|cuando sea|a cualquier hora"
)
_CLOCK = r"\d{1,2}(?::\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.|o'?clock)|noon|midnight|\d{1,2}:\d{2}"
_BARE_CLOCK = r"(?:after|before|around|about|at|until|till|by|from|past|desde las|después de las|despues de las|a las|antes de las)\s+\d{1,2}(?!\d)(?::\d{2})?(?:\s*(?:am|pm))?"
_SPAN = r"(?:between|from|entre las|de)\s+\d{1,2}(?::\d{2})?\s*(?:am|pm)?\s*(?:and|to|y las|y|a|-)\s*\d{1,2}(?::\d{2})?\s*(?:am|pm)?"
_LINK = r"(?:\s*[,/-]?\s*(?:on|in the|the|or|and|after|before|around|about|at|between|early|late|next|this|every|except|but not|from|to|till|until|is|are|best|good|works?|o|y|los|las|el|la|por|de|en)?\s*)"
_TIME_UNIT = (
    rf"(?:{_SPAN}|{_BARE_CLOCK}|{_CLOCK}|{_PERIOD}|{_DAY}|(?:after|before) (?:work|school|lunch|dinner))"
)
_TIME = re.compile(
    rf"(?<![\w-])(?:(?:early|late|next|this|every|any|after|before|around)\s+)*{_TIME_UNIT}"
    rf"(?:{_LINK}{_TIME_UNIT})*(?![\w-])",
    re.IGNORECASE,
)
_NO_MESSAGE = re.compile(
    r"\b(?:don'?t|do not|please no|no|never|not)\b[\w\s']{0,14}?\b(?:messages?|voice ?mails?)\b"
    r"|\bsin (?:dejar )?mensajes?\b|\bno deje[ns]? mensajes?\b",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"\bleav(?:e|ing)\b[\w\s]{0,8}\b(?:message|voice ?mail)\b|\b(?:message|voice ?mail)s? (?:is|are) (?:ok|okay|fine|good)\b"
    r"|\bpuede[ns]? dejar (?:un )?mensaje\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\bnew (?:patient|client|here|person)\b|\bfirst[- ]time\b|\bnever been\b|\bnot (?:yet )?a patient\b"
    r"|\bpaciente nuev[oa]\b|\bprimera vez\b|^\s*(?:i'?m )?new\s*[.!]?\s*$",
    re.IGNORECASE,
)
_EXISTING = re.compile(
    r"\b(?:existing|current|returning|established|old) (?:patient|client)\b|\balready (?:a patient|been|come|go)\b"
    r"|\bbeen (?:there|here|a patient|in|to you)\b|\bya soy paciente\b|^\s*existing\s*[.!]?\s*$",
    re.IGNORECASE,
)
_BY_TEXT = re.compile(
    r"\b(?:text|sms) (?:me|us|is|please|only|instead|would)\b|\b(?:by|via|through|a) (?:text|sms)\b|\btexting\b"
    r"|\b(?:mensaje de texto|por texto)\b|^\s*(?:a )?text(?: message)?s?\s*[.!]?\s*$",
    re.IGNORECASE,
)
_BY_EMAIL = re.compile(
    r"\be-?mail (?:me|us|is|please|only|instead|would)\b|\b(?:by|via|through) e-?mail\b|\bpor correo\b"
    r"|^\s*e-?mail\s*[.!]?\s*$",
    re.IGNORECASE,
)
_BY_PHONE = re.compile(r"^\s*(?:by )?(?:phone|a call|call|phone call|llamada)\s*[.!]?\s*$", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:my name is|my name'?s|name is|name:|this is|it'?s|its|i am|i'?m|ask for|call me(?=,)|me llamo|soy|mi nombre es|es para)"
    r"[\s,:]+(?P<name>[^\W\d_][\w'’-]*(?:\s+[A-Z][\w'’-]*)?)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
# Words that stand where a name could stand and are none.
_NO_NAMES = frozenset(
    [
        "a",
        "about",
        "ad",
        "afraid",
        "after",
        "again",
        "all",
        "already",
        "also",
        "am",
        "an",
        "and",
        "anxious",
        "any",
        "anyone",
        "are",
        "at",
        "back",
        "bad",
        "be",
        "because",
        "best",
        "better",
        "but",
        "by",
        "call",
        "called",
        "calling",
        "can",
        "cant",
        "cancel",
        "cell",
        "change",
        "correct",
        "could",
        "dad",
        "daughter",
        "day",
        "depressed",
        "do",
        "doctor",
        "doing",
        "don't",
        "done",
        "email",
        "fine",
        "first",
        "for",
        "from",
        "get",
        "give",
        "go",
        "going",
        "good",
        "got",
        "great",
        "had",
        "happy",
        "have",
        "he",
        "hello",
        "help",
        "her",
        "here",
        "hey",
        "hi",
        "him",
        "his",
        "home",
        "how",
        "husband",
        "i",
        "i'm",
        "if",
        "in",
        "interested",
        "is",
        "it",
        "it's",
        "its",
        "just",
        "know",
        "leave",
        "let",
        "like",
        "looking",
        "lost",
        "maybe",
        "me",
        "message",
        "mine",
        "mobile",
        "mom",
        "mother",
        "much",
        "my",
        "name",
        "need",
        "never",
        "new",
        "nice",
        "no",
        "nobody",
        "none",
        "nope",
        "not",
        "now",
        "number",
        "of",
        "off",
        "ok",
        "okay",
        "old",
        "on",
        "one",
        "only",
        "or",
        "our",
        "out",
        "patient",
        "people",
        "person",
        "phone",
        "please",
        "pls",
        "price",
        "question",
        "ready",
        "real",
        "really",
        "right",
        "same",
        "send",
        "scared",
        "she",
        "sick",
        "so",
        "some",
        "somebody",
        "someone",
        "sorry",
        "still",
        "stuck",
        "sure",
        "tell",
        "text",
        "thank",
        "thanks",
        "that",
        "the",
        "their",
        "them",
        "there",
        "they",
        "thing",
        "this",
        "time",
        "tired",
        "to",
        "today",
        "tomorrow",
        "too",
        "trying",
        "u",
        "under",
        "up",
        "ur",
        "us",
        "very",
        "voicemail",
        "waiting",
        "want",
        "was",
        "we",
        "well",
        "what",
        "when",
        "where",
        "whenever",
        "which",
        "who",
        "whose",
        "why",
        "wife",
        "will",
        "with",
        "wondering",
        "work",
        "worried",
        "would",
        "wrong",
        "yeah",
        "yep",
        "yes",
        "yet",
        "you",
        "your",
        "al",
        "aqui",
        "así",
        "bien",
        "buenas",
        "buenos",
        "cancelar",
        "como",
        "con",
        "cual",
        "cuando",
        "cuanto",
        "de",
        "del",
        "el",
        "ella",
        "ellos",
        "en",
        "es",
        "esa",
        "ese",
        "eso",
        "esta",
        "estoy",
        "gracias",
        "hola",
        "la",
        "las",
        "llame",
        "llamen",
        "lo",
        "los",
        "me",
        "mi",
        "muy",
        "nada",
        "ninguno",
        "no",
        "nombre",
        "nueva",
        "nuevo",
        "número",
        "numero",
        "o",
        "para",
        "pero",
        "por",
        "porque",
        "puede",
        "que",
        "quien",
        "quiero",
        "se",
        "si",
        "sí",
        "sin",
        "soy",
        "su",
        "tarde",
        "teléfono",
        "telefono",
        "tengo",
        "un",
        "una",
        "y",
        "ya",
        "yo",
    ]
)

# Names that are also common words: believed when they are the whole reply to "what is your name?"
_ALSO_NAMES = frozenset({"Al", "An", "Will"})

# Words that people put around a bare name.
_FILLERS = frozenset(
    [
        "and",
        "call",
        "can",
        "cell",
        "hello",
        "hey",
        "hi",
        "i'm",
        "is",
        "it",
        "it's",
        "me",
        "mobile",
        "my",
        "name",
        "number",
        "ok",
        "okay",
        "phone",
        "please",
        "sure",
        "thanks",
        "thank",
        "text",
        "the",
        "yeah",
        "yes",
        "yep",
        "you",
        "y",
        "es",
        "gracias",
        "hola",
        "me",
        "llamo",
        "mi",
        "nombre",
        "sí",
        "si",
        "soy",
    ]
)


def read_details(text: str, *, asked_for: str | None = None, region: str = "US") -> list[Detail]:
    """Everything a text gives away, in order; `asked_for` is the kind the form has just asked for."""
    found = [*_contacts(text, asked_for, region), *_wishes(text)]
    found += _times(text, taken=found)
    found += _names(text, taken=found, asked_for=asked_for)
    return sorted(found, key=lambda detail: detail.start)


def share_read(text: str, details: list[Detail]) -> float:
    """Share of the text's words that some detail covers, in [0, 1]."""
    words = list(re.finditer(r"\w[\w'’@.+-]*", text))
    covered = [
        word
        for word in words
        if word.group().lower() in _NO_NAMES
        or any(detail.start <= word.start() < detail.end for detail in details)
    ]
    return len(covered) / len(words) if words and details else 0.0


def number_in_e164(raw: str, *, region: str = "US") -> str | None:
    """A number as it is dialled (E.164), or None when it cannot be one.

    Possible is enough: whether a number is in use is known to nobody but its carrier.
    """
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def number_in_words(e164: str) -> str:
    """A number as people write it, to read it back."""
    return phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.NATIONAL)


def _contacts(text: str, asked_for: str | None, region: str) -> Iterator[Detail]:
    for match in _EMAIL.finditer(text):
        yield Detail(EMAIL, match.group(), match.start(), match.end())
    for match in _DIGITS.finditer(text):
        digits = sum(character.isdigit() for character in match.group())
        is_number = number_in_e164(match.group(), region=region) is not None
        if is_number or (asked_for == PHONE and digits >= MIN_NUMBER_DIGITS):
            yield Detail(PHONE, match.group().strip(), match.start(), match.end())


def _wishes(text: str) -> Iterator[Detail]:
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


def _times(text: str, *, taken: list[Detail]) -> list[Detail]:
    free = _blank_out(text, taken)
    spans = [(match.start(), match.end()) for match in _TIME.finditer(free)]
    if not spans:
        return []
    start, end = spans[0][0], spans[-1][1]
    between = free[spans[0][1] : spans[-1][0]] if len(spans) > 1 else ""
    if len(between.split()) > 4:  # two times far apart: the first is the wish
        end = spans[0][1]
    return [Detail(BEST_TIME, text[start:end].strip(" ,"), start, end)]


def _names(text: str, *, taken: list[Detail], asked_for: str | None) -> list[Detail]:
    free = _blank_out(text, taken)
    named = next((m for m in _NAMED.finditer(free) if _is_name(m.group("name").split()[0])), None)
    if named:
        return [_name(text, *named.span("name"))]
    phone = next((detail for detail in taken if detail.kind == PHONE), None)
    if phone:
        before = list(_WORD.finditer(free, 0, phone.start))
        if before and _is_name(before[-1].group()) and not free[before[-1].end() : phone.start].strip(" ,:-"):
            first = before[-2] if len(before) > 1 and _is_pair(*before[-2:]) else before[-1]
            return [_name(text, first.start(), before[-1].end())]
    if asked_for == FIRST_NAME and text.strip(" .!").title() in _ALSO_NAMES:
        return [_name(text, 0, len(text))]
    if asked_for == FIRST_NAME or phone:
        words = [word for word in _WORD.finditer(free) if word.group().lower() not in _FILLERS]
        if 0 < len(words) <= MAX_NAME_WORDS and all(_is_name(word.group()) for word in words):
            return [_name(text, words[0].start(), words[-1].end())]
    return []


def _is_pair(first: re.Match[str], last: re.Match[str]) -> bool:
    """Whether two words are first and last name: both capitalised, side by side."""
    is_capitalised = first.group()[0].isupper() and last.group()[0].isupper()
    return is_capitalised and _is_name(first.group()) and last.start() - first.end() == 1


def _name(text: str, start: int, end: int) -> Detail:
    words = text[start:end].split()
    kept = [word for word in words if _is_name(word.strip(",."))] or words
    spelled = " ".join(word.strip(",.") for word in kept)
    return Detail(FIRST_NAME, spelled.title() if spelled.islower() else spelled, start, end)


def _is_name(word: str) -> bool:
    return len(word) > 1 and word.lower() not in _NO_NAMES


def _blank_out(text: str, details: list[Detail]) -> str:
    for detail in details:
        width = detail.end - detail.start
        text = f"{text[: detail.start]}{' ' * width}{text[detail.end :]}"
    return text
