"""`python -m training converse FILE... --score`: play, count, and hold against the floors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from training.dialogues.answers import Answers
from training.dialogues.dialogue import Dialogue, read_dialogues
from training.dialogues.floors import Floors, read_floors
from training.dialogues.player import Played
from training.dialogues.playing import AT_ONCE, play_all, slice_of
from training.dialogues.scores import as_data, as_table, as_text
from training.dialogues.service import service_of
from training.errors import NotDone
from training.releases import needed_release, read_manifest


class NothingToPlay(NotDone):
    """No conversation is left to be played."""


@dataclass(frozen=True)
class Wanted:
    """What to play, on what, and what to tell of it."""

    files: Sequence[Path]
    var: Path
    release: str | None = None  # another than the published one
    url: str | None = None  # a service that runs already, instead of one of our own
    only: str = ""  # an expression for id or kind
    slice: int = 0
    at_once: int = AT_ONCE
    floors: Path | None = None
    shows_failures: bool = False
    is_json: bool = False


def score(wanted: Wanted) -> tuple[str, bool]:
    """Play and count; what to print, and whether every floor is kept. Raises NotDone, ProblemsError."""
    folder = needed_release(wanted.var, wanted.release)
    answers = Answers(read_manifest(folder)["answers"])
    floors = read_floors(wanted.floors) if wanted.floors else Floors({})
    dialogues = _chosen(wanted, answers)
    with _service(wanted, folder) as url:
        played = play_all(dialogues, url, answers, at_once=wanted.at_once)
    if all(each.lost for each in played):
        raise NothingToPlay(f"No conversation could be played: {played[0].lost}.")
    below = floors.below(played)
    return _told(played, below, wanted), not below


def _chosen(wanted: Wanted, answers: Answers) -> list[Dialogue]:
    read = [each for each in read_dialogues(wanted.files) if re.search(wanted.only, f"{each.id} {each.kind}")]
    fitting = [each for each in read if each.is_about(answers.topics)]
    if not fitting:
        raise NothingToPlay("No conversation in these files is wanted and about what this release knows.")
    return slice_of(fitting, wanted.slice) if wanted.slice else fitting


@contextmanager
def _service(wanted: Wanted, folder: Path) -> Iterator[str]:
    with nullcontext(wanted.url) if wanted.url else service_of(folder, wanted.var) as url:
        yield url


def _told(played: Sequence[Played], below: Sequence[str], wanted: Wanted) -> str:
    if wanted.is_json:
        return json.dumps(as_data(played) | {"below_floors": [*below]}, ensure_ascii=False, indent=1)
    failed = [each for each in played if wanted.shows_failures and not (each.passed or each.skipped)]
    return "\n".join([*map(as_text, failed), as_table(played), *below])
