"""What the bot knows about each answer besides its questions: title, what comes next, and so on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rasa.shared.nlu.training_data.message import Message

FAQ = "faq"
PREFIX = f"{FAQ}/"
FOLLOW_UPS = "follow_up/"
MORE = "utter_more/"
SPANISH = "spanish"
STUDIES = "studies"  # the aspect of what research on an answer has found
MEANS = "means"  # the aspect of what the words of an answer mean
EMPTY: Mapping[str, Any] = MappingProxyType({})
REST = "rest"  # the aspect of what a long answer leaves for "tell me more"


@dataclass(frozen=True)
class AnswerBook:
    """Metadata of the answers by intent (`faq/<id>`), and what is known for follow-ups.

    `passages`: names of what answers can say more (`utter_more/<id>_<aspect>`); `leads`: where a
    follow-up leads when its answer says nothing about it (`follow_up/<aspect>` -> answer id); `spanish`:
    title and words in Spanish by answer id (`data/languages.yml`); `meanings`: the text of each passage that
    says what the words of its answer mean.
    """

    answers: Mapping[str, Mapping[str, Any]]
    passages: Collection[str] = ()
    leads: Mapping[str, str] | None = None
    spanish: Mapping[str, Mapping[str, Any]] | None = None
    meanings: Mapping[str, str] | None = None

    @classmethod
    def from_training(
        cls, examples: Iterable[Message], responses: Mapping[str, Sequence[Mapping[str, Any]]] = EMPTY
    ) -> AnswerBook:
        """Collect the metadata that Rasa attached to each training example, and the passages."""
        answers: dict[str, Mapping[str, Any]] = {}
        leads: dict[str, str] = {}
        spanish: Mapping[str, Mapping[str, Any]] = {}
        for example in examples:
            intent = example.get_full_intent()
            metadata = (example.get("metadata") or {}).get("intent") or {}
            if intent.startswith(PREFIX):
                answers.setdefault(intent, metadata)
            elif intent.startswith(FOLLOW_UPS) and metadata.get("leads_to"):
                leads[intent] = str(metadata["leads_to"])
            elif intent == SPANISH and metadata.get("answers"):
                spanish = metadata["answers"]
        passages = sorted(name for name in responses if name.startswith(MORE))
        meanings = {name: _texts(responses[name]) for name in passages if name.endswith(f"_{MEANS}")}
        return cls(answers, passages, leads, spanish, meanings)

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

    def neighbours(self, intent: str) -> list[str]:
        """Answers that a short message after this one may well be about, the nearest first."""
        answer = self.answers.get(intent, {})
        named = [*(answer.get("follow_ups") or {}).values(), *(answer.get("next") or ())]
        near = [PREFIX + name for name in named if PREFIX + name in self.answers]
        akin = [other for other in self.answers if other != intent and self.share_a_topic(intent, other)]
        return list(dict.fromkeys([*near, *akin]))

    def passage(self, intent: str, aspect: str) -> str | None:
        """Name of the passage in which this answer speaks of an aspect."""
        name = f"{MORE}{intent.removeprefix(PREFIX)}_{aspect}"
        return name if name in self.passages else None

    def meaning(self, intent: str) -> str:
        """What the words of this answer mean, in small letters; nothing where it does not say."""
        return (self.meanings or {}).get(self.passage(intent, MEANS) or "", "")

    def link(self, intent: str, aspect: str) -> str | None:
        """The answer that speaks of an aspect of this one."""
        name = PREFIX + str((self.answers.get(intent, {}).get("follow_ups") or {}).get(aspect))
        return name if name in self.answers else None

    def lead(self, aspect: str) -> str | None:
        """The answer that speaks of an aspect of whatever was answered."""
        name = PREFIX + str((self.leads or {}).get(FOLLOW_UPS + aspect))
        return name if name in self.answers else None

    def offers_call(self, intent: str) -> bool:
        return bool(self.answers.get(intent, {}).get("offer_call"))

    def is_clinical(self, intent: str) -> bool:
        return bool(self.answers.get(intent, {}).get("clinical"))

    def is_about(self, intent: str, topics: Collection[str]) -> bool:
        """Whether this answer serves one of the topics."""
        return bool(set(self.answers.get(intent, {}).get("topics") or ()) & set(topics))

    def share_a_topic(self, one: str, other: str) -> bool:
        return self.is_about(one, self.answers.get(other, {}).get("topics") or ())

    def meaning_of_it(self, intent: str) -> str | None:
        """What "it" means right after this answer, for example "a session"."""
        return self.answers.get(intent, {}).get("it")

    def part(self, intent: str, confidence: float, *, passage: str | None = None) -> dict[str, Any]:
        """One thing the visitor asked, as actions and the web half see it."""
        part = {
            "intent": intent,
            "title": self.title(intent),
            "confidence": round(float(confidence), 4),
            "next": self.next_choices(intent),
            "offer_call": self.offers_call(intent),
            "it": self.meaning_of_it(intent),
            "is_long": self.passage(intent, REST) is not None,
        }
        return {**part, "passage": passage} if passage else part


def _texts(variants: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(str(each.get("text") or "") for each in variants).lower()
