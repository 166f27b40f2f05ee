"""A greeting or a thank you before a question is answered in a few words, before the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from components.decision.told import FIRST_WORDS, what_is_told
from components.segments import asks, split_parts

# What Rasa is told where words come before an answer (`data/answering.yml`).
TALK_AND_ANSWER = "talk_and_answer"
WELCOME, HELLO = "utter_welcome_first", "utter_hello_first"
# "Hi, how much is it" asks; whoever says hello and tells something first is greeted.
MIN_TOLD_WORDS = 3
_AH = r"(?:(?:oh|ok|okay|great|wow|perfect|awesome|cool|good|alright)[,.! ]+){0,3}"
_THANKS = re.compile(rf"{_AH}(?:many |thousand )?(?:thanks?|thx|ty|tysm)\b", re.IGNORECASE)
_HELLO = re.compile(
    r"(?:hi+|hello+|hey+|howdy|greetings|good (?:morning|afternoon|evening))\b", re.IGNORECASE
)
_BARE_HELLO = re.compile(rf"{_HELLO.pattern}(?: there| all| everyone| folks| again)?[,.! ]*", re.IGNORECASE)


def first_words(decided: Mapping[str, Any], text: str) -> str:
    """The utterance that comes before the answer, or nothing."""
    parts = split_parts(text.lower())
    if decided["outcome"] != "answered" or not decided["intent"].startswith("faq/"):
        return ""
    if warm := FIRST_WORDS.get(what_is_told(text)):
        return warm
    if not asks(parts[-1]):
        return ""
    if _THANKS.match(text):
        return WELCOME
    told = " ".join(part for part in parts if not asks(part))
    is_story = len(_BARE_HELLO.sub("", told, count=1).split()) >= MIN_TOLD_WORDS
    return HELLO if _HELLO.match(text) and is_story else ""
