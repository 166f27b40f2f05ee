"""What a short message behind an answer gets: more of that answer, another one, or an honest "no".

An answer serves a follow-up by a passage of its own, or by a link to another answer. Where it has
neither, what the message means by itself counts, then where such follow-ups lead in general; last,
one approved sentence says what is not known here, with what else the answer can say.
"""

from __future__ import annotations

from collections.abc import Sequence

from components.decision.answer_book import FOLLOW_UPS, REST, AnswerBook
from components.decision.choices import decision
from components.decision.follow_up_meaning import (
    SO_ASPECT,
    Before,
    Decision,
    asks_by_itself,
    asks_nothing,
    asks_the_same,
    is_open,
    is_whole,
    leads_on,
    points_back,
)
from components.decision.follow_up_replies import LIKELY_NEIGHBOUR, LIKELY_SAME, NEIGHBOUR, Replies
from components.decision.leaning import content_words
from components.decision.own_words import asks_of_the_words
from components.follow_ups import NO_ASPECT, AskedAspect

# Utterances that were said lately, oldest first (actions/answering.py).
SAID_SLOT = "said"
# A message of none but follow-up words is one sooner than a message with a word of its own.
SURE_BARE = 0.4


def follow_up(understood: Decision, asked: AskedAspect | None, before: Before, book: AnswerBook) -> Decision:
    """The decision on a message, given what was answered before it."""
    replies = Replies(before, book, understood, asked)
    if about := asks_of_the_words(before, book):
        return replies.aspect(about, understood["confidence"])
    if asks_the_same(understood, before, book):
        return replies.aspect(SO_ASPECT, understood["confidence"])
    if is_whole(understood, before):
        return replies.by_itself()
    if asked and asked.is_first_clause:
        found = replies.by_aspect(asked) if is_open(understood) else None
        return found or (replies.not_twice() if understood["outcome"] == "answered" else understood)
    if asked and _asks_on(understood, asked, before):
        return replies.aspect(asked.aspect, asked.confidence)
    if understood["outcome"] == "answered":
        return replies.not_twice()
    is_declined = understood["outcome"] == "declined"
    if is_declined and before.is_correction and (meant := replies.instead(LIKELY_SAME)):
        return meant
    return _where_open(understood, asked, before, replies) if asked and is_open(understood) else understood


def _asks_on(understood: Decision, asked: AskedAspect, before: Before) -> bool:
    """Whether a message of follow-up words alone asks more of the last answer."""
    is_bare = not asked.own_words and asked.confidence >= SURE_BARE
    asks_something = f"{FOLLOW_UPS}{asked.aspect}" != NO_ASPECT
    return is_bare and asks_something and not asks_by_itself(understood, asked, before)


def _where_open(understood: Decision, asked: AskedAspect, before: Before, replies: Replies) -> Decision:
    """The decision on a message that nobody is sure of: what lies near the last answer, then that answer."""
    if understood["outcome"] == "skill" and not leads_on(before):
        return replies.by_aspect(asked) or understood
    is_back = points_back(understood, asked, before)
    found = replies.by_neighbours(NEIGHBOUR) or replies.by_aspect(asked)
    found = found or (replies.by_name() if is_back else None)
    found = found or replies.by_neighbours(LIKELY_NEIGHBOUR)
    is_open_elsewhere = understood["outcome"] == "asked_back" and asks_nothing(asked)
    is_open_elsewhere = is_open_elsewhere and bool(content_words(before.text))
    return found or (replies.unclear() if is_back and not is_open_elsewhere else understood)


def more_of(intent: str, said: Sequence[str], book: AnswerBook) -> Decision:
    """The decision on a pressed "Tell me more": the rest of a long answer, then what else it can say."""
    nothing = decision("answered", intent, 1.0)
    return Replies(Before(intent, said), book, nothing).aspect(REST, 1.0)
