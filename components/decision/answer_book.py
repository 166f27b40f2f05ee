"""What the bot knows about each answer besides its questions: title, what comes next, and so on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rasa.shared.nlu.training_data.message import Message

FAQ = "faq"
PREFIX = f"{FAQ}/"


@dataclass(frozen=True)
class AnswerBook:
    """Metadata of the answers by intent (`faq/<id>`)."""

    answers: Mapping[str, Mapping[str, Any]]

    @classmethod
    def from_examples(cls, examples: Iterable[Message]) -> AnswerBook:
        """Collect the metadata that Rasa attached to each training example of an answer."""
        answers: dict[str, Mapping[str, Any]] = {}
        for example in examples:
            intent = example.get_full_intent()
            if intent.startswith(PREFIX) and intent not in answers:
                answers[intent] = (example.get("metadata") or {}).get("intent") or {}
        return cls(answers)

    def title(self, intent: str) -> str:
        """What a choice for this answer shows."""
        fallback = intent.removeprefix(PREFIX).replace("_", " ")
        return str(self.answers.get(intent, {}).get("title") or fallback)

    def choice(self, intent: str) -> dict[str, str]:
        return {"title": self.title(intent), "intent": intent}

    def next_choices(self, intent: str) -> list[dict[str, str]]:
        """What to offer after this answer; ids this release does not hold are left out."""
        following = [PREFIX + name for name in self.answers.get(intent, {}).get("next") or ()]
        return [self.choice(name) for name in following if name in self.answers]

    def offers_call(self, intent: str) -> bool:
        return bool(self.answers.get(intent, {}).get("offer_call"))

    def is_about(self, intent: str, topics: Collection[str]) -> bool:
        """Whether this answer serves one of the topics."""
        return bool(set(self.answers.get(intent, {}).get("topics") or ()) & set(topics))

    def share_a_topic(self, one: str, other: str) -> bool:
        return self.is_about(one, self.answers.get(other, {}).get("topics") or ())

    def meaning_of_it(self, intent: str) -> str | None:
        """What "it" means right after this answer, for example "a session"."""
        return self.answers.get(intent, {}).get("it")

    def part(self, intent: str, confidence: float) -> dict[str, Any]:
        """One thing the visitor asked, as actions and the web half see it."""
        return {
            "intent": intent,
            "title": self.title(intent),
            "confidence": round(float(confidence), 4),
            "next": self.next_choices(intent),
            "offer_call": self.offers_call(intent),
            "it": self.meaning_of_it(intent),
        }
