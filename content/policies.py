"""The clinic's rules for its own words (`data/policy.yml`): data, so that no clinic is in code."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from content.clinical_words import ClinicalWords, read_words
from content.yaml_files import read_yaml


@dataclass(frozen=True)
class Policy:
    """Limits for replies (words; Flesch-Kincaid grades), plain and banned words, openings, publishers."""

    max_words: int = 90
    max_grade: float = 8
    max_median_grade: float = 6
    min_questions: int = 5
    plain_words: frozenset[str] = frozenset()
    banned: tuple[str, ...] = ()
    dosing: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    publishers: tuple[str, ...] = field(default_factory=tuple)
    clinical: ClinicalWords = field(default_factory=read_words)

    def is_primary(self, url: str) -> bool:
        """Whether an address may be shown to a visitor as a source."""
        host = urlsplit(url).hostname or ""
        return any(host == name or host.endswith(f".{name}") for name in self.publishers)


def read_policy(project: Path) -> Policy:
    """Read `data/policy.yml` and `data/clinical.yml`; without them the defaults hold."""
    path = project / "data" / "policy.yml"
    if not path.exists():
        return Policy(clinical=read_words(project))
    kept: dict[str, Any] = dict(read_yaml(path)["policy"])
    kept["plain_words"] = frozenset(str(word).lower() for word in kept.get("plain_words", ()))
    for name in ("banned", "dosing", "openings", "publishers"):
        kept[name] = tuple(str(item) for item in kept.get(name, ()))
    return Policy(**kept, clinical=read_words(project))
