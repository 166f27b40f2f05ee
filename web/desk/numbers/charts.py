"""The charts of the numbers: bars in order, and one sentence that says what they show."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import RowMapping

from content.opening_hours import clock_in_words
from web.bot.manifest import ANSWER_PREFIX, Manifest
from web.core import formatting
from web.desk.calls.labels import STATES
from web.desk.finding.tags import OUTCOMES
from web.desk.queue_views import title_of
from web.safety.crisis_outcomes import OUTCOMES as CRISIS_OUTCOMES

ANSWER = "faq/"
TOP = 12
WAITS = (("under 1 min", 60), ("1 to 2 min", 120), ("2 to 5 min", 300), ("5 to 15 min", 900))
TURN_OUTCOMES = {
    "answered": "Answered by the bot",
    "asked_back": "Asked a clarifying question",
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
    before: Mapping[str, float] = field(default_factory=dict)  # the same bars in the period before
    before_sentence: str = ""


def by_day(begun: list[datetime], first: date, last: date) -> Chart:
    """Conversations by the day, or by the week."""
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


def outcomes(done: list[RowMapping]) -> Chart:
    """What happened to messages."""
    counted = Counter(row["outcome"] for row in done if row["outcome"])
    total = sum(counted.values())
    share = f"{counted['answered'] / total:.0%}" if total else "None"
    sentence = f"{share} of {total:,} messages were answered by the bot alone."
    bars = [(words, float(counted[name])) for name, words in TURN_OUTCOMES.items() if counted[name]]
    return Chart("What happened to messages", sentence, "bars", "", bars)


def handed_over(events: list[RowMapping]) -> Chart:
    """How often people were asked for, and how it ended."""
    counted = Counter(row["did"] for row in events)
    shown = {
        "requested": "Asked for",
        "urgent": "Became urgent meanwhile",
        "claimed": "Taken over",
        "resolved": "Resolved",
        "not_a_crisis": "Not a crisis",
        "left": "Left without a number",
        "unopened": "Not opened in time",
        "lapsed": "Returned to the list automatically",
    }
    bars = [(words, float(counted[name])) for name, words in shown.items() if counted[name]]
    return Chart("Handed over to people", f"Requested {counted['requested']:,} times.", "bars", "", bars)


def reasons(asked: list[RowMapping]) -> Chart:
    """Why people were asked for."""
    counted = Counter(formatting.reason(row["reason"], is_urgent=row["urgent"]) for row in asked)
    bars = [(words, float(count)) for words, count in counted.most_common()]
    urgent = sum(bool(row["urgent"]) for row in asked)
    sentence = f"{urgent:,} of {len(asked):,} were urgent." if asked else "No requests in this period."
    return Chart("Why a person was needed", sentence, "bars", "", bars)


def endings(ended: list[RowMapping]) -> Chart:
    """How conversations ended, as staff said."""
    counted = Counter(row["name"] for row in ended)
    bars = [(words, float(counted[name])) for name, words in OUTCOMES.items() if counted[name]]
    sentence = f"Staff recorded it for {len(ended):,}." if ended else "No outcome was recorded."
    return Chart("How conversations ended", sentence, "bars", "", bars)


def crises(events: list[RowMapping]) -> Chart:
    """How crises ended, as whoever closed them said."""
    ended = [row for row in events if row["did"] in ("resolved", "not_a_crisis")]
    counted = Counter(row["details"].get("outcome") for row in ended)
    bars = [(words, float(counted[name])) for name, words in CRISIS_OUTCOMES.items() if counted[name]]
    total = int(sum(count for _, count in bars))
    sentence = f"{total:,} were closed with an outcome." if total else "None was closed in this period."
    return Chart("How crises ended", sentence, "bars", "", bars)


def waits(events: list[RowMapping]) -> Chart:
    """How long visitors waited for a person; those who left before anybody came are told beside it."""
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
    left = sum(row["did"] == "left" for row in events)
    gone = f" {left:,} left before anybody took over." if left else ""
    if not waited:
        return Chart("Waiting for a person", f"Nobody was waiting in this period.{gone}", "bars", "", [])
    half = formatting.span(statistics.median(waited))
    who = f"Half of the {len(waited):,} taken over" if len(waited) > 1 else "The one taken over"
    sentence = f"{who} waited {half}{' or less' if len(waited) > 1 else ''}.{gone}"
    return Chart("Waiting for a person", sentence, "bars", "", bars)


def calls(calls: list[RowMapping]) -> Chart:
    """What became of requests for calls."""
    counted = Counter(row["state"] for row in calls)
    reached = counted["reached"] + counted["done"]
    share = f"{reached / len(calls):.0%}" if calls else "None"
    bars = [(title, float(counted[name])) for name, title in STATES.items() if counted[name]]
    return Chart("Calls asked for", f"{share} of {len(calls):,} were reached or done.", "bars", "", bars)


def helpful(rated: list[RowMapping], manifest: Manifest) -> Chart:
    """How many found each answer helpful."""
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


def topics(done: list[RowMapping], manifest: Manifest) -> Chart:
    """The answers given most often."""
    asked = (row["understood"] or {} for row in done if row["outcome"] == "answered")
    counted = Counter(str(each.get("intent") or "") for each in asked)
    bars = [
        (_title(manifest, intent.removeprefix(ANSWER)), float(count))
        for intent, count in counted.most_common()
        if intent.startswith(ANSWER)
    ][:TOP]
    sentence = f"The {len(bars)} answers given most often." if bars else "No answer was given in this period."
    return Chart("Most asked", sentence, "bars", "", bars)


def hours(begun: Iterable[datetime]) -> Chart:
    """At which hours of the day conversations begin."""
    counted = Counter(moment.hour for moment in begun)
    bars = [(clock_in_words(time(hour)), float(counted[hour])) for hour in range(24)]
    if not counted:
        return Chart("Busiest hours", "Nobody wrote in this period.", "columns", "", [])
    busiest = max(counted, key=lambda hour: counted[hour])
    first, last = (clock_in_words(time(hour % 24)) for hour in (busiest, busiest + 1))
    sentence = f"Most conversations begin between {first} and {last}."
    return Chart("Busiest hours", sentence, "columns", "", bars)


def _title(manifest: Manifest, answer_id: str) -> str:
    """The title of an answer; its id in words when it is published no more."""
    return title_of(manifest, f"{ANSWER}{answer_id}") or f"{answer_id.replace('_', ' ')} (not published now)"
