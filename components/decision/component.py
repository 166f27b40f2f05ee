"""Turns safety, language, details and scores into the one intent that rules and stories see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.after_card import FollowUps
from components.decision.ages import by_age
from components.decision.answer_book import PREFIX, AnswerBook
from components.decision.card_turn import SAID_SLOT as SAID_AFTER_CARD
from components.decision.card_turn import (
    after_card,
    is_about_the_danger,
    safety_first,
    taught_after_cards,
)
from components.decision.choices import decision, intent_fields
from components.decision.follow_up_meaning import Before
from components.decision.follow_ups import SAID_SLOT, follow_up
from components.decision.form import decide_in_form
from components.decision.instead import MISSED_POINT, asked_back_once, rather_answered
from components.decision.opening import opening
from components.decision.picks import NONE, offered, pick, said_an_answer
from components.decision.politeness import TALK_AND_ANSWER, first_words
from components.decision.remarks import as_remark
from components.decision.rules import decide
from components.decision.spanish import SPANISH_HELP, skill_in_spanish, topic_in_spanish
from components.decision.thresholds import Thresholds
from components.decision.told import as_told
from components.form_extractors.questions import is_question
from components.keys import (
    DECISION,
    FOLLOW_UP,
    IN_CRISIS,
    LANGUAGE,
    PROTESTS,
    READING_TEXT,
    READINGS,
    SAFETY,
    SCORED,
)
from components.safety_gate import CARD_KINDS, OTHER, SPANISH
from components.segments import ABOUT_IT, NEAR, TOPIC_SLOT, as_meant
from safety.calm import is_calm
from safety.replies import CARD_AFTER
from safety.verdicts import CHECKS

CALLBACK = "callback"
BOOK_FILE, FOLLOW_UPS_FILE = "answer_book.json", "follow_ups.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Decider(GraphComponent):
    """The last of the pipeline. Its parameters are the thresholds."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {field.name: field.default for field in fields(Thresholds)} | {
            "careful_topics": [],
            "hours_topic": None,
            "family_topic": None,
            "age_answers": {},
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
        self._family_topic = config["family_topic"]
        self._age_answers = dict(config["age_answers"])
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
            taught_after_cards(training_data).save(folder / FOLLOW_UPS_FILE)
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker = None) -> list[Message]:
        for message in messages:
            decided = self._decide(message, tracker)
            intent = decided["intent"]
            if is_plain_talk(tracker) and (first := first_words(decided, str(message.get(TEXT) or ""))):
                decided, intent = {**decided, "begins_with": first}, TALK_AND_ANSWER
            message.set(DECISION, decided, add_to_output=True)
            for key, value in intent_fields(intent, decided["confidence"]).items():
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
        understood = by_age(understood, str(message.get(READING_TEXT) or ""), self._book, self._age_answers)
        if message.get(SAFETY)["kind"] in (*CARD_KINDS, *CHECKS):
            return safety_first(message, understood, is_card=message.get(SAFETY)["kind"] in CARD_KINDS)
        if is_in_form and is_question(text):
            understood = rather_answered(understood, self._book)
        if in_form := decide_in_form(message, understood, tracker):
            return in_form
        understood = opening(message, understood, self._book, self._hours_topic)
        crisis = tracker.get_slot(IN_CRISIS) if tracker else None
        is_no = crisis in CARD_AFTER and not message.get(SAFETY).get("still_asked")
        if is_no:
            parts = understood["parts"] if understood["outcome"] == "answered" else []
            return decision("skill", "check_no", 1.0, parts=parts)
        if crisis in CARD_KINDS and not (is_in_form and understood["outcome"] == "skill"):
            behind_card = self._behind_card(message, tracker, understood, str(crisis))
            if behind_card:
                return behind_card
        if message.get(LANGUAGE) == SPANISH:
            return self._in_spanish(str(message.get(TEXT)))
        if message.get(LANGUAGE) == OTHER:
            return decision("declined", "other_language", 1.0)
        if is_in_form:
            return understood
        if tracker is None:
            return self._told(message, understood)
        decided = self._in_conversation(message, tracker, understood)
        decided = by_age(decided, str(message.get(READING_TEXT) or ""), self._book, self._age_answers)
        decided = opening(message, decided, self._book, self._hours_topic)
        return self._told(message, decided)

    def _told(self, message: Message, understood: Mapping[str, Any]) -> dict[str, Any]:
        """The decision, where somebody tells something and asks nothing as a reply to that."""
        text = str(message.get(READING_TEXT) or "")
        told = as_told(understood, text, self._book, self._family_topic)
        return dict(as_remark(told, text))

    def _behind_card(
        self, message: Message, tracker: DialogueStateTracker | None, understood: dict[str, Any], crisis: str
    ) -> dict[str, Any] | None:
        """What a message behind a card gets, or None where the visitor is an ordinary one again."""
        calm = tracker is not None and is_calm(tracker.get_slot(SAID_AFTER_CARD) or (), crisis)
        if calm and not is_about_the_danger(message, understood, crisis, self._follow_ups):
            return None
        offer = offered(tracker)
        is_a_call = [each["intent"] for each in offer.choices] == [CALLBACK]
        picked = pick(message.get(TEXT) or "", offer, self._book) if is_a_call else None
        return picked or self._after_card(message, tracker, understood, crisis)

    def _after_card(
        self, message: Message, tracker: DialogueStateTracker | None, understood: dict[str, Any], crisis: str
    ) -> dict[str, Any]:
        """What a message behind a card gets; behind an answer since then it may lean on that."""
        calm = tracker is not None and is_calm(tracker.get_slot(SAID_AFTER_CARD) or (), crisis)
        goes_on = tracker is not None and said_an_answer(tracker) and not tracker.active_loop_name
        if calm and tracker is not None and goes_on:
            leaning = self._in_conversation(message, tracker, understood)
            if leaning is not understood:
                understood = {**leaning, "goes_on": True}
        risks = any(self._book.is_about(part["intent"], self._careful_topics) for part in understood["parts"])
        return after_card(
            message, understood, crisis, self._follow_ups, is_calm=calm, risks=risks, goes_on=goes_on
        )

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

    def _in_conversation(
        self, message: Message, tracker: DialogueStateTracker, understood: dict[str, Any]
    ) -> dict[str, Any]:
        """The same message after what was said before it."""
        offer = offered(tracker)
        picked = pick(message.get(TEXT) or "", offer, self._book)
        if picked:
            return picked
        if understood["intent"] == NONE and not offer.is_question:
            understood = {**understood, "intent": MISSED_POINT}  # unless it asks more of the last answer
        is_told = as_remark(understood, str(message.get(READING_TEXT) or "")) is not understood
        if understood["outcome"] == "asked_back" and offer.asked_back and not is_told:
            understood = asked_back_once(understood, self._book, self._careful_topics)
        topic = tracker.get_slot(TOPIC_SLOT)
        if not topic or topic not in self._book.answers:
            return understood
        text, is_correction = as_meant(str(message.get(READING_TEXT) or ""))
        answers_again = understood["outcome"] == "answered" and understood["intent"] == topic
        is_correction = is_correction or (bool(message.get(PROTESTS)) and answers_again)
        said = tracker.get_slot(SAID_SLOT) or ()
        before = Before(topic, said, text, is_correction, self._careful_topics, _near(message))
        return dict(follow_up(understood, message.get(FOLLOW_UP), before, self._book))


def is_plain_talk(tracker: DialogueStateTracker | None) -> bool:
    """Whether neither a form is open nor a card was shown."""
    return tracker is not None and not tracker.active_loop_name and not tracker.get_slot(IN_CRISIS)


def _near(message: Message) -> dict[str, float]:
    """Confidences for the message beside the name of what was answered."""
    pairs = zip(message.get(READINGS), message.get(SCORED), strict=True)
    scored = [candidates for reading, candidates in pairs if reading.role in (NEAR, ABOUT_IT)]
    return {each.label: each.confidence for candidates in scored for each in candidates}
