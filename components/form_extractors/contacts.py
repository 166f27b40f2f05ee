"""Which of the numbers and addresses in a text is meant: refused ones never, several ask which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from components.form_extractors.emails import Email, emails
from components.form_extractors.kinds import (
    BAD_CONTACT,
    BEST_TIME,
    EMAIL,
    PHONE,
    PHONE_CHOICE,
    Detail,
    blank_out,
)
from components.form_extractors.numbers import (
    CLOCKS,
    MIN_NUMBER_DIGITS,
    Number,
    number_in_e164,
    number_in_words,
    numbers,
    split_extension,
)
from components.form_extractors.plain_text import folded
from components.form_extractors.spoken import digits_said

__all__ = ["contacts", "number_in_e164", "number_in_words", "split_extension"]

# Right before a number that is not to be used, and right behind one that was replaced.
_REFUSED_BEFORE = re.compile(
    r"(?:\bnot|\b(?:don'?t|do not|never) (?:ever )?(?:call|use|ring|text|try|phone|dial|contact|reach"
    r"|give|take)"
    r"|\bnever|\bstay off|\bavoid|\bkeep off"
    r"|\binstead of|\brather than|\bno longer|\bwas|\bhad|\bused to (?:be|have|use)|\bold(?: one"
    r"| number)?(?: is"
    r"| was)?|\bwrong(?: one| number)?(?: is| was)?|\bformer(?:ly)?|\bnot (?:on|at|to)"
    r"|\bnothing to|\bremove|\bdelete|\bleave|\bskip|\bignore|\bforget|\bexcept)"
    r"(?:,? (?:on|at|to|my|the|me|number|cell|home|work|phone|line|it|is|was|call|use|old"
    r"|landline|house|office|business|desk|other|second|first|main|with|this|that|mom'?s|dad'?s|son'?s"
    r"|daughter'?s|wife'?s|husband'?s|desk|job|ex|which|one|in))*[\s:,(]*$",
    re.IGNORECASE,
)
_REFUSED_BEHIND = re.compile(
    r"^[\s,.;()-]*(?:(?:is|was|that'?s|it'?s|which is) (?:\w+ )?(?:wrong|old|disconnected|not"
    r"|dead|no longer|out of|the old|my old|my ex|incorrect|off)\b|no longer|not any ?more"
    r"|doesn'?t work|isn'?t|(?:no|nope)?[\s,.]*(?:no,? )?(?:wait|scratch that|oops|sorry"
    r"|i mean|i meant|correction|make that|actually|strike that|my bad|typo|rather|better"
    r"|or (?:rather|better)|no)\b[\s,.:;-]*)",
    re.IGNORECASE,
)
_MEANT_BEFORE = re.compile(
    r"\b(?:use|call|text|ring|try|best|better|prefer\w*|instead|correct|new|right"
    r"|reach me (?:at|on)|it'?s|should be|is)(?: (?:one|number|is|me|my|at|on|to|the|cell"
    r"|phone|work|home|call|mobile))*(?<!best,)(?<!best)[\s:]*$"
    r"|\b(?:best|better)(?: (?:is|one|number|on|at|to|reach|call|me|the|my|cell|mobile|phone))*:?\s*$",
    re.IGNORECASE,
)
# A number that is only for when the other one fails.
_SECOND_BEHIND = re.compile(
    r"^[\s,.;()-]*(?:(?:is |as |only )*(?:if (?:i|you|that|nobody|no one|not|there)|otherwise"
    r"|as (?:a )?back ?up"
    r"|for back ?up|second(?:ly)?\b|in case))",
    re.IGNORECASE,
)
_SAID_ENDING = re.compile(
    r"\b(?:ends?|ending|finish\w*|last (?:two|three|four|digits?|numbers?)(?: digits?)?)(?: (?:in|with"
    r"|on|is|are|be|should))*\s+"
    r"(?P<said>(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[\s-]*){1,7})",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:\b(?:ends?|ending|finish\w*)(?: (?:in|with|on))?|\blast (?:two|three|four|2|3|4)"
    r"(?: (?:digits?|numbers?))?(?: (?:is|are|should be|:))*|\blast (?:digits?|numbers?|part)(?: (?:is"
    r"|are|should be|:))*|\bshould (?:end in"
    r"|end with))[\s,:]*(?P<a>\d{1,7})\b|\b(?P<b>\d{2,7}) (?:at|in) the end\b"
    r"|\b(?P<c>\d{1,7}),? not \d{1,7}\b",
    re.IGNORECASE,
)
# "..., oops 0142": where no time was asked for, three digits or more that are no time of day.
_PUT_RIGHT = re.compile(
    r"(?:\bshould be|\bsorry|\bi mean[t]?|\boops|\bcorrection|\bno,? (?:it'?s|its)?|\bwait|\bmake (?:that"
    r"|it))"
    r"[\s,:]*(?P<a>\d{3,7})\b(?!\s*(?:[ap]\.?m|o'?clock|:))",
    re.IGNORECASE,
)
_EXTENSION_ALONE = re.compile(
    r"\b(?:ext(?:ension|n)?\.?)(?: (?:number|no\.?|is|to))*[\s:,#]*(?P<ext>\d{1,6})(?!\d)", re.IGNORECASE
)


def contacts(
    text: str, asked_for: str | None, region: str, known_phone: str | None = None
) -> Iterator[Detail]:
    """Numbers that could be dialled, and addresses; a poor one too when one was asked for."""
    addresses = list(emails(text))
    yield from _addresses(addresses, asked_for)
    spans = [Detail(EMAIL, each.typed, each.start, each.end) for each in addresses]
    free = folded(blank_out(text, spans))
    found = numbers(free, region)
    meant = [number for number in found if number.dialled]
    if len(meant) > 1:
        meant = _not_refused(free, meant)
    elif meant and _is_refused_alone(free, meant[0]):
        yield Detail("refused_phone", str(meant[0].dialled), meant[0].start, meant[0].end)
        return
    for number in found:
        if number.dialled and number not in meant:
            yield Detail("refused_phone", number.dialled, number.start, number.end)
    different = list({number.dialled: number for number in meant}.values())
    if len(different) == 1:
        yield _corrected(free, different[0], region)
    elif different:
        yield from (Detail(PHONE_CHOICE, str(each.dialled), each.start, each.end) for each in different)
    elif known_phone and (extension := _EXTENSION_ALONE.search(free)):
        value = f"{split_extension(known_phone)[0]};ext={extension['ext']}"
        yield Detail(PHONE, value, extension.start(), extension.end())
    elif known_phone and (ending := _ending(free, asked_for)):
        yield from _with_ending(known_phone, ending, region)
    elif asked_for in (PHONE, EMAIL):
        yield from _poor(found, free, asked_for)


def _ending(free: str, asked_for: str | None, start: int = 0) -> re.Match[str] | None:
    """Where the last digits are given anew; an hour that is put right is none."""
    found = _ENDING.search(_in_digits(free), start)
    return found or (None if asked_for == BEST_TIME else _PUT_RIGHT.search(free, start))


def _in_digits(free: str) -> str:
    """The text with the said digits behind "ends in" as digits, in the same places."""
    said = _SAID_ENDING.search(free)
    digits = digits_said(said["said"]) if said else ""
    if not said or not digits:
        return free
    return free[: said.start("said")] + digits.ljust(len(said["said"])) + free[said.end("said") :]


def _addresses(addresses: Sequence[Email], asked_for: str | None) -> Iterator[Detail]:
    valid = [each for each in addresses if each.address]
    for each in valid[-1:]:  # of several the last: "a@x.org, no, b@x.org"
        yield Detail(EMAIL, str(each.address), each.start, each.end)
    for each in addresses if not valid and asked_for in (PHONE, EMAIL) else ():
        yield Detail(BAD_CONTACT, each.typed, each.start, each.end)


def _not_refused(free: str, found: Sequence[Number]) -> list[Number]:
    """The numbers that may be called; of several the one that is clearly meant."""
    kept = [number for index, number in enumerate(found) if not _is_refused(free, found, index)]
    chosen = [number for number in kept if _MEANT_BEFORE.search(_before(free, found, number))]
    is_clear = len(chosen) == 1 and len(kept) > 1 and _clearly(free, chosen[0])
    return chosen if is_clear and not re.search(r"\bor\b|\bthen\b|\bbackup\b", free) else kept


def _clearly(free: str, number: Number) -> bool:
    return bool(
        re.search(
            r"\b(?:best|better|prefer\w*|instead|use|correct|new|right)\b",
            free[: number.start][-40:],
            re.IGNORECASE,
        )
    )


def _is_refused(free: str, found: Sequence[Number], index: int) -> bool:
    number = found[index]
    if _REFUSED_BEFORE.search(_before(free, found, number)):
        return True
    if _SECOND_BEHIND.match(free[number.end :]):
        return True
    is_last = index == len(found) - 1
    end = len(free) if is_last else found[index + 1].start
    behind = _REFUSED_BEHIND.match(free[number.end : end])
    if behind is None:
        return False
    return not is_last or "wrong" in behind.group() or "old" in behind.group()


def _is_refused_alone(free: str, number: Number) -> bool:
    before = free[: number.start][-60:]
    return bool(
        re.search(
            r"(?:don'?t|do not|never) (?:call|use|ring|text|try|phone|dial)(?: (?:me|my|the|on|at|old"
            r"|number|cell|home|work|phone))*[\s:]*$",
            before,
            re.IGNORECASE,
        )
    )


def _before(free: str, found: Sequence[Number], number: Number) -> str:
    start = max((other.end for other in found if other.end <= number.start), default=0)
    return free[start : number.start][-60:]


def _corrected(free: str, number: Number, region: str) -> Detail:
    """The number, its end replaced when that was put right at once: "..., sorry, 0142 at the end"."""
    ending = _ending(free, None, number.end)
    dialled = _ended(str(number.dialled), ending, region) if ending else None
    return Detail(
        PHONE,
        dialled or str(number.dialled),
        number.start,
        ending.end() if dialled and ending else number.end,
    )


def _with_ending(known: str, ending: re.Match[str], region: str) -> Iterator[Detail]:
    if dialled := _ended(known, ending, region):
        yield Detail(PHONE, dialled, ending.start(), ending.end())


def _ended(dialled: str, ending: re.Match[str], region: str) -> str | None:
    digits = next(group for group in ending.groups() if group)
    number, extension = split_extension(dialled)
    changed = number_in_e164(number[: -len(digits)] + digits, region=region)
    return f"{changed};ext={extension}" if changed and extension else changed


def _poor(found: Sequence[Number], free: str, asked_for: str) -> Iterator[Detail]:
    poor = next((number for number in found if not number.dialled), None)
    if poor:
        yield Detail(BAD_CONTACT, poor.typed, poor.start, poor.end)
        return
    if address := re.search(r"\b[\w.]+\.(?:com|net|org|edu|co\.uk)\b", free, re.IGNORECASE):
        yield Detail(BAD_CONTACT, address.group(), address.start(), address.end())
        return
    free = CLOCKS.sub(lambda match: " " * len(match.group()), free)
    digits = re.search(r"(?<![\w$€£])\d[\d\s().-]*\d(?!\w)|(?<!\w)\d(?!\w)", free)
    if digits and asked_for == PHONE and not re.search(r"[ap]m\b|:", free[digits.end() : digits.end() + 3]):
        count = sum(map(str.isdigit, digits.group()))
        if count >= MIN_NUMBER_DIGITS or len(re.findall(r"\w+", free)) <= 8:
            yield Detail(BAD_CONTACT, digits.group(), digits.start(), digits.end())
