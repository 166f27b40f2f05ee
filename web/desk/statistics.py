"""The desk in numbers: counts over a range of days, ready to be drawn. No words, no names."""

from __future__ import annotations

import asyncio
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select

from web.bot.manifest import ANSWER_PREFIX, Manifest
from web.core import formatting
from web.core.db import Transaction, rows_of
from web.core.errors import BadRequest
from web.desk.calls.labels import STATES
from web.desk.queue_views import title_of
from web.safety.crisis_outcomes import OUTCOMES as CRISIS_OUTCOMES
from web.schema import callbacks, conversations, handoff_events, messages, ratings, turns

MAX_DAYS = 366
DEFAULT_DAYS = 28
TOP = 12
WAITS = (("under 1 min", 60), ("1 to 2 min", 120), ("2 to 5 min", 300), ("5 to 15 min", 900))
OUTCOMES = {
    "answered": "Answered by the bot",
    "asked_back": "Asked back",
    "skill": "Small talk, forms and other skills",
    "declined": "No answer",
    "safety": "Safety card",
    "failed": "Failed",
    "person": "Left to a person",
}


@dataclass(frozen=True)
class Chart:
    """One chart: its bars in order, and one sentence that says what it shows."""

    title: str
    sentence: str
    kind: Literal["columns", "bars"]
    unit: str
    bars: list[tuple[str, float]]


def days_of(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """The range of days, both included. Raises BadRequest."""
    last = until or today
    first = since or last - timedelta(days=DEFAULT_DAYS - 1)
    if first > last:
        raise BadRequest("The range ends before it begins. Please exchange the two dates.")
    if (last - first).days >= MAX_DAYS:
        raise BadRequest("Please choose a year at most.")
    return first, last


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
            _by_day(local, first, last),
            _outcomes(done),
            _reasons(events),
            _crises(events),
            _waits(events),
            _calls(calls),
            _helpful(rated, manifest),
            _topics(done, manifest),
            _hours(local),
        ]

    return await asyncio.to_thread(drawn)


async def _rows(tx: Transaction, query: Any, column: Any, start: datetime, end: datetime) -> list[RowMapping]:
    return await rows_of(await tx.execute(query.where(column >= start, column < end)))


def _by_day(begun: list[datetime], first: date, last: date) -> Chart:
    counted = Counter(moment.date() for moment in begun)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    step = 1 if len(days) <= 62 else 7
    bars = []
    for place in range(0, len(days), step):
        some = days[place : place + step]
        bars.append((f"{some[0]:%b} {some[0].day}", float(sum(counted[day] for day in some))))
    each = "day" if step == 1 else "week"
    total = sum(counted[day] for day in days)
    return Chart("Conversations", f"{total:,} conversations; each bar is a {each}.", "columns", "", bars)


def _outcomes(done: list[RowMapping]) -> Chart:
    counted = Counter(row["outcome"] for row in done if row["outcome"])
    total = sum(counted.values())
    share = f"{counted['answered'] / total:.0%}" if total else "None"
    sentence = f"{share} of {total:,} messages were answered by the bot alone."
    bars = [(words, float(counted[name])) for name, words in OUTCOMES.items() if counted[name]]
    return Chart("What became of messages", sentence, "bars", "", bars)


def _reasons(events: list[RowMapping]) -> Chart:
    """Why people were asked for, and how it ended."""
    counted = Counter(row["did"] for row in events)
    shown = {
        "requested": "Asked for",
        "urgent": "Became urgent meanwhile",
        "claimed": "Taken over",
        "resolved": "Resolved",
        "not_a_crisis": "Not a crisis",
        "left": "Left without a number",
        "unopened": "Not opened in time",
        "lapsed": "Claims that lapsed",
    }
    bars = [(words, float(counted[name])) for name, words in shown.items() if counted[name]]
    return Chart("Handed over to people", f"Asked for {counted['requested']:,} times.", "bars", "", bars)


