"""The gate of conversations: practice conversations with the published release and with the next one.

They are played against the whole service, the web half included, so what is judged is what visitors
see. What the published release made of them is kept from its own build, when nothing has changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content.packs import SHIPPED, pack_of
from training.dialogues.answers import Answers
from training.dialogues.dialogue import Dialogue, read_dialogues
from training.dialogues.floors import Floor, Floors, read_floors
from training.dialogues.kept import keep, kept
from training.dialogues.player import Played
from training.dialogues.playing import play_all, slice_of
from training.dialogues.scores import Count, by_group, count
from training.dialogues.service import service_of
from training.dialogues.wanted import in_words
from training.errors import NotDone
from training.gate import FailedMessage, Gate
from training.models import CODE
from training.own_tests import NAME as OWN_TESTS
from training.own_tests import OwnTests, failed_in, read_own_tests
from training.releases import REPORT, read_manifest

NAME = "conversations"
FOLDER, FLOORS = Path("tests") / "evaluation" / "dialogues", "floors.yml"
# Of a build: enough to notice a loss, and over in some seconds.
SLICE, LIMIT_S, MIN_PLAYED_SHARE = 60, 600.0, 0.8
# In a report that can be read before they have ended; it stays when they never do.
AWAITED = Gate(
    NAME,
    passed=False,
    sentence="The practice conversations with this release have not been played to their end.",
    is_awaited=True,
)
# The share of conversations that may go wrong in exchange for nothing.
MAX_LOST_SHARE = 0.04
SHOWN_CHARS = 300
Share = Callable[[float], None]


@dataclass(frozen=True)
class Held:
    """The practice conversations of one build: with its release and, when there is one, the published."""

    now: Sequence[Played] = ()
    was: Sequence[Played] | None = None
    floors: Floors = field(default_factory=lambda: Floors({}))
    failure: str = ""  # why none could be held
    own: OwnTests = field(default_factory=OwnTests)

    @property
    def gate(self) -> Gate:
        """Whether they go as well as they should, and as well as before, in words for an owner."""
        if self.failure:
            return Gate(NAME, passed=False, sentence=self.failure)
        if not self.now:
            nothing = "No practice conversation is about what these answers cover, so none was held."
            return Gate(NAME, passed=True, sentence=nothing)
        low = [self._named(group) for group in self._fallen()]
        if low:
            sentence = f"Too few practice conversations go as they should: {'; '.join(low)}."
        elif self._lost_too_many():
            sentence = f"Only {self._of(self.now)} practice conversations go as they should{self._before()}."
        else:
            sentence = f"{self._of(self.now)} practice conversations go as they should{self._before()}."
            return Gate(NAME, passed=True, sentence=sentence, rows=self._rows())
        return Gate(NAME, passed=False, sentence=sentence, rows=self._rows())

    def as_data(self) -> dict[str, Any]:
        """For the release's report: each kind, before and after."""
        now, was = _counts(self.now), _counts(self.was or ())
        kinds = []
        for group, counted in now.items():
            floor = self.floors.of(group)
            before = [*floor.of(was[group])] if group in was else None
            kinds.append({"title": floor.title, "counts": floor.counts, "at_least": floor.at_least,
                          "before": before, "after": [*floor.of(counted)]})  # fmt: skip
        return {"played": count(self.now).conversations, "kinds": kinds}

    def _fallen(self) -> list[str]:
        """The kinds that are below their floor and were not so before."""
        now, was = _counts(self.now), _counts(self.was or ())
        low = [group for group, counted in now.items() if not self._floor(group).is_kept(counted)]
        return [group for group in low if group not in was or self._floor(group).is_kept(was[group])]

    def _lost_too_many(self) -> bool:
        was, now = self._played_with_both()
        return was.right - now.right > max(1, MAX_LOST_SHARE * now.conversations)

    def _played_with_both(self) -> tuple[Count, Count]:
        """Only these can be compared: a busy machine may have lost some of either."""
        judged = [{e.dialogue.id for e in some if e.is_judged} for some in (self.was or (), self.now)]
        both = set.intersection(*judged)
        was, now = ([e for e in some if e.dialogue.id in both] for some in (self.was or (), self.now))
        return count(was), count(now)

    def _rows(self) -> list[FailedMessage]:
        """Those that were right and fail now; with nothing to compare with, all that fail."""
        right = None if self.was is None else {each.dialogue.id for each in self.was if each.passed}
        failed = [each for each in self.now if each.is_judged and not each.passed]
        was = "" if right is None else "as it should"
        return [_row(each, was) for each in failed if right is None or each.dialogue.id in right]

    def _named(self, group: str) -> str:
        floor = self._floor(group)
        right, every = floor.of(_counts(self.now)[group])
        return f"{floor.title}, {right} of {every} (at least {floor.at_least:.0%} should)"

    def _floor(self, group: str) -> Floor:
        return self.floors.of(group)

    def _of(self, played: Sequence[Played]) -> str:
        counted = count(played)
        return f"{counted.right} of {counted.conversations}"

    def _before(self) -> str:
        if self.was is None:
            return ""
        was, now = self._played_with_both()
        if now.conversations == count(self.now).conversations:
            return f"; with the published release {was.right} do"
        both = f"of {was.conversations} played with the published release too"
        return f"; {both}, {was.right} do there and {now.right} here"


