"""What a clinic may word otherwise on a card, and what stays whoever words it: the lines that save lives.

The buttons are never changed. A text that breaks a rule here is not shown; the one that ships is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MAX_TEXT_WORDS, MAX_NEXT_STEP_WORDS = 45, 20
READER = "{reader}"
_NUMBER = re.compile(r"\d(?:[\d-]*\d)?")
_MARKUP = re.compile(r"[*_\[\]<>{}|\\]|https?:|www\.", re.IGNORECASE)


def problems(texts: Mapping[str, Any], kind: str, text: str, next_step: str) -> list[str]:
    """Everything that keeps these words from a card, in sentences. `texts`: those that ship."""
    return [*_about_text(texts, kind, text), *_about_next_step(texts, next_step)]


def _about_text(texts: Mapping[str, Any], kind: str, text: str) -> list[str]:
    shipped = str(texts["cards"][kind]["text"])
    found = []
    if text.count(READER) != 1:
        found.append(f"{READER} stands in it once: there the card says whether a person reads along.")
    said = _numbers(text)
    for number in dict.fromkeys(_NUMBER.findall(shipped)):
        if number not in said:
            found.append(f"{number} has to stay in the text.")
    if "?" in shipped and kind.startswith("check") and "?" not in text:
        found.append("It has to ask a question: the buttons below answer it.")
    words = len(text.replace(READER, str(texts["readers"]["nobody"])).split())
    if words > MAX_TEXT_WORDS:
        found.append(f"It has {words} words with what stands at {READER}; {MAX_TEXT_WORDS} are the most.")
    return [*found, *_about_both(texts, text.replace(READER, ""))]


def _about_next_step(texts: Mapping[str, Any], next_step: str) -> list[str]:
    words = len(next_step.split())
    found = []
    if not 0 < words <= MAX_NEXT_STEP_WORDS:
        found.append(f"The next step has between 1 and {MAX_NEXT_STEP_WORDS} words.")
    return [*found, *_about_both(texts, next_step)]


def _about_both(texts: Mapping[str, Any], text: str) -> list[str]:
    """No number that is no emergency line, and no markup: a card is read at once or not at all."""
    strange = sorted(_numbers(text) - _known(texts))
    found = [f"“{number}” is no line of these cards. Leave it out." for number in strange]
    if _MARKUP.search(text):
        found.append("A card holds plain words: no marks, links or braces.")
    return found


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def _known(texts: Mapping[str, Any]) -> set[str]:
    """Every number that stands anywhere on the cards that ship."""
    return _numbers(str(texts))