def _crises(events: list[RowMapping]) -> Chart:
    """How crises ended, as whoever closed them said."""
    ended = [row for row in events if row["did"] in ("resolved", "not_a_crisis")]
    counted = Counter(row["details"].get("outcome") for row in ended)
    bars = [(words, float(counted[name])) for name, words in CRISIS_OUTCOMES.items() if counted[name]]
    total = int(sum(count for _, count in bars))
    sentence = f"{total:,} were closed with an outcome." if total else "None was closed in this time."
    return Chart("How crises ended", sentence, "bars", "", bars)


def _waits(events: list[RowMapping]) -> Chart:
    asked: dict[str, datetime] = {}
    waited: list[float] = []
    for row in sorted(events, key=lambda each: each["at"]):
        if row["did"] in ("requested", "reopened"):
            asked[row["handoff_id"]] = row["at"]
        elif row["did"] == "claimed" and row["handoff_id"] in asked:
            waited.append((row["at"] - asked.pop(row["handoff_id"])).total_seconds())
    bars, below = [], 0.0
    for words, limit in WAITS:
        bars.append((words, float(sum(below <= each < limit for each in waited))))
        below = limit
    bars.append(("longer", float(sum(each >= below for each in waited))))
    if not waited:
        return Chart("Waiting for a person", "Nobody was taken over in this time.", "bars", "", [])
    half = formatting.how_long(_NULL + timedelta(seconds=statistics.median(waited)), _NULL)
    return Chart("Waiting for a person", f"Half of those taken over waited {half} or less.", "bars", "", bars)


_NULL = datetime(2000, 1, 1, tzinfo=UTC)


def _calls(calls: list[RowMapping]) -> Chart:
    counted = Counter(row["state"] for row in calls)
    reached = counted["reached"] + counted["done"]
    share = f"{reached / len(calls):.0%}" if calls else "None"
    bars = [(title, float(counted[name])) for name, title in STATES.items() if counted[name]]
    return Chart("Calls asked for", f"{share} of {len(calls):,} were reached or done.", "bars", "", bars)


def _helpful(rated: list[RowMapping], manifest: Manifest) -> Chart:
    votes: dict[str, list[bool]] = {}
    for row in rated:
        name = str(row["utterance"] or "")
        if name.startswith(ANSWER_PREFIX):
            votes.setdefault(name.removeprefix(ANSWER_PREFIX), []).append(bool(row["helpful"]))
    most = sorted(votes.items(), key=lambda pair: -len(pair[1]))[:TOP]
    bars = [
        (f"{_title(manifest, name)} ({len(each)})", round(100 * sum(each) / len(each), 1))
        for name, each in most
    ]
    good = sum(bool(row["helpful"]) for row in rated)
    share = (
        f"{good / len(rated):.0%} of {len(rated):,} ratings say that it helped." if rated else "No ratings."
    )
    return Chart("Helpful, by answer", share, "bars", "%", sorted(bars, key=lambda bar: -bar[1]))


def _topics(done: list[RowMapping], manifest: Manifest) -> Chart:
    asked = (row["understood"] or {} for row in done if row["outcome"] == "answered")
    counted = Counter(str(each.get("intent") or "") for each in asked)
    bars = [
        (title_of(manifest, intent) or intent, float(count))
        for intent, count in counted.most_common()
        if intent.startswith("faq/")
    ][:TOP]
    sentence = f"The {len(bars)} answers given most often." if bars else "No answer was given in this time."
    return Chart("Most asked", sentence, "bars", "", bars)


def _hours(begun: Iterable[datetime]) -> Chart:
    counted = Counter(moment.hour for moment in begun)
    bars = [(f"{hour}:00", float(counted[hour])) for hour in range(24)]
    if not counted:
        return Chart("Busiest hours", "Nobody wrote in this time.", "columns", "", [])
    busiest = max(counted, key=lambda hour: counted[hour])
    return Chart("Busiest hours", f"Most conversations begin between {busiest}:00 and {busiest + 1}:00.",
                 "columns", "", bars)  # fmt: skip


def _title(manifest: Manifest, answer_id: str) -> str:
    return title_of(manifest, f"faq/{answer_id}") or answer_id
