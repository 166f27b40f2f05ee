"""By which names and words a reply is recognised: `wordings.yml`, read once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from content.yaml_files import read_yaml
from training.dialogues.texts import AS_ONE

_FILE = Path(__file__).with_name("wordings.yml")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Phrase:
    """How one kind of reply is known: by the name of its utterance, or by its words."""

    named: re.Pattern[str]
    worded: re.Pattern[str]

    def fits(self, utterance: str, text: str) -> bool:
        return bool(self.named.search(utterance) or self.worded.search(text))


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Any]:
    return dict(read_yaml(_FILE))


def wording(*path: str) -> Phrase:
    """The names and words of one kind, by where it stands in the file."""
    found = _at(path)
    return Phrase(_one_of(found.get("named", ())), _one_of(found.get("worded", ())))


def words(*path: str) -> re.Pattern[str]:
    """A bare list of expressions, as one."""
    return _one_of(_at(path))


def names(*path: str) -> list[str]:
    """What stands below a part of the file."""
    return list(_at(path))


def _at(path: Iterable[str]) -> Any:
    found: Any = _all()
    for step in path:
        found = found[step]
    return found


def _one_of(patterns: Iterable[str]) -> re.Pattern[str]:
    listed = list(patterns)
    return re.compile("|".join(f"(?:{each})" for each in listed), AS_ONE) if listed else _NOTHING
