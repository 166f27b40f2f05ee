"""How long a build will still take, from how long builds took here and how fast this one goes."""

from __future__ import annotations

import math
import statistics
from datetime import datetime

from sqlalchemy import select

from web.core.db import Transaction
from web.releases.builds import PARTS, Build
from web.schema import builds

USUAL_S = 30.0  # before the first build has ended
BEFORE_THE_REPORT = ("check", "train", "evaluate")
LOOKED_AT = 3
STEP_S = 5
MINUTE_S = 60


async def usual_s(tx: Transaction) -> float:
    """Seconds that the last builds took."""
    done = select(builds.c.started_at, builds.c.ended_at).where(builds.c.state == "done")
    rows = (await tx.execute(done.order_by(builds.c.started_at.desc()).limit(LOOKED_AT))).all()
    return statistics.median([(row.ended_at - row.started_at).total_seconds() for row in rows] or [USUAL_S])


def left_s(build: Build, usual: float, now: datetime) -> float:
    """Seconds left at the usual pace, or at this build's own where that is slower.

    Until its report can be read; then until its practice conversations have ended.

    Within a step little is told: there it is taken to move on as usual, to the step's end at most.
    """
    passed = (now - build.started_at).total_seconds() if build.started_at else 0.0
    _, end = PARTS.get(build.step, (0.0, 1.0))
    share = max(build.share, min(end, passed / usual))
    goal = 1.0 if build.release or build.step not in BEFORE_THE_REPORT else PARTS["converse"][0]
    return (goal - share) * max(usual, passed / share if share else 0.0)


def in_words(seconds: float) -> str:
    """A remaining time as people say it, rounded up."""
    if seconds <= STEP_S:
        return "a few seconds left"
    if seconds <= MINUTE_S - STEP_S:
        return f"about {math.ceil(seconds / STEP_S) * STEP_S} seconds left"
    minutes = math.ceil(seconds / MINUTE_S)
    return "about 1 minute left" if minutes == 1 else f"about {minutes} minutes left"


async def told(tx: Transaction, build: Build | None, now: datetime) -> str:
    """The remaining time of a build that runs; nothing for another."""
    if build is None or build.state != "running":
        return ""
    return in_words(left_s(build, await usual_s(tx), now))
