"""How to put back what was changed, the last change first. A way back needs no room on the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.cli.installation import CommandFailed


@dataclass
class UndoLog:
    """The steps of the way back."""

    steps: list[Callable[[], object]] = field(default_factory=list)

    def add(self, step: Callable[[], object]) -> None:
        """Say how the change that follows, or was just made, is taken back."""
        self.steps.append(step)

    def all(self) -> bool:
        """Put everything back, as far as it goes; False when something could not be."""
        is_whole = True
        while self.steps:
            try:
                self.steps.pop()()
            except (OSError, CommandFailed):
                is_whole = False
        return is_whole


def put(new: Path, place: Path, aside: Path, undo: UndoLog) -> None:
    """Rename something to its place; what was there is kept aside, on the same disk."""
    if place.exists():
        place.rename(aside)
        undo.add(lambda: aside.rename(place))
    new.rename(place)
    undo.add(lambda: place.rename(new))
