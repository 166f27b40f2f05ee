"""What holds for every text that an owner shows without an answer around it: facts and notices."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.clinical import Judge
from clinic.clinical_words import Reason
from clinic.facts import TEXTS
from clinic.policies import Policy
from clinic.replies import promises_and_doses


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
