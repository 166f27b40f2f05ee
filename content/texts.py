"""What holds for every text that an owner shows without an answer around it: facts and notices."""

from __future__ import annotations

from dataclasses import dataclass

from content.clinical import Judge
from content.clinical_words import Reason
from content.facts import TEXTS
from content.policies import Policy
from content.replies import promises_and_doses


@dataclass(frozen=True)
class TextRules:
    """The checks that replies pass too, and the judge of what is clinical."""

    policy: Policy
    judge: Judge

    def problems(self, text: str) -> list[str]:
        """What no text may say, signed or not."""
        return list(promises_and_doses(text, self.policy))

    def why_clinical(self, name: str, value: object) -> list[Reason]:
        """Why a fact is clinical; one that is not free text (a phone, hours) never is."""
        return self.judge.of_fact(name, value) if name in TEXTS and isinstance(value, str) else []
