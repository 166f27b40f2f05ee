"""The pinned packages of the requirements: names, versions and hashes, as the files say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
# What runs, by the half that it runs in; developers' tools are not among them.
FILES = {"web": ("web.txt",), "bot": ("bot.txt", "encoder.txt")}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One pinned package."""

    name: str
    version: str
    hashes: tuple[str, ...]
    half: str


def pins(folder: Path = REQUIREMENTS) -> list[Pin]:
    """Every pinned package of both halves, by name."""
    found = [pin for half, names in FILES.items() for name in names for pin in _of(folder / name, half)]
    return sorted(found, key=lambda pin: (pin.name, pin.version, pin.half))


def _of(path: Path, half: str) -> Iterator[Pin]:
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for line in lines:
        if named := _PIN.match(line.strip()):
            name = re.sub(r"[-_.]+", "-", named[1]).lower()
            yield Pin(name, named[2], tuple(_HASH.findall(line)), half)
