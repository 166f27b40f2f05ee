"""The Spanish titles of a release's answers, from the file that the bot itself reads them from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from content.yaml_files import read_yaml

SPANISH = "spanish"


def spanish_titles(path: Path) -> dict[str, str]:
    """Titles by answer id (`data/languages.yml`); none where a release has no such file."""
    if not path.exists():
        return {}
    listed: dict[str, str] = {}
    for each in _parts(read_yaml(path, shown_as=path.name)):
        for name, known in ((each.get("metadata") or {}).get("answers") or {}).items():
            if isinstance(known, Mapping) and known.get("title"):
                listed[str(name)] = str(known["title"])
    return listed


def _parts(document: Any) -> list[Mapping[str, Any]]:
    parts = document.get("nlu") if isinstance(document, Mapping) else None
    return [each for each in parts or () if isinstance(each, Mapping) and each.get("intent") == SPANISH]
