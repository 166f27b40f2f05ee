"""The words that the rules of the decision look for (`words.yml`), as one expression each."""

from __future__ import annotations

import re
from pathlib import Path

from content.yaml_files import read_yaml

_LISTS = read_yaml(Path(__file__).parent / "words.yml")


def words(name: str) -> re.Pattern[str]:
    """Any of the expressions of one list, case ignored."""
    return re.compile("|".join(_LISTS[name]), re.IGNORECASE)
