"""The clinic's own tests: conversations that somebody kept in the studio, held with every build.

Each says what has to come. The gate closes for one that fails now and did not fail in the published
release: a test that has failed before says nothing about this build.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.dialogues.dialogue import Dialogue, read_dialogues
from training.dialogues.player import Played
from training.dialogues.wanted import in_words
from training.gate import FailedMessage, Gate

NAME = "own_tests"
FILE = Path("tests") / "own" / f"{NAME}.jsonl"
PASSED, FAILED, LOST = "passed", "failed", "lost"
SHOWN_CHARS = 300


@dataclass(frozen=True)
class OwnTests:
    """How the clinic's own tests went, and which of them failed in the published release already."""

    now: Sequence[Played] = ()
    failed_before: frozenset[str] = field(default_factory=frozenset)

    @property
    def gate(self) -> Gate | None:
        """Whether none broke; None where nobody has kept a test."""
        if not self.now:
            return None
        broke = [each for each in self._failed() if each.dialogue.id not in self.failed_before]
        passed = sum(each.passed for each in self.now)
        sentence = f"{passed} of {len(self.now)} of your own tests pass."
        if broke:
            what = "1 of your own tests fails" if len(broke) == 1 else f"{len(broke)} of your own tests fail"
            sentence = f"{what} that did not fail before."
        return Gate(NAME, passed=not broke, sentence=sentence, rows=[_row(each) for each in broke])

    def as_data(self) -> list[dict[str, str]]:
        """For the release's report: what became of each."""
        return [_as_data(each) for each in self.now]

    def _failed(self) -> list[Played]:
        return [each for each in self.now if each.is_judged and not each.passed]


def read_own_tests(project: Path) -> list[Dialogue]:
    """The tests that a project brings. Raises ProblemsError."""
    return read_dialogues([project / FILE]) if (project / FILE).is_file() else []


def failed_in(report: Mapping[str, Any]) -> frozenset[str]:
    """Which of them failed when a release was built."""
    return frozenset(str(each["id"]) for each in report.get(NAME) or () if each.get("result") == FAILED)


def _as_data(played: Played) -> dict[str, str]:
    told = {"id": played.dialogue.id, "result": PASSED if played.passed else FAILED}
    if not played.is_judged:
        return {**told, "result": LOST}
    if played.passed:
        return told
    row = _row(played)
    return {**told, "said": row.text, "now": row.now, "wanted": row.wanted}


def _row(played: Played) -> FailedMessage:
    """Up to the first step that fails: what was said, what comes now, what is wanted."""
    at = next(number for number, step in enumerate(played.steps) if step.failed)
    step = played.steps[at]
    said = [turn.said for each in played.steps[: at + 1] for turn in each.turns]
    told = [each.text for each in step.turns[-1].messages] if step.turns else []
    now = " ".join(told)[:SHOWN_CHARS] or "nothing fitting"
    words = f"{played.dialogue.kind}: {' › '.join(said[-3:])}"
    return FailedMessage(words[:SHOWN_CHARS], now, wanted=in_words(step.failed or ()))
