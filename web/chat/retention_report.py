"""`python -m web retention`: the oldest row of every table against the policy, for people to read."""

from __future__ import annotations

from datetime import timedelta

from web import migrations
from web.chat import retention
from web.chat.retention import TableReport
from web.context import utc_now
from web.core.db import Database
from web.core.settings import Settings

# The sweep deletes once an hour: a row may be that late.
GRACE = timedelta(hours=2)


async def print_report(settings: Settings) -> int:
    """Print the report; the exit status is 1 when a row stayed longer than was promised."""
    db = Database.of(settings)
    try:
        await migrations.upgrade(db)
        async with db.read() as tx:
            lines = await retention.report(tx, limits=settings.limits, now=utc_now() - GRACE)
    finally:
        await db.close()
    for text in worded(lines):
        print(text)
    return 1 if any(line.overdue for line in lines) else 0


def worded(lines: list[TableReport]) -> list[str]:
    """One line for each table: name, rows, oldest, policy, and whether it is kept."""
    width = max(len(line.table) for line in lines)
    return [
        f"{line.table:{width}}  {line.rows:>8} rows  oldest {_oldest(line):16}  "
        f"{f'{line.overdue} OVERDUE' if line.overdue else 'ok':10}  {line.policy}"
        for line in lines
    ]


def _oldest(line: TableReport) -> str:
    return f"{line.oldest:%Y-%m-%d %H:%M}" if line.oldest else "-"
