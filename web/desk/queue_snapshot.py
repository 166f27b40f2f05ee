"""The desk's lists as they stood a moment ago: read once a second at most, for however many pages watch.

Reading and wording every open case takes longer than taking a message in, and every message of any
visitor is news for the desk. So pages are woken when the lists are other ones, not by each message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from web.accounts.staff import Person
from web.chat.health import HealthCheck
from web.context import AppContext
from web.core.background import PeriodicTask
from web.core.pubsub import DESK, LISTS, LISTS_READ
from web.desk import drafts, queue_views
from web.desk.queue_views import QueueRow
from web.desk.queues import List
from web.hours import on_duty, staff_activity
from web.hours.hours import HoursState

BOT_EVERY_S = 2.0


@dataclass(frozen=True)
class Snapshot:
    """The lists, and who is at the desk."""

    lists: dict[List, list[QueueRow]]
    hours: HoursState
    colleagues: Sequence[Person]
    on_duty: frozenset[str]
    unsent: Mapping[str, frozenset[str]]
    bot_answers: bool

    def is_like(self, other: Snapshot | None) -> bool:
        """Whether a page that shows the other one is still right."""
        return other is not None and self == replace(other, hours=replace(other.hours, now=self.hours.now))


class QueueSnapshot:
    """One for the process; a task of its own keeps it fresh while anybody watches."""

    def __init__(self, context: AppContext, health: HealthCheck) -> None:
        self._context = context
        self._health = health
        self._bot_answers = True
        self._limits = context.settings.limits
        self._snapshot: Snapshot | None = None
        self._taken_s = 0.0
        self._news = -1
        self._reading = asyncio.Lock()
        self._seen = -1
        self._task = PeriodicTask(
            self._follow,
            failure="The desk's lists could not be read",
            every_s=self._limits.desk_lists_every_s,
        )
        self._looks = PeriodicTask(
            self._look_at_the_bot, failure="The bot could not be looked at", every_s=BOT_EVERY_S
        )

    def start(self) -> None:
        """Begin to watch for news."""
        self._task.start()
        self._looks.start()

    async def stop(self) -> None:
        """Stop watching."""
        await self._looks.stop()
        await self._task.stop()

    async def fresh(self) -> Snapshot:
        """The lists as they stand now, for somebody who has just done something."""
        async with self._reading:
            return await self._read()

    async def recent(self) -> Snapshot:
        """The lists as they stood a moment ago, for pages that watch."""
        async with self._reading:
            return self._snapshot if self._snapshot and not self._is_due() else await self._read()

    def _is_due(self) -> bool:
        age_s = asyncio.get_running_loop().time() - self._taken_s
        has_news = self._news != self._context.pubsub.news
        # Not every change is news: a visitor goes away, a minute passes.
        return age_s >= (self._limits.desk_lists_every_s if has_news else self._limits.look_again_s)

    async def _read(self) -> Snapshot:
        context, before = self._context, self._snapshot
        self._news, self._taken_s = context.pubsub.news, asyncio.get_running_loop().time()
        async with context.db.read(long=True) as tx:
            now, zone = context.clock(), (await context.clinic_now(tx)).time_zone
            taken = Snapshot(
                lists=await queue_views.lists(
                    tx,
                    manifest=context.manifests.current(),
                    zone=zone,
                    now=now,
                    most_urgent=self._limits.urgent_on_the_list,
                ),
                hours=await context.hours(tx),
                colleagues=await staff_activity.colleagues(tx, now=now),
                on_duty=frozenset(
                    each.staff_id for each in (*await on_duty.here(tx, now), *await context.scheduled(tx))
                ),
                unsent=await drafts.whose(tx),
                bot_answers=self._bot_answers,
            )
        self._snapshot = taken
        context.pubsub.tell(LISTS_READ)
        if not taken.is_like(before):
            context.pubsub.tell(LISTS)
        return taken

    async def _look_at_the_bot(self) -> None:
        """Know whether the bot answers. It is asked only when a turn has failed, or none is ready."""
        pubsub = self._context.pubsub
        if not (pubsub.count(LISTS) or pubsub.count(LISTS_READ)):
            return  # nobody watches
        answers = True
        if self._context.bot.may_be_down:
            answers = (await self._looks.wait_for(self._health.now())).bot_answers
        if answers != self._bot_answers:
            self._bot_answers = answers
            pubsub.deliver(DESK)

    async def _follow(self) -> None:
        """Wait for news, and read the lists anew if anybody watches."""
        pubsub = self._context.pubsub
        with pubsub.listening(DESK) as listener:
            if pubsub.news == self._seen:
                await self._task.wait_for(listener.news(timeout_s=self._limits.look_again_s))
        self._seen = pubsub.news
        if pubsub.count(LISTS) or pubsub.count(LISTS_READ):
            await self.recent()


def for_staff(snapshot: Snapshot, staff_id: str) -> dict[List, list[QueueRow]]:
    """The lists as one member of staff sees them: what is theirs, what they have not sent, who else looks."""
    unsent = snapshot.unsent.get(staff_id, frozenset())

    def theirs(row: QueueRow) -> QueueRow:
        is_mine, has_draft = row.holder_id == staff_id, row.id in unsent
        others = tuple(each for each in row.lookers if each[0] not in (staff_id, row.holder_id))
        is_for_me = row.passed_to == staff_id
        if not is_mine and not has_draft and not is_for_me and others == row.lookers:
            return row
        return replace(row, is_mine=is_mine, has_draft=has_draft, is_for_me=is_for_me, lookers=others)

    return {name: [theirs(row) for row in rows] for name, rows in snapshot.lists.items()}
