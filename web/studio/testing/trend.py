"""How the clinic's own tests went from build to build: shares, what broke, what was mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from web.core.db import Transaction
from web.schema import test_results

MAX_BUILDS = 20
PASSED, FAILED = "passed", "failed"


@dataclass(frozen=True)
class BuildResults:
    """One build: how many of the tests that were held passed, and what is other than before."""

    release: str
    held_at: datetime
    passed: int
    held: int
    broke: tuple[str, ...]  # ids of tests
    mended: tuple[str, ...]
    results: Mapping[str, str]

    @property
    def share(self) -> float:
        """The share that passed."""
        return self.passed / self.held if self.held else 0.0


async def trend(tx: Transaction) -> list[BuildResults]:
    """The last builds that held a test, the newest first."""
    rows = list((await tx.execute(select(test_results).order_by(test_results.c.held_at))).mappings())
    by_release: dict[str, list[Any]] = {}
    for row in rows:
        by_release.setdefault(row["release"], []).append(row)
    last: dict[str, str] = {}
    builds = []
    for release, held in by_release.items():
        builds.append(_build(release, held, last))
        last |= {row["test_id"]: row["result"] for row in held if row["result"] in (PASSED, FAILED)}
    return builds[::-1][:MAX_BUILDS]


async def failures(tx: Transaction, release: str) -> dict[str, Any]:
    """What was said and came instead in each test that failed with a release, by test."""
    mine = (test_results.c.release == release, test_results.c.result == FAILED)
    rows = (await tx.execute(select(test_results).where(*mine))).mappings()
    return {row["test_id"]: row for row in rows}


def _build(release: str, held: Sequence[Any], last: Mapping[str, str]) -> BuildResults:
    results = {row["test_id"]: str(row["result"]) for row in held}
    judged = {name: result for name, result in results.items() if result in (PASSED, FAILED)}
    return BuildResults(
        release,
        held[0]["held_at"],
        sum(result == PASSED for result in judged.values()),
        len(judged),
        tuple(name for name, result in judged.items() if result == FAILED and last.get(name) == PASSED),
        tuple(name for name, result in judged.items() if result == PASSED and last.get(name) == FAILED),
        results,
    )
