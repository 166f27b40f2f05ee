"""Which answers and skills are right for which topic: the rule of scoring, for every evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# Topics that no answer serves, and the intents that do.
SKILLS = {
    "crisis": {"safety"}, "emergency": {"safety"}, "oos": {"out_of_scope", "other_language"},
    "greeting": {"greet"}, "thanks": {"thank"}, "goodbye": {"goodbye"}, "affirm": {"affirm"},
    "deny": {"deny"}, "bot_identity": {"bot_identity", "capabilities"}, "callback": {"callback"},
    "talk_to_human": {"talk_to_human"},
}  # fmt: skip
# Pairs that may be swapped without error (shared rules of scoring).
SWAPS = (
    {"bad_trip", "hallucinations", "k_hole"}, {"boosters", "how_many"}, {"frequency", "how_many"},
    {"stories", "effectiveness"}, {"booking", "callback", "talk_to_human"},
    {"eligibility", "contraindication"}, {"monitoring", "credentials"},
    {"lower_dose", "what_is_ketamine"}, {"crisis", "emergency"},
)  # fmt: skip
CHITCHAT_INTENTS = {
    "greet", "capabilities", "bot_identity", "insult", "compliment", "awake", "introduction", "laugh",
    "thinking", "sarcasm", "bot_complaint", "missed_point", "business", "upset", "nervous", "never_mind",
    "language_asked", "remark", "broken_chat", "angry_goodbye", "sorrow", "hardship", "for_somebody",
    "accusation", "joke",
}  # fmt: skip
OUT_OF_SCOPE = "oos"


class Serving:
    """Knows which intents serve which topics, from the answers of a release's manifest."""

    def __init__(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        self._topics: dict[str, set[str]] = {
            f"faq/{name}": set(answer.get("topics") or ()) for name, answer in answers.items()
        }
        for topic, intents in SKILLS.items():
            for intent in intents:
                self._topics.setdefault(intent, set()).add(topic)

    def serves(self, intent: str, topic: str) -> bool:
        """Whether what `intent` gives is right for `topic`, swaps included."""
        served = self._topics.get(intent, set())
        if topic in served:
            return True
        return any(topic in swap and served & swap for swap in SWAPS)

    def all_served(self, topics: Iterable[str], given: Iterable[str]) -> bool:
        """Whether each topic is served by something that was given."""
        some = list(given)
        return all(any(self.serves(intent, topic) for intent in some) for topic in topics)


def is_declined_well(outcome: str, intent: str) -> bool:
    """Declined, asked back (always with "none of these"), or small talk taken as such."""
    is_talk = outcome == "skill" and intent in CHITCHAT_INTENTS
    return outcome in ("declined", "asked_back") or is_talk
