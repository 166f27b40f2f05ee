"""Owns what two opinions make together: the rules name what it is, the classifier weighs the whole.

A rule that fired on explicit words is never outvoted, only asked about where they tell of long ago; one
that fired on a hint may be lowered. What only the classifier hears is asked about or gets its card, each
from its own threshold.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from safety.classifier import DoubtLevels, Model, ModelRefused, Scores, model
from safety.features import readable
from safety.lexicon import WORDS_FOLDER, read_yaml
from safety.rules import SIGNALS
from safety.verdicts import CHECK, CHECK_OTHER, Verdict

log = logging.getLogger(__name__)

DESPAIR = ("crisis", "crisis_other")
# Below the first a hint of despair is only asked about; below the second it was a figure of speech. Of
# dangers that the classifier had not seen and a hint found, one in fifty scores below the second; of what
# is harmless, two in five do.
DOUBTED, NOT_BELIEVED = -1.2, -1.9
# A body in danger cannot be asked about; of these, one in thirty scores below this.
BODY_NOT_BELIEVED = -1.5
# What is told of as long over has to sound so much more like now.
PAST_LESS = 1.0
# So much more must speak for another card than for the one that a hint named.
OTHER_CARD = 3.0
# A body in danger, or a blow, cannot be asked about: its card comes a little sooner.
BODY_SOONER = 0.1
# Of a sentence of few words, or of words in disguise, the classifier knows too little to doubt a rule.
MIN_WORDS_TO_DOUBT = 4
# Of a long story much sounds a little like danger: each word over so many asks for more, up to a bound.
LONG_WORDS, MORE_A_WORD, MOST_MORE = 25, 0.15, 3.2
# Of a few words each may be anything ("I left it on"): each word that is missing asks for more.
FEW_WORDS, MORE_A_MISSING_WORD = 12, 0.1
# A short sentence that no rule knows is asked about rather than given a card, unless danger is this sure.
SHORT_WORDS, SURE_OF_SHORT = 9, 1.5
# In a message of so many words each sentence is heard alone too: a question beside it thins out a wish.
BESIDE_WORDS = 30
# Single words are for the rules: "numb" may be anything.
MIN_WORDS_TO_HEAR = 2
MIN_SAID_SHARE = 0.78
# More parts than this are not weighed one by one.
MAX_PARTS = 20
_WORD = re.compile(r"[^\W\d_]{3,}")
# Pictures and commands around words say nothing of how they are meant.
_WRAPPED = re.compile(r"^\s*/\w+|[^\w\s'’.,?!-]+")
# A sentence this calm may be a question of its own beside a danger.
CALM = 0.0


def second_opinion(
    verdict: Verdict, text: str, sentences: Sequence[str], *, explicit: bool, hints: Sequence[str]
) -> Verdict:
    """Weigh a message that the rules have judged.

    `explicit`: a rule fired on plain words; `hints`: the sentences that a rule fired in.
    """
    try:
        known = model()
    except ModelRefused as refused:
        log.error("Alert: %s Until then the rules answer alone.", refused)
        return verdict
    scores = known.classifier.score(text)
    if verdict.kind not in SIGNALS:
        found = _heard(verdict, scores, known, text, sentences) if _is_spoken(text) else verdict
    elif explicit or any(len(hint.split()) < MIN_WORDS_TO_DOUBT for hint in map(_bare, hints)):
        # In Spanish "el" and "la" are people to the rules, and mostly none.
        found = _right_person(verdict, scores) if verdict.language == "es" else verdict
        if explicit and _is_told_as_over(verdict, scores, text):
            found = _asked(verdict, text)
    else:
        is_short = len(text.split()) <= LONG_WORDS
        is_past = _tells_of_the_past(text)
        is_now = (verdict.kind in DESPAIR or is_short) and not is_past
        danger = _surest(scores, known, hints) if is_now else scores.danger - PAST_LESS * is_past
        found = _right_card(_lowered(verdict, danger, text), scores)
    return replace(found, danger=round(scores.danger, 2), card_score=round(scores.card, 2))


def _is_told_as_over(verdict: Verdict, scores: Scores, text: str) -> bool:
    """Tell whether even plain words of despair are of long ago: they are asked about, never passed over."""
    is_doubted = verdict.kind in DESPAIR and scores.danger - PAST_LESS < DOUBTED
    return is_doubted and _tells_of_the_past(text) and not _when("now").search(readable(text))


def _tells_of_the_past(text: str) -> bool:
    return _when("over").search(readable(text)) is not None


@cache
def _when(name: str) -> re.Pattern[str]:
    data: dict[str, list[str]] = read_yaml(WORDS_FOLDER / "past.yml")
    return re.compile("|".join(data[name]))


def _is_spoken(text: str) -> bool:
    """Tell whether these are words that somebody says: code and addresses are none."""
    said = sum(character.isalpha() or character.isspace() for character in text)
    return len(_WORD.findall(text)) >= MIN_WORDS_TO_HEAR and said >= MIN_SAID_SHARE * len(text)


def _surest(scores: Scores, known: Model, hints: Sequence[str]) -> float:
    """Give how dangerous the worst hint's own sentence sounds, or the whole: a question thins out a cry."""
    own = (known.classifier.score(_bare(hint)).danger for hint in hints[:MAX_PARTS])
    return max([scores.danger, *own])


