"""Reads e-mail addresses, typed or spelled out; `email-validator` judges them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from components.form_extractors.plain_text import folded

_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"
_TYPED = re.compile(rf"(?<!{_LOCAL})(?:{_LOCAL}+)?\s?@\s?[\w.-]*", re.IGNORECASE)
_MARK = r"(?:dot|point|punto|\(dot\)|\[dot\])"
_SAID = re.compile(
    rf"(?<![\w@.])(?P<local>{_LOCAL}+(?:\s+(?:dot|point|underscore|dash|hyphen|plus|minus"
    rf"|punto|guion)\s+{_LOCAL}+){{0,5}})\s*(?:\s(?:at|arroba)\s|[(\[]at[)\]])\s*"
    rf"(?P<domain>[\w-]+(?:(?:\s+{_MARK}\s+|\s*[(\[]dot[)\]]\s*|\.)[\w-]+){{1,4}})(?!\w)",
    re.IGNORECASE,
)
_SIGNS = {
    "dot": ".",
    "point": ".",
    "punto": ".",
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "guion": "-",
    "minus": "-",
    "plus": "+",
}
# "at noon.thanks" is a time; an address ends like one.
_TOP_LEVELS = re.compile(
    r"\.(?:com|net|org|edu|gov|io|co|us|uk|ca|info|biz|me|de|fr|es|mx|example|test|mail"
    r"|health|email|[a-z]{2})$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Email:
    """An address of a text, or None when something is missing in it."""

    address: str | None
    typed: str
    start: int
    end: int


def emails(text: str) -> Iterator[Email]:
    """Every address of a text, and what seems to have meant one."""
    plain = folded(text)
    seen = []
    for match in _TYPED.finditer(plain):
        start = match.start() + len(match.group()) - len(match.group().lstrip(" '`.(<"))
        typed = plain[start : match.end()].rstrip(".-_'")
        seen.append((start, match.end()))
        yield Email(_valid(typed.replace(" ", "")), typed.strip(), start, start + len(typed))
    for match in _SAID.finditer(plain):
        if any(start < match.end() and match.start() < end for start, end in seen):
            continue
        address = _valid(f"{_signed(match['local'])}@{_signed(match['domain'])}")
        if address and _TOP_LEVELS.search(address):
            yield Email(address, match.group(), match.start(), match.end())


def _signed(said: str) -> str:
    words = re.split(r"\s+|(?<=\w)(?=[(\[])|(?<=[)\]])(?=\w)", said.strip())
    return "".join(_SIGNS.get(word.lower().strip("()[]"), word) for word in words)


def _valid(address: str) -> str | None:
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return found.normalized.lower() if "." in found.domain else None
