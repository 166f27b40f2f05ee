"""What a check asks for, in words for an owner: what failed is told by the checks' own names."""

from __future__ import annotations

from collections.abc import Sequence

WORDS = {
    "topic": "an answer to what was asked",
    "topic_or_offer": "an answer to what was asked, or the offer of one",
    "offer": "the fitting answer among the choices",
    "topics_all": "something on everything that was asked",
    "only_topics": "no answer on something else",
    "no_answer": "no answer from the content here",
    "not_repeat": "not the same words again",
    "picks": "the choice that was picked",
    "says": "words that take up what was said",
    "not_says": "none of the words that do not fit here",
    "utterance": "the reply that belongs here",
    "not_utterance": "another reply",
    "declined": "no “I have no answer” where there is one, and the honest word where there is none",
    "asks_back": "no question back where it is plain what was meant",
    "offers_person": "the offer of a person, or none where it was refused",
    "skill": "the everyday reply that fits",
    "in_form": "the form for a call only when it was asked for, and then to its end",
    "asks_for": "the next question of the form for a call",
    "readback_has": "all details read back as they were given",
    "readback_lacks": "nothing read back that was not given",
    "sent": "a request sent after a clear yes, and only then",
    "callback_open": "a request that stands, or is taken back, as the visitor said",
    "card": "a crisis card when somebody is in danger, and only then",
    "crisis_mode": "a reply that stays with somebody in danger",
    "any_of": "a reply that fits what was said",
}
_ELSE = "the form for a call as the visitor fills it in"


def in_words(failed: Sequence[str]) -> str:
    """What is wanted where these checks failed; the first of each kind says it."""
    found = dict.fromkeys(WORDS.get(each.partition(":")[0], _ELSE) for each in failed)
    return "; ".join(found)
