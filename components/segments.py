"""The ways to read a message: as a whole, in parts, and with "it" spelled out.

Long messages hold one question in a story, or several questions; short ones lean on the turn
before. Rasa's stories cannot tell (they see `faq`, never which answer), so it happens here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from components.decision.protests import without_protest
from components.keys import IN_CRISIS, PROTESTS, READING_TEXT, READINGS, TOLD

WHOLE, PART, ABOUT_IT, ABOUT_SUBJECT = "whole", "part", "about_it", "about_subject"
# One item of a list: "cost? insurance? parking?", "high blood pressure and xanax".
ITEM = "item"
# A short message beside the name of what was just answered, or behind the question before it.
NEAR, MAX_NEAR_WORDS, MAX_ASKED_WORDS = "near", 7, 20
TOPIC_SLOT, IT_SLOT = "topic", "it"
MAX_PARTS = MAX_ITEMS = 6
MAX_ITEM_WORDS = 8
MIN_PART_WORDS = 2
# Longer messages bring their own subject.
MAX_LEANING_WORDS = 9

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_QUESTION_START = (
    r"(?:how|what|when|where|who|why|which|whether|can|could|do|does|did|is|are|am|will|would|should|may"
    r"|if|any)"
)
_AND = r"(?:and also|and then|and|or|also|plus|but|as well as|then)"
_JOINT = re.compile(
    rf"\s*[,;]?\s*(?:\b{_AND}\b|[&+])\s+(?=(?:{_QUESTION_START})\b)|\s*[,;/:]\s*(?=(?:{_QUESTION_START})\b)"
)
# "how much is it do you take blue cross": a new question begins where only a question can begin.
_RUN_ON = re.compile(
    r"(?<=\w)\s+(?=(?:do you|do i|can i|is there|are there|are you|is it|will it|will i|does it|how much"
    r"|how long|how many|how often|where are|where is|what are|what is|what if)\b)"
)
# "..., first of all how long it takes, and secondly whether I can eat".
_COUNTED = re.compile(
    r"(?<![\s,;:])[\s,;:]{1,4}(?:(?:and|is|are) ){0,2}"
    r"(?:first(?:ly)?(?: of all)?|second(?:ly)?(?: of all)?|third(?:ly)?|last(?:ly)?|finally)"
    rf"\s{{0,3}}[,:]?\s{{1,3}}(?={_QUESTION_START}\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:and |but |so )?(?:if|when|since|because|after|before|while|once|although)\b")
_LEADS_ON = re.compile(
    r"\b(?:what|how|why|when|where|who|which|if|whether|because|that|and|or|but|so|then|than|much|many|long"
    r"|often|soon|far|know|tell|ask|asking|wonder|wondering|me|see|about|say|of|to|in|at|for|with|on|the|a|my"
    r"|your|time|not|just|only|is|are|as|once|while|before|after|until|unless|sure|understand|explain|out"
    r"|us)$"
)
_ITEM_END = re.compile(r"\s*(?:[,;&+/]|\?+|\b(?:and also|and|also|plus|as well as)\b)\s*")
_SMALL_WORDS = (
    r"(?:and|n|but|so|also|plus|or|then|oh|ok|hi|hey|hello|please|first(?: of all)?|second(?:ly)?"
    r"|anyways?|anyhow|well|yeah|lol|haha|um+|uh+|btw|by the way|real quick|quick question|question|like"
    r"|another thing|meanwhile|i (?:would|should) like to know|i(?:'d| would) (?:like|love) to know"
    r"|i (?:want|need) to know|i was wondering|i wonder|tell me|do you know|can you tell me"
    r"|could you tell me)"
)
_ASKS = re.compile(
    rf"(?:{_SMALL_WORDS},? )*{_QUESTION_START}\b|(?:and )?my (?:other|second|next|last) question\b"
)
# "How long is one visit" and "that morning" name what they mean.
_PRONOUN = re.compile(
    r"\b(?:it|they|them|those|(?:that|this)(?! (?:morning|day|night|evening|afternoon|week|year|clinic)\b)"
    r"|one(?=\s*(?:$|[?.!,;]|(?:is|are|was|do|does|did|can|will|would|that|which|has|enough|better|best|of"
    r"|too|then|for|and|or|with|in|on|at|now)\b)))\b(?!')",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"^(?:and|but|so|ok so|what about|how about|then|also|is that|are they|does that|why|how long"
    r"|how often|how much|how many|is it|does it|will it|can it|for how long|what if)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """One way to read a message; `role` is whole, part, item, about_it, about_subject or near."""

    text: str
    role: str


# "What about lexapro", "and lexapro": what is named may be a question of its own.
_ABOUT = re.compile(
    r"(?:(?:(?:and|ok|okay|so|but|hm+|well|then) )*(?:what|how) about|and|also|plus) "
    r"(?:the |a |an |my |with )?"
    r"(?!(?:if|when|how|what|why|who|where|which|for|in|on|at|after|before|then|is|are|do|does|did|can|will|would"
    r"|should|i|you|he|she|it|we|they|its|it's|i'm|im|also|now|so|not|no|even|that|this|there|yes|ok)\b)"
    r"(?P<named>[\w' -]{3,40}?)"
    r"(?: then| though| tho)?[?!. ]*$",
    re.IGNORECASE,
)
# What is said before somebody comes to the point, set apart by a sign.
_PLEASANTRIES = re.compile(
    r"^(?:(?:ok(?:ay)?|i see|right|all ?right|thanks?(?: you)?(?: so much| very much| a lot)?|understood"
    r"|interesting"
    r"|(?:please )?(?:hold on|hang on|wait)(?: (?:a|one) (?:sec|second|moment|minute))?"
    r"|(?:just )?(?:a |one )?(?:quick|last) (?:one|question|thing)(?: first)?"
    r"|one (?:sec|moment|question|thing)"
    r"|(?:but )?(?:first|before (?:that|i do|i go on|we go on|anything else))|oh|actually"
    r"|got it|fair enough|makes sense|very well|hm+|good|great|cool|fine|sure|hi(?: there)?"
    r"|hello(?: there)?|hey(?: there)?"
    r"|good (?:morning|afternoon|evening|day)|sorry|excuse me"
    r"|(?:no,? )?(?:none of (?:these|those|them)|not (?:those|these))(?: really)?|je+z"
    r"|(?:hello,? )?you (?:didn'?t|did not|never) (?:even )?(?:really )?answer(?:ed)?"
    r"(?: me| that| it| my question| the question)?"
    r"|(?:a |my )?(?:real|simple|serious|actual|basic|honest) question|once (?:more|again)|as i said"
    r"|like i said)\s{0,3}[.!,;:]{1,5}\s{1,5}){1,6}",
    re.IGNORECASE,
)
MIN_POINT_WORDS = 4
_MEANT = re.compile(
    r"^(?:(?:no+|nope|sorry|oh|ok|well|but|wait|hm+)[,.!]* )*"
    r"(?:(?:what )?i (?:actually |really )?(?:mean|meant|ment|was asking|am asking|wanted to know"
    r"|want to know|said|asked)"
    r"(?: is| was)?|i'?m (?:just |only )?asking"
    r"|actually|my question (?:is|was))(?: about| to ask| to say)?[,:]? (?=\S+)"
    r"|^(?:(?:no+|nope|nah|sorry|oh|well)[,.!]* )+(?:like|as in) (?!(?:i|you|he|she|we|they|it)\b)(?=\S+)"
)
# "Not parking. Discretion: ...", "I didn't ask about the price, I asked ...": what was answered is refused.
_NOT_ASKED = re.compile(
    r"^(?:(?:no+|nope|but|ok|oh|well|sorry)[,.!]* )*(?:not (?!(?:sure|yet|really|bad|good|great|now|today"
    r"|too|so|at|even|only|just|exactly|quite|much|a|an|that|this|those|these|them|it|ok|okay|interested|yes"
    r"|necessarily|me)\b)(?:the |about |my )?[\w'-]+(?: [\w'-]+)?"
    r"|i (?:didn'?t|did not|never) ask(?:ed)? (?:about|for) [\w' -]{2,40})\s?[.!;:,]+ (?=\S+ \S)"
)
_NOT_THAT = re.compile(r"(?:,| -)? (?:i mean|i meant)[.!?]*$|, not (?:the |a |an )?[\w' -]{2,25}[.!]*$")


def as_meant(text: str) -> tuple[str, bool]:
    """A text without "no, I mean" around it, and whether it corrects what was understood before."""
    meant = _MEANT.sub("", _NOT_ASKED.sub("", text, count=1), count=1)
    is_correction = meant != text
    if is_correction or _NOT_THAT.search(text):
        meant = _NOT_THAT.sub("", meant)
    return (meant, is_correction) if meant.strip() else (text, False)


def to_the_point(text: str) -> str:
    """A text without the "Thank you." or "Good morning," before what it has to say."""
    point = _PLEASANTRIES.sub("", text, count=1)
    return point if len(point.split()) >= MIN_POINT_WORDS else text


def readings_of(
    text: str, *, it: str | None = None, subject: str | None = None, asked_before: str = ""
) -> list[Reading]:
    """All readings of a text.

    `it` is what a pronoun stood for after the last answer, `asked_before` what was asked there; but
    people say "it" of the `subject` of the whole page, too.
    """
    readings = [Reading(text, WHOLE)]
    parts = split_parts(text)
    if len(parts) > 1:
        parts = _without_alternatives(parts, text)
        readings += [Reading(part, PART) for part in parts]
    # What only tells is left out of the parts where another asks; as an item it may be a caution.
    asked = [part for part in (*parts, text) if asks(part)]
    known = {part.strip(" ,.!?;:") for part in asked or parts}
    readings += [Reading(item, ITEM) for item in split_items(text) if item not in known]
    if it and (named := _ABOUT.match(text)) and not has_pronoun(named["named"]):
        readings.append(Reading(named["named"], ABOUT_IT))
    if it and points_back(text):
        readings.append(Reading(with_it(text, it), ABOUT_IT))
        if subject and has_pronoun(text) and subject != it:
            readings.append(Reading(with_it(text, subject), ABOUT_SUBJECT))
    elif it and len(text.split()) <= MAX_NEAR_WORDS:
        readings.append(Reading(with_it(text, it), NEAR))
    if it and asked_before and len(text.split()) <= MAX_NEAR_WORDS:
        readings.append(Reading(f"{asked_before} {text}", NEAR))
    return readings


def split_parts(text: str) -> list[str]:
    """Sentences, and the questions that an "and" joins; fragments stay with what stands before."""
    pieces = [
        piece
        for sentence in _SENTENCE_END.split(text)
        for counted in _COUNTED.split(sentence)
        for joined in _JOINT.split(counted)
        for piece in _run_on(joined)
        if piece and piece.strip(" ,.!?;")
    ]
    parts: list[str] = []
    for piece in (piece.strip() for piece in pieces):
        if parts and len(piece.split()) < MIN_PART_WORDS:
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    return parts[-MAX_PARTS:]


def _without_alternatives(parts: Sequence[str], text: str) -> list[str]:
    """The parts without what follows an "or": "is it a pill or do you use a needle" asks one thing."""
    first, *others = parts
    return [first, *(part for part in others if not re.search(rf"\bor\s+{re.escape(part)}", text))]


def split_items(text: str) -> list[str]:
    """The items of lists: finer than parts, down to one word. A text without a list has none."""
    pieces = [
        piece.strip(" ,.!?;:")
        for sentence in _SENTENCE_END.split(text)
        for piece in _ITEM_END.split(sentence)
    ]
    items = list(dict.fromkeys(piece for piece in pieces if piece))
    return (
        [item for item in items if len(item.split()) <= MAX_ITEM_WORDS][-MAX_ITEMS:] if len(items) > 1 else []
    )


def _run_on(text: str) -> list[str]:
    """Questions that follow each other without any sign between them."""
    pieces, start = [], 0
    for found in _RUN_ON.finditer(text):
        before = text[start : found.start()]
        is_whole = len(before.split()) > MIN_PART_WORDS and not _CLAUSE.match(before)
        if is_whole and not _LEADS_ON.search(before):
            pieces.append(before)
            start = found.end()
    return [*pieces, text[start:]]


def asks(text: str) -> bool:
    return "?" in text or bool(_ASKS.match(text))


def apart_from_told(readings: Sequence[Reading]) -> tuple[list[Reading], list[Reading]]:
    """The readings, and apart from them the parts that only tell while another part asks."""
    parts = [reading for reading in readings if reading.role == PART]
    asking = [part for part in parts if asks(part.text)]
    told = [part for part in parts if asking and part not in asking]
    return [reading for reading in readings if reading not in told], told


def leans_back(text: str) -> bool:
    """Whether a message is read differently after an answer: it points back, or is short."""
    return bool(points_back(text) or len(text.split()) <= MAX_NEAR_WORDS or _ABOUT.match(text))


def points_back(text: str) -> bool:
    """Whether a message is short and points at what was said before."""
    words = text.split()
    return len(words) <= MAX_LEANING_WORDS and bool(has_pronoun(text) or _LEANS.match(text))


def has_pronoun(text: str) -> bool:
    return bool(_PRONOUN.search(text))


def with_it(text: str, it: str) -> str:
    """The text with its first pronoun replaced by what it means, or with that put behind."""
    replaced, count = _PRONOUN.subn(it, text, count=1)
    return replaced if count else f"{text.rstrip(' ?.!')} {it}"


def _asked_before(tracker: DialogueStateTracker) -> str:
    """What the visitor said last, where it is short enough to be one question."""
    said = str((tracker.latest_message.text if tracker.latest_message else "") or "").lower()
    return said if len(said.split()) <= MAX_ASKED_WORDS else ""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MessageReader(GraphComponent):
    """Leaves the readings of each message for the featurizer and the classifier."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"subject": None}

    def __init__(self, subject: str | None = None) -> None:
        self._subject = subject

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MessageReader:
        return cls(config["subject"])

    def process(self, messages: list[Message], tracker: DialogueStateTracker = None) -> list[Message]:
        it = tracker.get_slot(IT_SLOT) if tracker else None
        # In the form "no, I mean Friday" is about a detail, and read there.
        may_correct = tracker is not None and tracker.get_slot(TOPIC_SLOT) and not tracker.active_loop_name
        before = _asked_before(tracker) if may_correct else ""
        is_calm = may_correct and not tracker.get_slot(IN_CRISIS)
        for message in messages:
            text = str(message.get(READING_TEXT) or "")
            if is_calm and (left := without_protest(text)) != text:
                text = left
                message.set(READING_TEXT, left)
                message.set(PROTESTS, True)
            text = to_the_point(text)
            if may_correct:
                text, _ = as_meant(text)
            heard, told = apart_from_told(
                readings_of(text, it=it, subject=self._subject, asked_before=before)
            )
            message.set(READINGS, heard)
            message.set(TOLD, told)
        return messages
