"""What was played with a release, kept in `var/cache`: the published one need not play again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from training.dialogues.dialogue import Dialogue
from training.dialogues.player import Played, PlayedStep
from training.models import CODE, file_hash
from training.releases import MANIFEST, release_id

FOLDER = Path("cache") / "conversations"
# Whose code decides what a visitor sees, or how it is judged.
ROOMS = ("actions", "components", "content", "safety", "training/dialogues", "web")


def keep(var: Path, release: Path, played: Sequence[Played]) -> None:
    """Keep how some conversations went with a release; what releases that are gone left is removed."""
    folder = var / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = {release_id(each) for each in release.parent.iterdir()}  # finished, or being built
    for left in folder.glob("*.json"):
        if left.stem not in there:
            left.unlink()
    new = {_key(each.dialogue): _as_data(each) for each in played if not each.lost}
    told = {"of": _mark(release), "played": _played_before(var, release) | new}
    _file(var, release).write_text(json.dumps(told), encoding="utf-8")


def kept(var: Path, release: Path, dialogues: Sequence[Dialogue]) -> list[Played]:
    """Those of these conversations that were played with a release by this very code, as they went."""
    told = _played_before(var, release)
    return [_of(each, told[_key(each)]) for each in dialogues if _key(each) in told]


def _played_before(var: Path, release: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError, KeyError):
        told = json.loads(_file(var, release).read_text(encoding="utf-8"))
        if told["of"] == _mark(release):
            return dict(told["played"])
    return {}


def _as_data(played: Played) -> dict[str, Any]:
    steps = [[step.failed and [*step.failed], step.counts] for step in played.steps]
    return {"steps": steps, "skipped": played.skipped, "lost": played.lost}


def _of(dialogue: Dialogue, told: dict[str, Any]) -> Played:
    steps = [PlayedStep((), failed, counts) for failed, counts in told["steps"]]
    return Played(dialogue, steps, told["lost"], told["skipped"])


def _file(var: Path, release: Path) -> Path:
    return var / FOLDER / f"{release_id(release)}.json"


def _key(dialogue: Dialogue) -> str:
    """Its id and words: a conversation that was written anew is another one."""
    written = json.dumps([*map(dict, dialogue.steps)], sort_keys=True)
    return f"{dialogue.id} {hashlib.sha256(written.encode()).hexdigest()[:16]}"


def _mark(release: Path) -> str:
    """Stands for the release as it was built, and for the code it was played with."""
    return f"{file_hash(release / MANIFEST)} {_code()}"


@lru_cache(maxsize=1)
def _code() -> str:
    hashes = [file_hash(path) for room in ROOMS for path in _files_of(CODE / room)]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def _files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
