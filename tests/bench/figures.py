"""Small sums: shares of a sorted list, and numbers as a table shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Seconds of many turns."""

    seconds: tuple[float, ...]

    @property
    def p50_ms(self) -> float:
        return percentile(self.seconds, 50) * 1000

    @property
    def p95_ms(self) -> float:
        return percentile(self.seconds, 95) * 1000

    @property
    def worst_ms(self) -> float:
        return max(self.seconds) * 1000

    def as_text(self) -> str:
        """p50 and p95 for a cell of a table."""
        return f"{number(self.p50_ms)} / {number(self.p95_ms)} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` percent of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * share // 100))
    return ordered[int(rank) - 1]


def number(value: float) -> str:
    """Three digits at most; more would be noise."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"
