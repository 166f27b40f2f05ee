"""Reads telephone numbers: `phonenumbers` finds and judges them, this module says what counts.

A number is kept as it is dialled (E.164), with ";ext=" behind it where there is an extension.
Possible is enough: whether a number is in use is known to nobody but its carrier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

from components.form_extractors.plain_text import folded
from components.form_extractors.spoken import digits_said, spoken_numbers

MIN_NUMBER_DIGITS = 5
MAX_GROUPS = 12  # no number is written in more pieces
MAX_RUN_GROUPS = 40
_SEPARATOR = r"[\s().\-/_·•*,]"
_GROUPS = re.compile(rf"(?<![\w@+.])(?:\+|\(\+)?{_SEPARATOR}{{0,2}}\d(?:{_SEPARATOR}{{0,3}}\d)*(?![\w@])")
_GROUP = re.compile(r"\+?\d+")
_EXTENSION = re.compile(
    r"^[\s,;)(-]*(?:;?ext\s*=|ext(?:ension|n)?\.?(?=[\s.:#\d]|is\b)|ex\b\.?|x(?=[\s.:]*\d)|#"
    r"|ex\.|extensi[oó]n"
    r"|int(?:erno)?\.|(?:(?:and|then|you|just|have to|need to|please)[\s,]+){1,4}(?:punch|press|dial|hit"
    r"|enter|type|push|key)"
    r"(?: in| the| extension| option)*|option)\s*(?:is|no\.?|number|#|:)?\s*(?P<ext>\d{1,6})(?!\d)",
    re.IGNORECASE,
)
_SAID_EXTENSION = re.compile(
    r"^[\s,;)(-]*ext(?:ension|n)?\.?\s+(?:is\s+)?(?P<ext>(?:[a-z]+[\s-]*){1,6})", re.IGNORECASE
)
_VANITY = re.compile(
    r"(?<!\w)(?:\+?1[-. ]?)?\(?([2-9]\d\d)\)?[-. ]+((?=[A-Za-z0-9-. ]*[A-Z])[A-Z0-9]{2,7}"
    r"(?:[-. ]?[A-Z0-9]{1,5}){0,3})(?!\w)"
)
# A letter O among digits is a zero.
_LETTER_O = re.compile(
    r"(?<=[\d-])[oO](?=[\d-])|(?<=\d[./])[oO](?=\d)|(?<=\d)[oO](?=[./]\d)|(?<=\d)[oO](?=\s?\d)"
    r"|(?<=[\d-]\s)[oO](?=\d)"
)
# Digits behind these words are something else.
_NOT_A_PHONE = re.compile(
    r"(?:(?:patient|member|account|acct|order|case|claim|policy|group|invoice|bill|reference"
    r"|ref|confirmation|record|chart|card|ticket|serial|tracking|fax|room|suite|apt|social"
    r"|security|ssn|mrn|id|dob|zip|npi|passport|licen[cs]e|born(?: on)?|birth ?date"
    r"|date of birth)"
    r"\s*(?:number|no\.?|num|id|#|code)?\s*(?:is|was|:|=)?|[$€£])\s*$",
    re.IGNORECASE,
)
_NATIONAL_OF_NANP = re.compile(r"[2-9]\d{2}[2-9]\d{6}")
# Times and ages that stand beside a number, as long as the digits are few.
CLOCKS = re.compile(
    r"(?<![\d-])(?:\d{1,2}(?::\d{2})?\s*(?:-|to|and|until"
    r"|till)\s*\d{1,2}(?::\d{2})?\s*(?:[ap]\.?m\b\.?|o'?clock|hrs?)?(?![\d-])(?!\s*-?\d)"
    r"|\d{1,2}(?::\d{2})?\s*(?:[ap]\.?m\b\.?|o'?clock)|\d{1,2}:\d{2}(?!\d)|\b24/7\b"
    r"|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/]))"
    r"|\b(?:after|before|around|until|till|by|past|from|at|between|am|age|aged"
    r"|turning)\s+\d{1,2}(?!\d)(?!\s*[-.(]?\s*\d{3})|\b\d{1,2}\s*(?:years?|yrs?|yo)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Number:
    """A number of a text: as it is dialled, or None when it could not be one."""

    dialled: str | None
    typed: str
    start: int
    end: int


def numbers(text: str, region: str) -> list[Number]:
    """Every telephone number of a text, and runs of digits that seem to have meant one."""
    plain = _LETTER_O.sub("0", folded(text))
    found = [*_spoken(plain, region), *_vanity(plain, region)]
    for number in found:
        plain = f"{plain[: number.start]}{' ' * (number.end - number.start)}{plain[number.end :]}"
    free = CLOCKS.sub(lambda match: "\x00" * len(match.group()), plain)
    for match in _GROUPS.finditer(free):
        found += _in_run(free, match.start(), match.end(), region)
    return sorted(_whole_ones(found), key=lambda number: number.start)


def number_in_e164(raw: str, *, region: str = "US") -> str | None:
    """A number as it is dialled (E.164, ";ext=" behind it), or None when it cannot be one."""
    try:
        number = phonenumbers.parse(re.sub(r"^\s*(?:00|011)(?=[\s-]?[1-9])", "+", raw), region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    national = phonenumbers.national_significant_number(number)
    if number.country_code == 1 and not _NATIONAL_OF_NANP.fullmatch(national):
        return None
    if not national.strip("0"):
        return None
    return _dialled(number)


def split_extension(dialled: str) -> tuple[str, str | None]:
    """A number and its extension."""
    number, _, extension = dialled.partition(";ext=")
    return number, extension or None


def number_in_words(dialled: str, *, region: str = "US") -> str:
    """A number as people write it, to read it back: foreign ones with their country."""
    e164, extension = split_extension(dialled)
    number = phonenumbers.parse(e164)
    is_ours = number.country_code == phonenumbers.country_code_for_region(region)
    form = PhoneNumberFormat.NATIONAL if is_ours else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form) + (f" ext. {extension}" if extension else "")


def _dialled(number: PhoneNumber) -> str:
    extension, number.extension = number.extension, None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{e164};ext={extension}" if extension else e164


def _in_run(free: str, start: int, end: int, region: str) -> Iterator[Number]:
    """The numbers in a run of digits: the longest possible one from the left, again and again.

    `PhoneNumberMatcher` takes a run whole or not at all, so an age or a second number beside it
    would lose both.
    """
    groups = [(start + group.start(), start + group.end()) for group in _GROUP.finditer(free[start:end])]
    groups = groups[:MAX_RUN_GROUPS]  # more is no number, and each start costs some tries
    missed: int | None = None
    first = 0
    while first < len(groups):
        here = groups[first][0]
        number = None if _NOT_A_PHONE.search(free[:here][-40:]) else _longest(free, groups[first:], region)
        if number:
            yield number
            missed = None
            while first < len(groups) and groups[first][0] < number.end:
                first += 1
        else:
            missed = here if missed is None else missed
            first += 1
    digits = 0 if missed is None else sum(map(str.isdigit, free[missed:end]))
    if missed is not None and digits >= MIN_NUMBER_DIGITS and not _NOT_A_PHONE.search(free[:missed][-40:]):
        yield Number(None, free[missed:end].strip(), missed, end)


def _longest(free: str, groups: list[tuple[int, int]], region: str) -> Number | None:
    start = groups[0][0]
    for _, end in reversed(groups[:MAX_GROUPS]):
        dialled = number_in_e164(_dialable(free[start:end]), region=region)
        if dialled:
            return _with_extension(free, dialled, start, end)
    return None


def _dialable(written: str) -> str:
    """Every separator as a dash: `phonenumbers` knows not all that people use."""
    return re.sub(r"[/_·•*,]", "-", written)


def _with_extension(plain: str, dialled: str, start: int, end: int) -> Number:
    extension = _EXTENSION.match(plain[end:])
    if not extension:
        said = _SAID_EXTENSION.match(plain[end:])
        digits = digits_said(said["ext"]) if said else ""
        if not said or not digits:
            return Number(dialled, plain[start:end], start, end)
        end += said.end()
        return Number(f"{split_extension(dialled)[0]};ext={digits[:6]}", plain[start:end], start, end)
    end += extension.end()
    return Number(f"{split_extension(dialled)[0]};ext={extension['ext']}", plain[start:end], start, end)


def _spoken(plain: str, region: str) -> Iterator[Number]:
    for said in spoken_numbers(plain):
        dialled = number_in_e164(said.digits, region=region)
        if dialled:
            yield _with_extension(plain, dialled, said.start, said.end)
        else:
            yield Number(None, plain[said.start : said.end], said.start, said.end)


def _vanity(plain: str, region: str) -> Iterator[Number]:
    for match in _VANITY.finditer(plain):
        letters = re.sub(r"\W", "", match[2])
        if len(letters) < 7 or set(letters) <= {"X"} or len(set(letters)) < 3 or letters.isdecimal():
            continue  # "303-555-XXXX" keeps its owner's secret
        digits = phonenumbers.convert_alpha_characters_in_number(match[1] + letters[:7])
        dialled = number_in_e164(digits, region=region)
        if dialled:
            yield Number(dialled, match.group(), match.start(), match.end())


def _whole_ones(found: list[Number]) -> list[Number]:
    """Those that no other one overlaps; real numbers come first."""
    kept: list[Number] = []
    for number in sorted(found, key=lambda each: (each.dialled is None, each.start)):
        if all(number.end <= other.start or number.start >= other.end for other in kept):
            kept.append(number)
    return kept
