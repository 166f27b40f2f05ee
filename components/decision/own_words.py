"""Who asks about the last answer's own words: what one means, what studies found, whether to stop it."""

from __future__ import annotations

import re

from components.decision.answer_book import MEANS, STUDIES, AnswerBook
from components.decision.follow_up_meaning import Before
from components.decision.leaning import content_words
from components.decision.words import words

MIN_LETTERS = 4  # of a word that is looked for in what an answer explains
# "You said results are mixed. Mixed how?": words of the bot, thrown back at it.
MAX_WORDS = 20
_ASKS_MEANING, _ASKS_STUDIES, _OF_STUDIES = words("asks_meaning"), words("asks_studies"), words("of_studies")
STOP = "stop"
_ASKS_TO_STOP = words("asks_to_stop")
_WORD = re.compile(r"[^\W\d_]+")


def asks_of_the_words(before: Before, book: AnswerBook) -> str:
    """The aspect of the last answer that a message asks about, or nothing."""
    text = before.text.lower().replace("’", "'")
    if len(text.split()) > MAX_WORDS:
        return ""
    warning = book.passage(before.intent, STOP)
    if warning and warning not in before.said and _ASKS_TO_STOP.search(text):
        return STOP
    named = [word for word in content_words(text) if len(word) >= MIN_LETTERS]
    if _ASKS_MEANING.search(text):
        explained = set(_WORD.findall(book.meaning(before.intent)))
        if explained.intersection(named):
            return MEANS
    own = [word for word in named if not _OF_STUDIES.fullmatch(word)]
    is_told = any(book.passage(before.intent, aspect) for aspect in (STUDIES, "really"))
    return STUDIES if is_told and _ASKS_STUDIES.search(text) and not own else ""
