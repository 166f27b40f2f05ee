"""Who works in the studio, and an answer to work on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from content.answers import Answer, Source
from content.clinical import Judge
from content.clinical_words import read_words
from content.policies import Policy
from content.texts import TextRules
from content.wording import Wording


@dataclass(frozen=True)
class Person:
    id: str
    name: str


OWNER = Person("owner", "Olive Owner")
SECOND_OWNER = Person("second-owner", "Sam Owner")
CLINICIAN = Person("clinician", "Dr. Ana Ruiz")

PARKING = Answer(
    "parking",
    title="Where do I park?",
    questions=("where can i park", "is there parking", "parking lot?", "do you have a garage", "park my car"),
    wordings=(Wording("You can park behind the house."),),
    topics=("location",),
    sources=(Source("The clinic's own facts"),),
    review_by="2027-05-01",
)
DRIVING = replace(
    PARKING,
    id="driving",
    title="May I drive home?",
    clinical=True,
    questions=("can i drive", "driving after", "may i drive home", "is driving ok", "drive myself?"),
    wordings=(Wording("Please do not drive until the next day. Bring somebody who takes you home."),),
    sources=(Source("Ketamine label, FDA", read_at="https://example.org/label"),),
)


JUDGE = Judge(read_words())
RULES = TextRules(Policy(), JUDGE)


def changed(answer: Answer, **what: Any) -> Answer:
    return replace(answer, **what)