def _bare(text: str) -> str:
    return _WRAPPED.sub(" ", text)


def _lowered(verdict: Verdict, danger: float, text: str) -> Verdict:
    """Lower what a rule alone believes: a hint of despair to a question, a figure of speech to nothing."""
    is_despair = verdict.kind in DESPAIR
    if danger < (NOT_BELIEVED if is_despair else BODY_NOT_BELIEVED):
        return replace(verdict, kind="none", rule=None, soft_line=is_despair, parts_left=text)
    return _asked(verdict, text) if is_despair and danger < DOUBTED else verdict


def _asked(verdict: Verdict, text: str) -> Verdict:
    """Ask about despair, and leave the message to be answered."""
    return replace(verdict, kind=CHECK if verdict.kind == "crisis" else CHECK_OTHER, parts_left=text)


def _right_card(verdict: Verdict, scores: Scores) -> Verdict:
    """Give another card than a hint named, where the whole message clearly speaks of something else."""
    if verdict.kind in DESPAIR and scores.kind in DESPAIR:
        return _right_person(verdict, scores)
    if verdict.kind in SIGNALS and scores.danger > 0 and scores.speaks_against(verdict.kind) >= OTHER_CARD:
        return replace(verdict, kind=scores.kind)
    return verdict


def _right_person(verdict: Verdict, scores: Scores) -> Verdict:
    """Let the rules say who is meant, unless the whole message clearly speaks of the other one."""
    is_other = scores.kind in DESPAIR and scores.speaks_against(verdict.kind) >= OTHER_CARD
    return replace(verdict, kind=scores.kind) if verdict.kind in DESPAIR and is_other else verdict


def _heard(verdict: Verdict, scores: Scores, known: Model, text: str, sentences: Sequence[str]) -> Verdict:
    """Judge what no rule fired on."""
    more = more_for_length(text)
    limits = DoubtLevels(known.thresholds.card + more, known.thresholds.check + more)
    is_asked = _only_told(scores, text) or _is_short_and_doubtful(scores, text)
    if scores.for_card >= limits.card and not is_asked:
        left = [each for each in sentences if "?" in each and known.classifier.score(each).danger < CALM]
        return replace(verdict, kind=scores.kind, soft_line=False, parts_left=" ".join(left))
    if scores.kind not in DESPAIR and scores.for_card >= limits.card - BODY_SOONER:
        return replace(verdict, kind=scores.kind, soft_line=False)
    if scores.danger >= limits.check or scores.for_card >= limits.card:
        return _asks(verdict, scores)
    alone = _dangerous_alone(known, text, sentences)
    return _asks(verdict, alone) if alone else verdict


def _asks(verdict: Verdict, scores: Scores) -> Verdict:
    kind = CHECK_OTHER if scores.kind == "crisis_other" else CHECK
    return replace(verdict, kind=kind, soft_line=False)


def _dangerous_alone(known: Model, text: str, sentences: Sequence[str]) -> Scores | None:
    """Give what a sentence of a short message sounds like that would be asked about by itself."""
    if not 1 < len(sentences) <= MAX_PARTS or len(text.split()) > BESIDE_WORDS:
        return None
    for sentence in filter(_is_spoken, sentences):
        scores = known.classifier.score(sentence)
        if scores.danger >= known.thresholds.check + more_for_length(sentence):
            return scores
    return None


def more_for_length(text: str) -> float:
    """How much more must speak for danger in a text of so many words."""
    words = len(text.split())
    few, many = max(0, FEW_WORDS - words), max(0, words - LONG_WORDS)
    return MORE_A_MISSING_WORD * few + min(MOST_MORE, MORE_A_WORD * many)


def _is_short_and_doubtful(scores: Scores, text: str) -> bool:
    is_short = scores.kind in DESPAIR and len(text.split()) <= SHORT_WORDS
    return is_short and scores.danger - more_for_length(text) < SURE_OF_SHORT


def _only_told(scores: Scores, text: str) -> bool:
    """Tell whether despair that no rule knows is told of as long over: that is asked about."""
    return scores.kind in DESPAIR and _tells_of_the_past(text)
