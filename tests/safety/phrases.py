"""The development phrases: read once and judged once, used by several tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from safety.check import Verdict, check
from safety.measure import DANGER, label_of, read_rows

PHRASES = read_rows(Path(__file__).parent / "phrases.tsv")
DANGEROUS = [row for row in PHRASES if label_of(row) in DANGER]
HARMLESS = [row for row in PHRASES if label_of(row) not in DANGER]


@cache
def judged(text: str) -> Verdict:
    return check(text)
