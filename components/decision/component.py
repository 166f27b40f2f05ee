"""Turns safety, language, details and scores into the one intent that rules and stories see."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.after_card import BELIEVED, QUESTION, STILL_HERE, FollowUps, taught_follow_ups
from components.decision.answer_book import PREFIX, AnswerBook
from components.decision.choices import decision, intent_fields
from components.decision.follow_ups import SAID_SLOT, Before, follow_up
from components.decision.form import decide_in_form
from components.decision.opening_days import OPEN_WORDS, asked_days, told
from components.decision.picks import NONE, offered, pick
from components.decision.rules import decide
from components.decision.spanish import SPANISH_HELP, skill_in_spanish, topic_in_spanish
from components.decision.thresholds import Thresholds
from components.form_extractors.questions import is_question
from components.keys import (
    DECISION,
    FOLLOW_UP,
    IN_CRISIS,
    LANGUAGE,
    READING_TEXT,
    READINGS,
    REFUSED,
    SAFETY,
    SCORED,
    VECTORS,
)
from components.onnx_encoder import encoder_folder, shared_encoder
from components.safety_gate import CARD_KINDS, OTHER, SPANISH
from components.segments import TOPIC_SLOT, as_meant, asks, split_parts
from safety.verdicts import CHECKS

BOOK_FILE, FOLLOW_UPS_FILE = "answer_book.json", "follow_ups.npz"
# "None of these" where nothing was asked: the bot has missed the point.
MISSED_POINT = "missed_point"
# So many taught questions stand for "asks something" among what is said after a card.
MAX_QUESTIONS = 800
# After a card an answer from the shelf comes only when it is plainly asked for.
PLAINLY_ASKED = 0.8
# A body in danger comes first: what is asked then is mostly about that.
PLAINLY_ASKED_IN_AN_EMERGENCY, EMERGENCY = 0.9, "emergency"
# Who says one of these may ask about something else in the same breath.
SAFE = frozenset(
    {"better", "denies", "helped", "not_taken", "on_phone", "safe_now", "somebody_here", "thanks", STILL_HERE}
)
# In the form the next question waits, so a practical answer comes from here on.
LIKELY_IN_FORM = 0.5
_TELL = re.compile(r"(?:\w+[, ]+){0,2}(?:tell me|explain)\b", re.IGNORECASE)
# Who says one of these does not ask us for a call.
# Of these, some ask for one: in despair a call of ours comes beside 988, unless calls were refused.
DESPAIR = ("crisis", "crisis_other")
ASKS_FOR_A_CALL = frozenset({"no_calls", "nurse_call"})
NO_CALL = frozenset({"no_calls", "nurse_call", "police", "phone", "cannot_call", "refuses", "doubts"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Decider(GraphComponent):
    """The last of the pipeline. Its parameters are the thresholds."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {field.name: field.default for field in fields(Thresholds)} | {
            "careful_topics": [],
            "hours_topic": None,
        }

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        book: AnswerBook | None = None,
        follow_ups: FollowUps | None = None,
    ) -> None:
        names = [field.name for field in fields(Thresholds)]
        self._thresholds = Thresholds(**{name: float(config[name]) for name in names})
        self._careful_topics = frozenset(config["careful_topics"])
        self._hours_topic = config["hours_topic"]
        self._storage = storage
        self._resource = resource
        self._book = book or AnswerBook({})
        self._follow_ups = follow_ups

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Decider:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Decider:
        with model_storage.read_from(resource) as folder:
            kept = json.loads((folder / BOOK_FILE).read_text(encoding="utf-8"))
            follow_ups = FollowUps.load(folder / FOLLOW_UPS_FILE)
        return cls(config, model_storage, resource, AnswerBook(**kept), follow_ups)

    def train(self, training_data: TrainingData) -> Resource:
        """Keep titles, follow-ups and offers of the answers: actions and choices need them."""
        book = AnswerBook.from_training(training_data.intent_examples, training_data.responses)
        with self._storage.write_to(self._resource) as folder:
            (folder / BOOK_FILE).write_text(json.dumps(asdict(book)), encoding="utf-8")
            _taught(training_data).save(folder / FOLLOW_UPS_FILE)
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker = None) -> list[Message]:
        for message in messages:
            decided = self._decide(message, tracker)
            message.set(DECISION, decided, add_to_output=True)
            for key, value in intent_fields(decided["intent"], decided["confidence"]).items():
                message.set(key, value, add_to_output=True)
        return messages

    def _decide(self, message: Message, tracker: DialogueStateTracker | None) -> dict[str, Any]:
        is_in_form = tracker is not None and tracker.active_loop_name is not None
        text = str(message.get(TEXT) or "")
        understood = decide(
            message.get(READINGS), message.get(SCORED), book=self._book, thresholds=self._thresholds,
            topic=tracker.get_slot(TOPIC_SLOT) if tracker else None, careful_topics=self._careful_topics,
            is_in_form=is_in_form,
        )  # fmt: skip
        if message.get(SAFETY)["kind"] in (*CARD_KINDS, *CHECKS):
            return _safety(message, understood, is_card=message.get(SAFETY)["kind"] in CARD_KINDS)
        if is_in_form and is_question(text):
            understood = self._rather_answered(understood)
        if in_form := decide_in_form(message, understood, tracker):
            return in_form
        understood = self._opening(message, understood)
        crisis = tracker.get_slot(IN_CRISIS) if tracker else None
        if crisis in CHECKS and understood["outcome"] != "answered":
            return decision("skill", "check_no", 1.0)
        if crisis in CARD_KINDS and not (is_in_form and understood["outcome"] == "skill"):
            return self._after_card(message, understood, str(crisis))
        if message.get(LANGUAGE) == SPANISH:
            return self._in_spanish(str(message.get(TEXT)))
        if message.get(LANGUAGE) == OTHER:
            return decision("declined", "other_language", 1.0)
        if tracker is None or is_in_form:
            return understood
        return self._opening(message, self._in_conversation(message, tracker, understood))

    def _in_spanish(self, text: str) -> dict[str, Any]:
        """A skill, or the offer of the English answer under its Spanish title."""
        skill = skill_in_spanish(text)
        topics = {
            name: each
            for name, each in (self._book.spanish or {}).items()
            if self._book.answers.get(PREFIX + name)
        }
        topic = topic_in_spanish(text, topics) if skill == SPANISH_HELP else None
        if topic is None:
            return decision("skill", skill, 1.0)
        found = decision("skill", SPANISH_HELP, 1.0, choices=[self._book.choice(topic.intent)])
        return {**found, "spanish_title": topic.title}

    def _asked_back_once(self, understood: dict[str, Any]) -> dict[str, Any]:
        """Instead of asking back a second time in a row: the likeliest answer, the others beside it."""
        first, *others = understood["choices"]
        risks = self._book.is_about(first["intent"], self._careful_topics)
        if first["intent"] not in self._book.answers or risks:
            return {**understood, "outcome": "skill", "intent": MISSED_POINT, "choices": []}
        parts = [self._book.part(first["intent"], understood["confidence"])]
        answered = decision(
            "answered", first["intent"], understood["confidence"],
            ranking=understood["ranking"], parts=parts, choices=others,
        )  # fmt: skip
        return {**answered, "instead": True}

    def _rather_answered(self, understood: dict[str, Any]) -> dict[str, Any]:
        """In the form a question on practical matters is answered rather than asked back."""
        best = next(iter(understood["choices"]), None) if understood["outcome"] == "asked_back" else None
        is_answer = best is not None and best["intent"] in self._book.answers
        if best is None or not is_answer or self._book.is_clinical(best["intent"]):
            return understood
        if understood["ranking"][0] != {"intent": best["intent"], "confidence": understood["confidence"]}:
            return understood
        if understood["confidence"] < LIKELY_IN_FORM:
            return understood
        parts = [self._book.part(best["intent"], understood["confidence"])]
        return {**understood, "outcome": "answered", "intent": best["intent"], "parts": parts, "choices": []}

    def _in_conversation(
        self, message: Message, tracker: DialogueStateTracker, understood: dict[str, Any]
    ) -> dict[str, Any]:
        """The same message after what was said before it."""
        offer = offered(tracker)
        picked = pick(message.get(TEXT) or "", offer, self._book)
        if picked:
            return picked
        if understood["intent"] == NONE and not offer.is_question:
            return {**understood, "intent": MISSED_POINT}
        if understood["outcome"] == "asked_back" and offer.asked_back:
            understood = self._asked_back_once(understood)
        topic = tracker.get_slot(TOPIC_SLOT)
        if not topic or topic not in self._book.answers:
            return understood
        text, is_correction = as_meant(str(message.get(READING_TEXT) or ""))
        said = tracker.get_slot(SAID_SLOT) or ()
        before = Before(topic, said, text, is_correction, self._careful_topics)
        return dict(follow_up(understood, message.get(FOLLOW_UP), before, self._book))

    def _opening(self, message: Message, understood: dict[str, Any]) -> dict[str, Any]:
        """Instead of the general answer on hours: what the calendar says of the day that is asked."""
        calendar = ((message.get("metadata") or {}).get("facts") or {}).get("calendar")
        text = str(message.get(READING_TEXT) or "")
        if not calendar or not self._hours_topic or "told" in understood:
            return understood
        parts = understood["parts"] or self._hours_parts(understood, text)
        if len(parts) != 1 or not self._book.is_about(parts[0]["intent"], [self._hours_topic]):
            return understood
        replies = told(asked_days(text, date.fromisoformat(calendar["today"])), calendar)
        if not replies:
            return understood
        found = decision(
            "answered", "opening", understood["confidence"], ranking=understood["ranking"], parts=parts
        )
        return {**found, "told": [each._asdict() for each in replies]}

    def _hours_parts(self, understood: dict[str, Any], text: str) -> list[dict[str, Any]]:
        """The answer on hours, where a message was not understood but speaks of being open."""
        is_open = understood["outcome"] in ("asked_back", "declined") or understood["intent"] == "awake"
        if not is_open or not OPEN_WORDS.search(text.lower()):
            return []
        on_hours = [name for name in self._book.answers if self._book.is_about(name, [self._hours_topic])]
        return [self._book.part(on_hours[-1], understood["confidence"])] if on_hours else []

    def _after_card(self, message: Message, understood: dict[str, Any], crisis: str) -> dict[str, Any]:
        """Stay with the person: an approved follow-up, or what they plainly ask for."""
        text, vectors = str(message.get(TEXT) or ""), message.get(VECTORS)
        kind, share = STILL_HERE, 0.0
        if self._follow_ups and vectors is not None and len(vectors) and message.get(LANGUAGE) != OTHER:
            kind, share = self._follow_ups.kind_of(text, vectors[0])
            if kind in SAFE and (asked := _asked_behind(text)):  # "i am safe. does it help with ptsd"
                kind, share = self._follow_ups.kind_of(
                    asked, shared_encoder(encoder_folder()).embed([asked])[0]
                )
        may_call = crisis in DESPAIR and not message.get(REFUSED)
        least = PLAINLY_ASKED_IN_AN_EMERGENCY if crisis == EMERGENCY else PLAINLY_ASKED
        is_sure = understood["confidence"] >= least
        reading = str(message.get(READING_TEXT) or text)
        if is_sure and _is_wanted(reading, understood, kind, share, may_call=may_call):
            return understood
        kind = kind if share >= BELIEVED and kind != QUESTION else STILL_HERE
        found = decision("safety", "after_card", share, ranking=understood["ranking"])
        return {**found, "follow_up": kind}


