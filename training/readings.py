"""What visitors would read: the words of a release as live mode says them, without a server.

Facts stand in braces: a release does not know them, and they are signed on their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from content.answers import Answer
from content.clinical import Judge
from content.wording import Wording
from training.replay import Reaction

NOT_REVIEWED = "utter_not_reviewed"
ANSWER = "faq/"
ALONE = {"asked_back": "utter_ask_back", "declined": "utter_decline"}


@dataclass(frozen=True)
class ReadText:
    """What one message makes somebody read; `unsigned`: clinical, and no clinician stands for it."""

    text: str
    unsigned: bool = False


class Readings:
    """Gives the words of one release for what becomes of a message."""

    def __init__(self, manifest: Mapping[str, Any], judge: Judge, today: date) -> None:
        self._utterances: Mapping[str, Sequence[Mapping[str, Any]]] = manifest["utterances"]
        self._answers: Mapping[str, Mapping[str, Any]] = manifest["answers"]
        self._judge = judge
        self._today = today
        self._known: dict[str, ReadText] = {}

    def of(self, fate: Reaction) -> ReadText:
        """All that is read, one part after the other."""
        names = [f"utter_{intent}" for intent in fate.gets] or [ALONE.get(fate.outcome, "")]
        parts = [self._of(name) for name in names if name in self._utterances]
        return ReadText("\n\n".join(part.text for part in parts), any(part.unsigned for part in parts))

    def _of(self, utterance: str) -> ReadText:
        if utterance not in self._known:
            self._known[utterance] = self._read(utterance)
        return self._known[utterance]

    def _read(self, utterance: str) -> ReadText:
        name = utterance.removeprefix("utter_")
        answer = self._answers.get(name.removeprefix(ANSWER)) if name.startswith(ANSWER) else None
        if answer and answer.get("clinical") and not self._is_signed(answer):
            return ReadText(self._text(NOT_REVIEWED))
        text = self._text(utterance)
        if answer and answer.get("clinical"):
            return ReadText(text)
        return ReadText(text, unsigned=self._is_clinical(name, answer, text))

    def _is_clinical(self, name: str, answer: Mapping[str, Any] | None, text: str) -> bool:
        if answer is None:
            return bool(self._judge.of_text(text))
        if answer.get("not_clinical"):  # of these very words: the check before the build saw to it
            return False
        wordings = tuple(Wording.of(each) for each in self._utterances.get(f"utter_{name}", ()))
        title = str(answer.get("title") or "")
        return bool(self._judge.of_answer(Answer(name.removeprefix(ANSWER), title=title, wordings=wordings)))

    def _is_signed(self, answer: Mapping[str, Any]) -> bool:
        signers = answer.get("reviewed_by") or {}
        return bool(signers.get("en")) and str(answer.get("review_by") or "") >= self._today.isoformat()

    def _text(self, utterance: str) -> str:
        """Every English wording: which one is said depends on the facts."""
        texts = [w.text for w in map(Wording.of, self._utterances.get(utterance, ())) if w.language == "en"]
        return "\n/ ".join(texts)
