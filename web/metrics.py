"""Numbers for Prometheus on a loopback port of their own: how it goes, and never a word or an id.

They are read when somebody asks: queues from the record, the rest from the process. Nothing is counted
while visitors are served.
"""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, Table, func, select

from web import schema
from web.chat.health import HealthCheck
from web.context import AppContext
from web.core.db import RECORD_AWAY, Transaction
from web.core.settings import version

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
# Longer than a look at a frozen bot takes, shorter than Prometheus waits.
WITHIN_S = 9.0
RECENT = timedelta(minutes=5)
QUANTILES = (0.5, 0.95, 1.0)
QUEUES: dict[str, tuple[Table, ColumnElement[bool]]] = {
    "turns": (schema.turns, schema.turns.c.state.in_(("waiting", "claimed"))),
    "handoffs": (schema.handoffs, schema.handoffs.c.state.in_(("requested", "claimed"))),
    "handoffs_unclaimed": (schema.handoffs, schema.handoffs.c.state == "requested"),
    "callbacks": (schema.callbacks, schema.callbacks.c.state.in_(("new", "called"))),
    "outbox": (schema.outbox, schema.outbox.c.state == "waiting"),
    "outbox_given_up": (schema.outbox, schema.outbox.c.state == "dead"),
    "builds": (schema.builds, schema.builds.c.slot.is_not(None)),
}


class Metrics(Collector):
    """Reads everything in the service's loop, when the thread of the metrics' port asks."""

    def __init__(self, context: AppContext, health: HealthCheck) -> None:
        self._context = context
        self._health = health
        self._loop = asyncio.get_running_loop()

    def collect(self) -> Iterable[Gauge]:
        """Called in a thread of prometheus_client's."""
        return asyncio.run_coroutine_threadsafe(self.read(), self._loop).result(timeout=WITHIN_S)

    async def read(self) -> list[Gauge]:
        """All numbers of this moment; without those of the record when it is away."""
        free = shutil.disk_usage(self._context.settings.var).free
        found = [
            _info(self._context.manifests.current().release),
            Gauge("front_desk_disk_free_bytes", "Free on the disk of var", value=float(free)),
            *_chores(self._context.settings.var),
        ]
        try:
            async with self._context.db.read() as tx:
                found += [await _queues(tx), *await self._turns(tx)]
        except RECORD_AWAY as error:
            logger.warning("Metrics without the record: %s", type(error).__name__)
        # Last: a bot that hangs takes its time, and the queues should be those of now.
        is_well = not (await self._health.now()).problems
        text = "1 when a visitor who writes now is answered"
        return [*found, Gauge("front_desk_healthy", text, value=float(is_well))]

    async def _turns(self, tx: Transaction) -> list[Gauge]:
        """Turns of the last minutes, by the index of conversations: its cost stays flat."""
        since = self._context.clock() - RECENT
        t, c = schema.turns.c, schema.conversations.c
        query = select(t.outcome, t.created_at, t.done_at).join(
            schema.conversations, c.id == t.conversation_id
        )
        rows = (await tx.execute(query.where(c.updated_at >= since, t.done_at >= since))).all()
        outcomes = Gauge("front_desk_recent_turns", "Turns done in the last 5 minutes", labels=["outcome"])
        for outcome in sorted({row.outcome or "none" for row in rows}):
            outcomes.add_metric([outcome], sum((row.outcome or "none") == outcome for row in rows))
        took_s = sorted((row.done_at - row.created_at).total_seconds() for row in rows)
        seconds = Gauge("front_desk_recent_turn_seconds", "From message to answer", labels=["quantile"])
        for share in QUANTILES if took_s else ():
            seconds.add_metric([f"{share:g}"], took_s[min(len(took_s) - 1, int(share * len(took_s)))])
        return [outcomes, seconds]


def serve(context: AppContext, health: HealthCheck, port: int) -> Any:
    """Open the port; the answer closes it. Raises OSError when it is taken."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)  # memory, processor, open files
    # Asking for names would ask for numbers, before the loop can answer.
    registry.register(_Undescribed(Metrics(context, health)))
    server, _ = start_http_server(port, addr=HOST, registry=registry)
    return server


class _Undescribed(Collector):
    def __init__(self, of: Metrics) -> None:
        self._of = of

    def describe(self) -> Iterable[Gauge]:
        return []

    def collect(self) -> Iterable[Gauge]:
        return self._of.collect()


async def _queues(tx: Transaction) -> Gauge:
    queues = Gauge("front_desk_queue", "What is open or waits now", labels=["queue"])
    for name, (table, is_open) in QUEUES.items():
        count = (await tx.execute(select(func.count()).select_from(table).where(is_open))).scalar_one()
        queues.add_metric([name], count)
    return queues


def _chores(var: Path) -> list[Gauge]:
    """How backups and drills went, as `front-desk` wrote it down; no drill, no number."""
    try:
        chores = json.loads((var / "chores.json").read_text(encoding="utf-8"))
        made_at_s = float(chores.get("backup", {}).get("ok_at", 0))
        drill = chores.get("drill")
    except (OSError, ValueError, TypeError, AttributeError):
        made_at_s, drill = 0.0, None
    text = "When the last backup was made, in seconds since 1970; 0: never"
    found = [Gauge("front_desk_backup_made_seconds", text, value=made_at_s)]
    if isinstance(drill, dict):
        text = "1 when the newest backup could be restored on a copy, when it was last tried"
        found.append(Gauge("front_desk_drill_ok", text, value=float(drill.get("ok") is True)))
    return found


def _info(release: str) -> Gauge:
    info = Gauge("front_desk_info", "Which version and release speak", labels=["version", "release"])
    info.add_metric([version(), release], 1)
    return info
