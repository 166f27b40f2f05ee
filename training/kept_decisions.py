"""What a release decided on messages of ours, kept in `var/cache`: published, it is not asked them again.

Messages of visitors are not kept: no word of theirs, nor what became of it, stands in a file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from components.onnx_encoder import encoder_folder, fingerprint_of
from training.models import code_hash, file_hash
from training.releases import MANIFEST, release_id
from training.replay import Ask, Decided, Share, Understander

FOLDER = Path("cache") / "decisions"


class Remembering(Understander):
    """A release that is asked only what is not known of it."""

    def __init__(self, release: Understander, known: Mapping[str, Decided]) -> None:
        self.folder = release.folder
        self._release = release
        self._known = known

    def decisions(self, asks: Sequence[Ask], share: Share = lambda done: None) -> list[Decided]:
        """The decision on each message, in order."""
        unknown = [ask for ask in asks if _key(ask) not in self._known]
        found = iter(self._release.decisions(unknown, share) if unknown else ())
        share(1.0)
        return [self._known.get(_key(ask)) or next(found) for ask in asks]


def keep(var: Path, release: Path, asks: Iterable[Ask], decided: Iterable[Decided]) -> None:
    """Keep what a release decided; what releases that are gone left is removed."""
    folder = var / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = {release_id(each) for each in release.parent.iterdir()}  # finished, or being built
    for left in folder.glob("*.json"):
        if left.stem not in there:
            left.unlink()
    told = {"of": _mark(release), "decided": dict(zip(map(_key, asks), decided, strict=True))}
    _file(var, release).write_text(json.dumps(told), encoding="utf-8")


def kept(var: Path, release: Path) -> dict[str, Decided]:
    """What was kept of a release, as long as it and this code are what they were."""
    with suppress(OSError, ValueError, KeyError):
        told = json.loads(_file(var, release).read_text(encoding="utf-8"))
        if told["of"] == _mark(release):
            return dict(told["decided"])
    return {}


def _key(ask: Ask) -> str:
    said = json.dumps([ask.text, ask.topic, ask.it, ask.after])
    return hashlib.sha256(said.encode()).hexdigest()


def _file(var: Path, release: Path) -> Path:
    return var / FOLDER / f"{release_id(release)}.json"


def _mark(release: Path) -> str:
    """Stands for the release as it was built, and for all that decides by its model."""
    return f"{file_hash(release / MANIFEST)} {code_hash()} {fingerprint_of(encoder_folder())}"
