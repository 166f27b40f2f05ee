"""Plays one written conversation, step by step, and judges what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.dialogues import form
from training.dialogues.checks import failures
from training.dialogues.dialogue import Dialogue
from training.dialogues.texts import listed
from training.dialogues.turns import Turn
from training.dialogues.visitor import Speaker

ASK_FOR_A_CALL = "Please have someone call me."
SEND_BUTTON, SEND_WORDS, SENT = "^yes\\b", "Yes, send it. You may leave a message.", "sent"
MAX_MESSAGES_OF_A_FORM = 9


@dataclass(frozen=True)
class PlayedStep:
    """One step: what was said, what failed (None: nothing was expected), whether it counts as a turn."""

    turns: Sequence[Turn]
    failed: Sequence[str] | None
    counts: bool


@dataclass
class Played:
    """How one conversation went. `lost`: the service did not serve it; `skipped`: it says nothing."""

    dialogue: Dialogue
    steps: list[PlayedStep] = field(default_factory=list)
    lost: str = ""
    skipped: bool = False

    @property
    def is_judged(self) -> bool:
        return not self.lost and not self.skipped

    @property
    def why(self) -> list[str]:
        """Everything that failed."""
        return [each for step in self.steps for each in step.failed or ()]

    @property
    def passed(self) -> bool:
        return self.is_judged and not self.why

    @property
    def counted(self) -> list[bool]:
        """Whether it went right, for every step that counts as a turn."""
        return [not step.failed for step in self.steps if step.counts]


def play(dialogue: Dialogue, speaker: Speaker) -> Played:
    """Hold one conversation. Raises NotServed."""
    played = Played(dialogue)
    for step in dialogue.steps:
        if step.get("if_asks_back") and not (speaker.turns and speaker.turns[-1].asks_back):
            played.skipped = True  # the question that it leans on was not asked
            break
        played.steps.append(_step(step, speaker))
    return played


def _step(step: Mapping[str, Any], speaker: Speaker) -> PlayedStep:
    first = len(speaker.turns)
    problem = _do(step, speaker)
    failed: list[str] | None = None
    if problem:
        failed = [problem]
    elif "expect" in step:
        failed = failures(step["expect"], speaker.turns[-1], speaker.turns[:-1])
    counts = "expect" in step and not step.get("setup")
    return PlayedStep(speaker.turns[first:], failed, counts)


def _do(step: Mapping[str, Any], speaker: Speaker) -> str:
    """Do what a step says; a sentence when it could not be done."""
    if "fill" in step:
        return _Walk(step["fill"], speaker).go()
    if "say" in step:
        speaker.say(step["say"])
    elif speaker.press(step["press"]) is None:
        if "or_say" not in step:
            return f"there is no choice {step['press']!r}"
        speaker.say(step["or_say"])
    return ""


class _Walk:
    """Goes through the form for a call, in whichever order it asks, as far as it is wanted."""

    def __init__(self, details: Mapping[str, Any], speaker: Speaker) -> None:
        self._to = {*listed(details["to"])}
        self._details = {name: text for name, text in details.items() if name not in ("to", "open")}
        self._opens_with = str(details.get("open", ASK_FOR_A_CALL))
        self._speaker = speaker
        self._is_open = False
        self._given: Sequence[str] = ()

    def go(self) -> str:
        """Walk; a sentence when it leads elsewhere."""
        for _ in range(MAX_MESSAGES_OF_A_FORM):
            asked = self._asked()
            if self._to & {*asked} or (SENT in self._to and self._is_sent()):
                return ""
            problem = self._answer(asked) if asked else self._open()
            if problem:
                return problem
        return f"the form never came to {sorted(self._to)}"

    def _asked(self) -> list[str]:
        return form.asked_for(self._speaker.turns[-1]) if self._speaker.turns else []

    def _is_sent(self) -> bool:
        last = self._speaker.turns[-1] if self._speaker.turns else None
        return last is not None and last.is_open and form.was_sent(last)

    def _open(self) -> str:
        if self._is_open:
            return f"the form asks for nothing on the way to {sorted(self._to)}"
        self._is_open = True
        self._speaker.say(self._opens_with)
        return ""

    def _answer(self, asked: Sequence[str]) -> str:
        given = [step for step in asked if step in self._details]
        if not given and SENT in self._to and asked == [form.CONSENT]:
            if self._speaker.press(SEND_BUTTON) is None:
                self._speaker.say(SEND_WORDS)
            return ""
        if not given or given == self._given:
            again = " again" if given else ""
            return f"the form asks for {', '.join(asked)}{again} on the way to {sorted(self._to)}"
        self._given = given
        self._speaker.say(", ".join(self._details[step] for step in given))
        return ""
