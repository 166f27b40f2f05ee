"""How the clinic's own tests went with a build, kept beyond its release folder for the trend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from web.core.db import Transaction
from web.schema import new_id, test_results

NAME = "own_tests"  # in a report
MAX_CHARS = 400
RESULTS = frozenset({"passed", "failed", "lost"})


async def keep(tx: Transaction, release: str, report: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what a release's report says of them."""
    await tx.execute(delete(test_results).where(test_results.c.release == release))
    for each in report.get(NAME) or ():
        told = {name: str(each.get(name) or "")[:MAX_CHARS] for name in ("said", "now", "wanted")}
        if each.get("result") in RESULTS and each.get("id"):
            row = {"id": new_id(), "release": release, "test_id": str(each["id"])[:32], "held_at": now}
            await tx.execute(insert(test_results).values(**row, result=each["result"], **told))