def hold(release: Path, before: Path | None, project: Path, var: Path, share: Share) -> Held:
    """Hold them with a release, and with the published one unless that is known."""
    folder = _folder_of(project)
    floors = read_floors(folder / FLOORS) if (folder / FLOORS).exists() else Floors({})
    every = read_dialogues(sorted(folder.glob("*.jsonl")))
    topics = Answers(read_manifest(release)["answers"]).topics if _is_written_for(project) else frozenset()
    dialogues = slice_of([each for each in every if each.is_about(topics)], SLICE)
    own = read_own_tests(project)
    if not dialogues and not own:
        return Held(floors=floors)
    known = kept(var, before, dialogues) if before else []
    unknown = _without(dialogues, known) if before else []
    mine = len([*dialogues, *own]) / len([*dialogues, *own, *unknown])
    try:
        both = _played(release, [*dialogues, *own], var, lambda done: share(mine * done))
        now = [each for each in both if each.dialogue.group != OWN_TESTS]
        was = _was(before, known, unknown, var, lambda done: share(mine + (1 - mine) * done))
    except (NotDone, OSError) as error:
        print(f"No conversation could be held: {error}", file=sys.stderr)
        return Held(failure=_CANNOT)
    tests = OwnTests([each for each in both if each.dialogue.group == OWN_TESTS], _failed_in(before))
    if count(now).lost > (1 - MIN_PLAYED_SHARE) * len(now):
        return Held(failure=_TOO_SLOW, own=tests)
    return Held(now, _comparable(was, now), floors, own=tests)


_CANNOT = (
    "The practice conversations could not be held, so nobody can tell how this release talks. "
    "The log of the build says why."
)
_TOO_SLOW = (
    "This machine was too busy for the practice conversations, so nobody can tell how this release talks. "
    "Build once more when it is quiet."
)


def _played(release: Path, dialogues: Sequence[Dialogue], var: Path, share: Share) -> list[Played]:
    answers = Answers(read_manifest(release)["answers"])
    with service_of(release, var) as url:
        played = play_all(dialogues, url, answers, limit_s=LIMIT_S, share=share)
    keep(var, release, played)
    return played


def _without(dialogues: Sequence[Dialogue], known: Sequence[Played]) -> list[Dialogue]:
    ids = {each.dialogue.id for each in known}
    return [each for each in dialogues if each.id not in ids]


def _was(
    release: Path | None, known: Sequence[Played], unknown: Sequence[Dialogue], var: Path, share: Share
) -> list[Played] | None:
    """With the published release; None without one, or when an earlier version made it."""
    if release is None:
        return None
    try:
        return [*known, *(_played(release, unknown, var, share) if unknown else ())]
    except (NotDone, OSError) as error:
        print(f"Release {release.name} cannot be talked to: {error}", file=sys.stderr)
        return None


def _failed_in(before: Path | None) -> frozenset[str]:
    """Which of the clinic's own tests failed in the published release."""
    try:
        return failed_in(json.loads((before / REPORT).read_text(encoding="utf-8"))) if before else frozenset()
    except (OSError, ValueError):
        return frozenset()


def _comparable(was: Sequence[Played] | None, now: Sequence[Played]) -> list[Played] | None:
    """Of the earlier ones those that say something now as well."""
    judged = {each.dialogue.id for each in now if each.is_judged}
    return None if was is None else [each for each in was if each.is_judged and each.dialogue.id in judged]


def _folder_of(project: Path) -> Path:
    """The conversations that a project brings, else those that are shipped."""
    return project / FOLDER if any((project / FOLDER).glob("*.jsonl")) else CODE / FOLDER


def _is_written_for(project: Path) -> bool:
    """Whether these conversations were written for this clinic's answers, and not for its skills alone."""
    return pack_of(project) == SHIPPED or _folder_of(project) == project / FOLDER


def _counts(played: Sequence[Played]) -> Mapping[str, Count]:
    return {group: count(some) for group, some in by_group(played).items()}


def _row(played: Played, was: str) -> FailedMessage:
    """Up to the first step that fails: what the visitor said, what comes now, what is wanted."""
    at = next(number for number, step in enumerate(played.steps) if step.failed)
    said = [turn.said for step in played.steps[: at + 1] for turn in step.turns]
    step = played.steps[at]
    told = [each.text for each in step.turns[-1].messages] if step.turns else []
    now = " ".join(told)[:SHOWN_CHARS] or "nothing fitting"
    return FailedMessage(" › ".join(said[-3:]), now, was=was, wanted=in_words(step.failed or ()))
