"""The floors of a set of conversations: what share of each file has to go right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.yaml_files import Problem, ProblemsError, read_yaml
from training.dialogues.player import Played
from training.dialogues.scores import Count, by_group, count

TURNS, CONVERSATIONS = "turns", "conversations"
GRACE = 1  # one may always go wrong: a few conversations are a coarse measure


@dataclass(frozen=True)
class Floor:
    """What one file is called for people, what is counted in it, and how much of that has to be right."""

    title: str
    counts: str  # turns or conversations
    at_least: float  # a share

    def of(self, counted: Count) -> tuple[int, int]:
        """How many were right, of how many."""
        if self.counts == TURNS:
            return counted.turns_right, counted.turns
        return counted.right, counted.conversations

    def is_kept(self, counted: Count) -> bool:
        """Whether enough was right."""
        right, every = self.of(counted)
        return right + GRACE >= self.at_least * every


class Floors:
    """The floor of each file by its name; a file without one is only counted."""

    def __init__(self, floors: Mapping[str, Floor]) -> None:
        self._floors = floors

    def of(self, group: str) -> Floor:
        """The floor of a file."""
        title = group.replace("_", " ").capitalize()
        return self._floors.get(group, Floor(title, CONVERSATIONS, 0.0))

    def below(self, played: Sequence[Played]) -> list[str]:
        """A sentence for each file that is below its floor."""
        counted = {group: count(some) for group, some in by_group(played).items()}
        return [_said(self.of(group), c) for group, c in counted.items() if not self.of(group).is_kept(c)]


def read_floors(path: Path) -> Floors:
    """Read `floors.yml`. Raises ProblemsError, OSError."""
    written = read_yaml(path)
    try:
        return Floors({
            str(group): Floor(str(each["title"]), _counted(each["counts"]), float(each["at_least"]))
            for group, each in written.items()
        })  # fmt: skip
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        text = f"Each file has a title, counts ({TURNS} or {CONVERSATIONS}) and at_least, a share: {error}."
        raise ProblemsError([Problem(path.as_posix(), 1, text)]) from error


def _counted(written: object) -> str:
    if written not in (TURNS, CONVERSATIONS):
        raise ValueError(f"{written!r} is neither")
    return str(written)


def _said(floor: Floor, counted: Count) -> str:
    right, every = floor.of(counted)
    least = f"at least {floor.at_least:.0%} should be"
    return f"{floor.title}: {right} of {every} {floor.counts} are right; {least}."
