"""What the form for a call does in a turn: what it asks for, reads back and sends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from training.dialogues.turns import DECLINED, NOTICE, ReceivedMessage, Turn
from training.dialogues.wordings import names, wording, words

CONSENT, CHANGE = "consent", "change"
STEPS = {step: wording("form", step) for step in names("form")}
SENT, NOT_SENT, TAKEN_BACK = wording("sent"), words("not_sent"), words("taken_back")
GOES_ON, ASKS_FOR_IT, NOT_OF_THE_FORM = words("goes_on"), words("asks_for_it"), words("not_of_the_form")
SEND_BUTTON = words("send_button")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")


def asked_for(turn: Turn) -> list[str]:
    """The steps that the form asks for: consent alone once it reads back, change alone once it asks that."""
    found = list(dict.fromkeys(step for each in turn.others for step in _steps_of(turn, each)))
    for alone in (CONSENT, CHANGE):
        if alone in found:
            return [alone]
    return found


def is_in_form(turn: Turn) -> bool:
    """Whether the form asks for something, or waits."""
    goes_on = any(GOES_ON.search(each.text) or GOES_ON.search(each.utterance) for each in turn.others)
    return goes_on or bool(asked_for(turn))


def read_back(turn: Turn) -> str:
    """Everything that a read-back shows, beside its text too; empty when nothing is read back."""
    parts = []
    for each in turn.others:
        if CONSENT in _steps_of(turn, each):
            details = json.dumps(dict(each.details), ensure_ascii=False) if each.details else ""
            parts += [each.text, details, *each.titles]
    return "\n".join(parts)


def was_sent(turn: Turn) -> bool:
    """Whether the request was passed on, or changed, in this turn."""
    return (turn.is_open and not turn.was_open) or any(map(_says_sent, turn.others))


def _says_sent(message: ReceivedMessage) -> bool:
    if TAKEN_BACK.search(message.utterance) or NOT_SENT.search(message.text):
        return False
    return SENT.fits(message.utterance, message.text)


def _steps_of(turn: Turn, message: ReceivedMessage) -> Iterator[str]:
    if message.kind == NOTICE and message.author == "system":
        return
    by_name = [step for step, known in STEPS.items() if known.named.search(message.utterance)]
    if any(SEND_BUTTON.search(title) for title in message.titles):
        by_name.append(CONSENT)
    if by_name or not _may_ask(turn, message):
        yield from by_name
        return
    for sentence in _SENTENCE.split(message.text):
        if _asks(sentence):
            yield from (step for step, known in STEPS.items() if known.worded.search(sentence))


def _may_ask(turn: Turn, message: ReceivedMessage) -> bool:
    """Whether words count: not those of another kind of reply."""
    is_other = turn.is_asking_back(message) or DECLINED.fits(message.utterance, message.text)
    return not is_other and not SENT.fits(message.utterance, message.text)


def _asks(sentence: str) -> bool:
    is_asking = sentence.endswith("?") or ASKS_FOR_IT.search(sentence)
    return bool(is_asking) and not NOT_OF_THE_FORM.search(sentence)