def _asked_behind(text: str) -> str:
    """The question behind what was told, when the message ends with one."""
    *told, last = split_parts(text.lower())
    return last if told and asks(last) and not any(map(asks, told)) else ""


def _safety(message: Message, understood: dict[str, Any], *, is_card: bool) -> dict[str, Any]:
    """Safety first; what was left beside it is answered when it is sure, and beside a card when it asks."""
    rest = str(message.get(READING_TEXT) or "")
    left = (asks(rest.lower()) if is_card else bool(rest)) and understood["outcome"] == "answered"
    parts = understood["parts"] if left else []
    return decision("safety", "safety", 1.0, ranking=understood["ranking"], parts=parts)


def _taught(training_data: TrainingData) -> FollowUps:
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


def _is_wanted(text: str, understood: dict[str, Any], kind: str, share: float, *, may_call: bool) -> bool:
    """Whether the visitor plainly asks one answer, or for a call."""
    if understood["intent"] == "callback":
        return kind not in (NO_CALL - ASKS_FOR_A_CALL if may_call else NO_CALL)
    is_other = kind == QUESTION or share < BELIEVED
    wants_to_know = asks(text.lower()) or bool(_asked_behind(text)) or bool(_TELL.match(text))
    return understood["outcome"] == "answered" and is_other and wants_to_know
