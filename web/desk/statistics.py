"""The desk in numbers: counts over a range of days, beside those of the days before. No words, no names."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select

from web.bot.manifest import Manifest
from web.core.db import Transaction, rows_of
from web.core.errors import BadRequest
from web.desk.finding.tags import OUTCOME
from web.desk.numbers import charts as draw
from web.desk.numbers.charts import Chart
from web.schema import (
    callbacks,
    conversation_tags,
    conversations,
    handoff_events,
    handoffs,
    messages,
    ratings,
    turns,
)

MAX_DAYS = 366
DEFAULT_DAYS = 28
# Days and hours of two periods are not compared bar by bar.
_BY_TIME = ("Conversations", "Busiest hours")


def days_of(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """The range of days, both included. Raises BadRequest."""
    last = until or today
    first = since or last - timedelta(days=DEFAULT_DAYS - 1)
    if first > last:
        raise BadRequest("The range ends before it begins. Please swap the two dates.")
    if (last - first).days >= MAX_DAYS:
        raise BadRequest("Please choose a year at most.")
    return first, last


async def compared(
    tx: Transaction, *, first: date, last: date, zone: ZoneInfo | None, manifest: Manifest
) -> list[Chart]:
    """Every chart of a range of days, each with what it showed of as many days before."""
    length = timedelta(days=(last - first).days + 1)
    now = await charts(tx, first=first, last=last, zone=zone, manifest=manifest)
    before = await charts(tx, first=first - length, last=last - length, zone=zone, manifest=manifest)
    return [_beside(chart, earlier) for chart, earlier in zip(now, before, strict=True)]


def _beside(chart: Chart, before: Chart) -> Chart:
    if not before.bars:
        return chart
    bars = {} if chart.title in _BY_TIME else dict(before.bars)
    return replace(chart, before=bars, before_sentence=f"{before.sentence.partition(';')[0].rstrip('.')}.")


async def charts(
    tx: Transaction, *, first: date, last: date, zone: ZoneInfo | None, manifest: Manifest
) -> list[Chart]:
    """Every chart of a range of days."""
    start = datetime.combine(first, time(), tzinfo=zone or UTC)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone or UTC)
    begun = await _rows(tx, select(conversations.c.created_at).where(conversations.c.last_seq > 0),
                        conversations.c.created_at, start, end)  # fmt: skip
    done = await _rows(tx, select(turns.c.outcome, turns.c.understood), turns.c.created_at, start, end)
    events = await _rows(tx, select(handoff_events), handoff_events.c.at, start, end)
    calls = await _rows(tx, select(callbacks.c.state), callbacks.c.created_at, start, end)
    asked = await _rows(tx, select(handoffs.c.reason, handoffs.c.urgent), handoffs.c.requested_at, start, end)
    ended = await _rows(
        tx,
        select(conversation_tags.c.name).where(conversation_tags.c.kind == OUTCOME),
        conversation_tags.c.created_at,
        start,
        end,
    )
    rated = await _rows(
        tx,
        select(ratings.c.helpful, messages.c.utterance).join(messages, messages.c.id == ratings.c.message_id),
        ratings.c.created_at,
        start,
        end,
    )

    def drawn() -> list[Chart]:
        local = [row["created_at"].astimezone(zone or UTC) for row in begun]
        return [
            draw.by_day(local, first, last),
            draw.outcomes(done),
            draw.reasons(asked),
            draw.handed_over(events),
            draw.crises(events),
            draw.endings(ended),
            draw.waits(events),
            draw.calls(calls),
            draw.helpful(rated, manifest),
            draw.topics(done, manifest),
            draw.hours(local),
        ]

    return await asyncio.to_thread(drawn)


async def _rows(tx: Transaction, query: Any, column: Any, start: datetime, end: datetime) -> list[RowMapping]:
    return await rows_of(await tx.execute(query.where(column >= start, column < end)))
