"""The outgoing edge: what of a bot's reply may stand in a text that a visitor reads.

Texts come from the manifest and nowhere else. Into them go typed parts: each value has a kind that
says what it can look like. Buttons carry titles of published answers, or of skills that are known.
What does not fit is left out or refused, and said in the log without its words.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Mapping

from content.choice_titles import EVERY_TITLE
from web.bot.client import Offer, Reply
from web.bot.manifest import Manifest
from web.core.errors import BotFailed

logger = logging.getLogger(__name__)

ANSWER_INTENT = "faq/"
MAX_NAME_CHARS, MAX_TIME_CHARS, MAX_NOTE_CHARS = 60, 80, 600
DETAIL = "inform"
_LINK = re.compile(r"https?:|www\.|://|\b[\w-]+\.(?:com|net|org|info|io|ru|cn)\b", re.IGNORECASE)
_OF_A_NAME, _OF_A_TIME = frozenset(" .'’-"), frozenset(" .,:;'’/&+()-–—…!?#")
_NUMBER = r"\+?[\d\s().\-/x]{3,30}(?: ext\. \d{1,6})?"
_EMAIL = r"[^\s@<>\"]{1,64}@[\w.-]{1,190}\.[a-z]{2,24}"
_CONTACT = re.compile(rf"(?:(?:[^\W\d_]+ ){{0,6}}{_NUMBER}|{_EMAIL})?", re.IGNORECASE)
_GIVEN = re.compile(r"[\d\s()+.\-/x#]{1,40}", re.IGNORECASE)
_LINK_WORD = re.compile(rf"\S*(?:{_LINK.pattern})\S*", re.IGNORECASE)
_DAY = re.compile(r"[^\W\d_]+(?:, [^\W\d_]+ \d{1,2})?")
_TIMES = re.compile(r"[\w: ]{1,120}")
_PLAIN_WORDS = re.compile(r"(?:[^\W\d_]+[ ]?){0,8}")


def values_of(reply: Reply) -> dict[str, str]:
    """The typed parts of a reply. Raises BotFailed when one is not what its kind can be."""
    kept: dict[str, str] = {}
    for name, value in reply.values.items():
        if name not in _KINDS:
            logger.error("Alert: a reply of %s carries a value that no text may hold", reply.utterance)
            continue
        kept[name] = _KINDS[name](value)
    return kept


def choices_of(reply: Reply, manifest: Manifest, *, language: str) -> tuple[Offer, ...]:
    """The buttons under a reply: answers by their published title, skills by a title we know."""
    return tuple(offer for each in reply.choices if (offer := _choice(each, manifest, language)) is not None)


def _choice(offer: Offer, manifest: Manifest, language: str) -> Offer | None:
    if offer.intent.startswith(ANSWER_INTENT):
        title = manifest.title(offer.intent, language)
        name = offer.intent.removeprefix(ANSWER_INTENT)
        return Offer(title, offer.intent) if title and name not in manifest.withdrawn else None
    is_number = offer.intent == DETAIL and re.fullmatch(_NUMBER, offer.title)
    if offer.title in EVERY_TITLE or is_number:
        return offer
    logger.error("Alert: a button for %s has an unknown title", offer.intent)
    return None


# In the middle of the form, read back on request (actions/callback_details.py).
_NO_CONTACT_YET = frozenset({"not given yet", "todavía no"})
_MOMENT = re.compile(r"[^\W_]+(?:,? [^\W_]+){1,4}(?::\d\d)?(?: (?:am|pm))?")


def _name(value: str) -> str:
    return _without_others(value, _OF_A_NAME, "LM", MAX_NAME_CHARS)


def _time(value: str) -> str:
    return _without_others(value, _OF_A_TIME, "LMN", MAX_TIME_CHARS)


def _without_others(value: str, signs: frozenset[str], categories: str, max_chars: int) -> str:
    """A visitor's own words, read back: only what such words are made of, on one line."""
    if _LINK.search(value):
        return ""
    kept = (c if c in signs or unicodedata.category(c)[0] in categories else " " for c in value)
    return " ".join("".join(kept).split())[:max_chars].strip()


def _note(value: str) -> str:
    """A visitor's wish, word for word, on one line; an address in it could be pressed and is left out."""
    words = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return _LINK_WORD.sub("(link)", words)[:MAX_NOTE_CHARS]


def _name_of_answer(value: str) -> str:
    return _without_others(value, frozenset(" ¿?.,'-"), "LMN", MAX_TIME_CHARS)


def _fitting(kind: re.Pattern[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not kind.fullmatch(value):
            raise BotFailed("a value is not what its kind can be")
        return value

    return check


_KINDS: Mapping[str, Callable[[str], str]] = {
    "first_name": _name,
    "best_time": _time,
    "contact": lambda value: value if value in _NO_CONTACT_YET else _fitting(_CONTACT)(value),
    "sent_at": _fitting(_MOMENT),
    "given": lambda value: value if _GIVEN.fullmatch(value) else "",
    "patient": _fitting(_PLAIN_WORDS),
    "leave_message": _fitting(_PLAIN_WORDS),
    "note": _note,
    "spanish_title": _name_of_answer,
    "call_whom": _fitting(_PLAIN_WORDS),
    "say_why": _fitting(_PLAIN_WORDS),
    "day": _fitting(_DAY),
    "times": _fitting(_TIMES),
    "holiday": _name,
}
