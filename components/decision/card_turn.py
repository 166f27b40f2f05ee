"""What a message gets behind a safety card: an approved follow-up, or what it plainly asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.after_card import BELIEVED, QUESTION, STILL_HERE, FollowUps, taught_follow_ups
from components.decision.answer_book import PREFIX
from components.decision.choices import decision
from components.decision.leaning import is_whole_question
from components.keys import LANGUAGE, READING_TEXT, REFUSED, SAFETY, VECTORS
from components.onnx_encoder import encoder_folder, shared_encoder
from components.safety_gate import OTHER
from components.segments import asks, split_parts
from safety.calm import CALM, CALM_BODY, EMERGENCY
from safety.denials import (
    ASKED_NO,
    DENIES,
    HARMLESS,
    PUT_AWAY,
    has_asked_and_heard_no,
    is_all_right,
    is_plain_denial,
    is_put_away,
    may_be_farewell,
)

# So many taught questions stand for "asks something" among what is said after a card.
MAX_QUESTIONS = 800
# After a card an answer from the shelf comes only when it is plainly asked for.
PLAINLY_ASKED = 0.8
# A body in danger comes first: what is asked then is mostly about that.
PLAINLY_ASKED_IN_AN_EMERGENCY = 0.9
# Who says one of these may ask about something else in the same breath.
SAFE = frozenset(
    {"better", "denies", "helped", "not_taken", "on_phone", "put_away", "safe_now", "somebody_here", "thanks",
     STILL_HERE}
)  # fmt: skip
# A letter or a digit of any script; signs and pictures alone say nothing that could be weighed.
_SAYS = re.compile(r"[^\W_]")
MIN_PARTS = 2  # something told, and a question behind it
_TELL = re.compile(r"(?:\w+[, ]+){0,2}(?:tell me|explain)\b", re.IGNORECASE)
# From where good news or new distress is believed where all seemed over.
SURELY = 0.5
# Beside good news these say that something is asked, with or without a question's own form.
_WANTS = re.compile(
    r"\b(?:how|what|when|where|which|whether|can|could|do|does|is it|will|would|tell me|answer|asking"
    r"|question|want to know|wanted to know|meant|mean|about)\b",
    re.IGNORECASE,
)
# What is heard in these may be a plain question about a visit: "when is my next dose".
OF_A_VISIT = frozenset({"age", "cost", "drive", "next_dose", "phone", "treatment", "visit"})
PLAINLY_OF_A_VISIT = 0.9
# Of a body in danger the others are about just that: "should she throw up".
OF_A_VISIT_IN_AN_EMERGENCY = frozenset({"cost", "phone", "treatment", "visit"})
# What is heard in these is about the danger, also once it seems over.
OF_THE_DANGER = frozenset(
    {"breathing_bad", "drunk", "hide", "hospital", "locked_in", "means", "no_breath", "on_purpose", "police",
     "refuses", "took_more", "vomit", "what_to_say", "why_live", "worse"}
)  # fmt: skip
# Where all seemed over these are distress again, and these good news once more; all else is ordinary talk.
DISTRESS = OF_THE_DANGER | {"alone", "away", "guilt", "no_answer", "on_phone", "scared", "texted_waiting"}
# Where no answer is sure, our words for these are better than a question back.
OF_THE_VISIT = frozenset({"treatment", "visit"})
SAID_SLOT = "after_card_said"
# Of these, some ask for one: in despair a call of ours comes beside 988, unless calls were refused.
DESPAIR = ("crisis", "crisis_other")
ASKS_FOR_A_CALL = frozenset({"no_calls", "nurse_call"})
# Who says one of these does not ask us for a call.
NO_CALL = frozenset({"no_calls", "nurse_call", "police", "phone", "cannot_call", "refuses", "doubts"})


def safety_first(message: Message, understood: Mapping[str, Any], *, is_card: bool) -> dict[str, Any]:
    """Safety first; what was left beside it is answered when it is sure, and beside a card when it asks."""
    rest = str(message.get(READING_TEXT) or "")
    left = (asks(rest.lower()) if is_card else bool(rest)) and understood["outcome"] == "answered"
    parts = understood["parts"] if left else []
    return decision("safety", "safety", 1.0, ranking=understood["ranking"], parts=parts)


def is_about_the_danger(
    message: Message, understood: Mapping[str, Any], crisis: str, follow_ups: FollowUps | None
) -> bool:
    """Whether a message brings the crisis back, or good news of it, where all seemed over."""
    safety = message.get(SAFETY) or {}
    if safety.get("soft_line") or (safety.get("danger") or 0.0) >= HARMLESS:
        return True
    if not _SAYS.search(text := str(message.get(TEXT) or "")):
        return False
    if crisis in DESPAIR and may_be_farewell(text):
        return True
    kind, share = _kind_of(message, crisis, follow_ups)
    is_plain = understood["outcome"] == "answered" and understood["confidence"] >= PLAINLY_ASKED
    is_last_resort = kind in OF_THE_VISIT and understood["outcome"] != "answered"
    return share >= SURELY and not is_plain and (kind in DISTRESS | CALM or is_last_resort)


def after_card(
    message: Message,
    understood: dict[str, Any],
    crisis: str,
    follow_ups: FollowUps | None,
    *,
    is_calm: bool = False,
    risks: bool = False,
    goes_on: bool = False,
) -> dict[str, Any]:
    """Stay with the person: an approved follow-up, or what they plainly ask for.

    Once they have said that there is no danger, a question is answered like any other. `risks`: it is on a
    topic where a wrong answer could hurt. `goes_on`: an answer is what was said last, so
    what is asked of a visit is hardly about the danger.
    """
    if found := _good_news_and_question(message, understood, crisis, follow_ups):
        return found
    kind, share = _kind_of(message, crisis, follow_ups)
    may_call = crisis in DESPAIR and not message.get(REFUSED)
    least = PLAINLY_ASKED_IN_AN_EMERGENCY if crisis == EMERGENCY else PLAINLY_ASKED
    is_sure = is_calm or understood["confidence"] >= least
    reading = str(message.get(READING_TEXT) or message.get(TEXT) or "")
    if is_sure and _is_wanted(reading, understood, kind, share, may_call=may_call):
        return understood
    is_plain = understood["confidence"] >= PLAINLY_OF_A_VISIT and not risks
    if crisis == EMERGENCY:
        is_plain = is_plain and kind in OF_A_VISIT_IN_AN_EMERGENCY
    moved_on = goes_on and crisis in DESPAIR and kind in OF_A_VISIT
    of_a_visit = is_calm or is_plain or moved_on
    if of_a_visit and _is_of_a_visit(reading, understood, kind, is_calm=is_calm):
        return understood
    kind = kind if share >= BELIEVED and kind != QUESTION else STILL_HERE
    found = decision("safety", "after_card", share, ranking=understood["ranking"])
    return {**found, "follow_up": kind}


def taught_after_cards(training_data: TrainingData) -> FollowUps:
    """Learn what follows a card, told apart from plain questions."""
    questions = sorted(
        {
            str(example.get(TEXT))
            for example in training_data.intent_examples
            if example.get_full_intent().startswith(PREFIX)
        }
    )
    step = max(1, len(questions) // MAX_QUESTIONS)
    examples = [*taught_follow_ups(), *((text, QUESTION) for text in questions[::step])]
    vectors = shared_encoder(encoder_folder()).embed([text for text, _ in examples])
    return FollowUps.fit(examples, vectors)


def _good_news_and_question(
    message: Message, understood: Mapping[str, Any], crisis: str, follow_ups: FollowUps | None
) -> dict[str, Any] | None:
    """One short line for the good news, and the answer to what is asked beside it."""
    text = str(message.get(TEXT) or "")
    fine = crisis in DESPAIR and is_all_right(text)
    rest = str(message.get(READING_TEXT) or "") if fine or is_plain_denial(text) else _asked_behind(text)
    if understood["outcome"] != "answered" or not rest or rest == text:
        return None
    if not fine and not _WANTS.search(rest):
        return None
    kind, share = _whole_kind(message, crisis, follow_ups)
    if kind not in (CALM_BODY if crisis == EMERGENCY else CALM) or share < SURELY:
        return None
    found = decision("safety", "after_card", share, ranking=understood["ranking"], parts=understood["parts"])
    return {**found, "follow_up": kind}


def _kind_of(message: Message, crisis: str, follow_ups: FollowUps | None) -> tuple[str, float]:
    """Which follow-up a message calls for, and how surely; of good news and a question, the question."""
    kind, share = _whole_kind(message, crisis, follow_ups)
    text = str(message.get(TEXT) or "")
    if follow_ups is None or share == 1.0 or kind not in SAFE:
        return kind, share
    if asked := _asked_behind(text):  # "i am safe. does it help with ptsd"
        return follow_ups.kind_of(asked, shared_encoder(encoder_folder()).embed([asked])[0])
    return kind, share


def _whole_kind(message: Message, crisis: str, follow_ups: FollowUps | None) -> tuple[str, float]:
    """What a message as a whole means behind the card, and how surely."""
    text, vectors = str(message.get(TEXT) or ""), message.get(VECTORS)
    if not _SAYS.search(text):
        return STILL_HERE, 1.0  # "...", "???", a picture: whoever types that is still there, and so are we
    if is_plain_denial(text):
        return DENIES, 1.0
    if crisis in DESPAIR and may_be_farewell(text):
        return STILL_HERE, 1.0  # who is suddenly fine and says goodbye may not be
    if crisis in DESPAIR and is_all_right(text):
        return DENIES, 1.0
    if crisis in DESPAIR and is_put_away(text):
        return PUT_AWAY, 1.0
    if crisis == "crisis_other" and has_asked_and_heard_no(text):
        return ASKED_NO, 1.0
    if follow_ups is None or vectors is None or not len(vectors) or message.get(LANGUAGE) == OTHER:
        return STILL_HERE, 0.0
    return follow_ups.kind_of(text, vectors[0])


def _asked_behind(text: str) -> str:
    """The question behind what was told, when the message ends with one."""
    parts = split_parts(text.lower())
    if len(parts) < MIN_PARTS or not asks(parts[-1]) or any(map(asks, parts[:-1])):
        return ""
    return parts[-1]


def _is_of_a_visit(text: str, understood: Mapping[str, Any], kind: str, *, is_calm: bool) -> bool:
    """Whether a whole question is about a visit though it sounds like one about the danger."""
    is_plain = understood["confidence"] >= PLAINLY_OF_A_VISIT and asks(text.lower())
    if is_calm and understood["outcome"] == "answered" and is_plain and kind not in OF_THE_DANGER:
        return True
    if understood["outcome"] == "asked_back":
        return is_calm and kind == QUESTION and is_whole_question(text)
    is_whole = is_whole_question(text) or understood.get("goes_on", False)
    return (
        understood["outcome"] == "answered"
        and (kind in OF_A_VISIT or (is_calm and kind == QUESTION))
        and is_whole
    )


def _is_wanted(text: str, understood: Mapping[str, Any], kind: str, share: float, *, may_call: bool) -> bool:
    """Whether the visitor plainly asks one answer, or for a call."""
    if understood["intent"] == "callback":
        return kind not in (NO_CALL - ASKS_FOR_A_CALL if may_call else NO_CALL)
    is_other = kind == QUESTION or share < BELIEVED
    wants_to_know = asks(text.lower()) or bool(_asked_behind(text)) or bool(_TELL.match(text))
    return understood["outcome"] == "answered" and is_other and wants_to_know
