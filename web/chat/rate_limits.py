"""Who is let in at which rate: by conversation, by address, and all together.

When all together are too many, an address that asked for little still gets in; who asked for much
waits. So a flood from elsewhere does not reach an honest visitor. Each web process counts by itself,
so that it is not overrun. On PostgreSQL, where there can be several processes and machines, what is let
in is counted in the record as well (`SharedRates`).
"""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Interval, func, literal, select
from sqlalchemy.dialects import postgresql

from web.core.db import RECORD_AWAY, Database, Transaction
from web.core.keys.record_keys import RecordKeys
from web.core.limits import Buckets, Limits, Rate
from web.schema import UtcTime, rate_buckets

logger = logging.getLogger(__name__)


def rounded_up(wait_s: float) -> float:
    """A wait in tenths of a second; never none for somebody who has to wait."""
    return math.ceil(wait_s * 10) / 10


class SharedRate:
    """A rate for each address and one for all; in a crowd each address has a smaller one."""

    def __init__(self, *, each: Rate, all_: Rate, in_a_crowd: Rate) -> None:
        self._each = Buckets(each)
        self._all = Buckets(all_)
        self._in_a_crowd = Buckets(in_a_crowd)

    def wait_s(self, address: str, now_s: float) -> float:
        """Seconds this request came too early; 0.0 when it may come in."""
        own_s = self._each.take(address, now_s=now_s)
        if own_s:
            return own_s
        little_s = self._in_a_crowd.take(address, now_s=now_s)
        # Within the small rate it counts for the crowd as well, but the crowd does not keep it out.
        all_s = self._all.take("all", now_s=now_s)
        return min(little_s, all_s)


class Admission:
    """Counts messages, new conversations and waiting requests."""

    def __init__(self, limits: Limits, timer: Callable[[], float] = time.monotonic) -> None:
        self.timer = timer
        self._limits = limits
        self._by_conversation = Buckets(limits.messages_per_conversation)
        self._messages = SharedRate(
            each=limits.messages_per_address,
            all_=limits.messages_of_all,
            in_a_crowd=limits.messages_in_a_crowd,
        )
        self._starts = SharedRate(
            each=limits.conversations_per_address,
            all_=limits.conversations_of_all,
            in_a_crowd=limits.conversations_in_a_crowd,
        )
        self._ratings = Buckets(limits.ratings_per_address)
        self._contacts = Buckets(limits.contacts_per_address)
        self._crises_by_conversation = Buckets(limits.crises_per_conversation)
        self._crises = Buckets(limits.crises_per_address)
        self._crisis_starts = Buckets(limits.crisis_starts_per_address)
        self._waiting: Counter[str] = Counter()

    def message_wait_s(self, conversation_id: str, address: str) -> float:
        """Count a message; 0.0, or the seconds that it came too early."""
        now_s = self.timer()
        wait_s = self._by_conversation.take(conversation_id, now_s=now_s)
        return rounded_up(wait_s or self._messages.wait_s(address, now_s))

    def start_wait_s(self, address: str) -> float:
        """Count a new conversation; 0.0, or the seconds that it came too early."""
        return rounded_up(self._starts.wait_s(address, self.timer()))

    def crisis_wait_s(self, conversation_id: str, address: str) -> float:
        """Count a crisis over the message rates. The first of a chat is let in: it shows the card."""
        now_s = self.timer()
        is_first = not self._crises_by_conversation.has(conversation_id)
        wait_s = self._crises_by_conversation.take(conversation_id, now_s=now_s)
        if not wait_s and not is_first:
            wait_s = self._crises.take(address, now_s=now_s)
        return rounded_up(wait_s)

    def crisis_start_wait_s(self, address: str) -> float:
        """Count a chat that begins with a crisis over the rate of starts."""
        return rounded_up(self._crisis_starts.take(address, now_s=self.timer()))

    def rating_wait_s(self, address: str) -> float:
        """Count a rating; 0.0, or the seconds that it came too early."""
        return round(self._ratings.take(address, now_s=self.timer()), 1)

    def contact_wait_s(self, address: str) -> float:
        """Count an address to write to, or a link; 0.0, or the seconds that it came too early."""
        return rounded_up(self._contacts.take(address, now_s=self.timer()))

    @contextlib.contextmanager
    def waiting(self, address: str) -> Iterator[bool]:
        """Hold one of the waiting requests of an address; False when it has too many already."""
        is_free = self._waiting[address] < self._limits.max_waiting_per_address
        if is_free:
            self._waiting[address] += 1
        try:
            yield is_free
        finally:
            if is_free:
                self._waiting[address] -= 1
                if not self._waiting[address]:
                    del self._waiting[address]


@dataclass(frozen=True)
class Bucket:
    """One row: whose, of which rate."""

    name: str
    whose: str
    rate: Rate


class SharedRates:
    """Counts in the record, for all web processes on PostgreSQL together; elsewhere it lets all in.

    A bucket is one row: when it will be full again. Who came too early changes nothing.
    """

    def __init__(
        self, db: Database, limits: Limits, timer: Callable[[], float], clock: Callable[[], datetime]
    ) -> None:
        """`clock` is the service's: by it the sweep takes buckets away that are long full."""
        self._db = db
        self._limits = limits
        self._timer = timer
        self._epoch = clock() - timedelta(seconds=timer())

    def _now(self) -> datetime:
        return self._epoch + timedelta(seconds=self._timer())

    async def message_wait_s(self, conversation_id: str, address: str) -> float:
        """Count a message; 0.0, or the seconds that it came too early."""
        limits = self._limits
        return await self._wait_s(
            Bucket("conversation", conversation_id, limits.messages_per_conversation),
            Bucket("messages", address, limits.messages_per_address),
            crowd=(
                Bucket("messages in a crowd", address, limits.messages_in_a_crowd),
                Bucket("messages", "all", limits.messages_of_all),
            ),
        )

    async def start_wait_s(self, address: str) -> float:
        """Count a new conversation."""
        limits = self._limits
        return await self._wait_s(
            Bucket("starts", address, limits.conversations_per_address),
            crowd=(
                Bucket("starts in a crowd", address, limits.conversations_in_a_crowd),
                Bucket("starts", "all", limits.conversations_of_all),
            ),
        )

    async def crisis_wait_s(self, conversation_id: str, address: str) -> float:
        """Count a crisis over the message rates; the first of a chat is let in."""
        chat = Bucket("crises", conversation_id, self._limits.crises_per_conversation)
        own = Bucket("crises", address, self._limits.crises_per_address)
        return await self._wait_s(chat, own, is_first_free=True)

    async def crisis_start_wait_s(self, address: str) -> float:
        """Count a chat that begins with a crisis over the rate of starts."""
        return await self._wait_s(Bucket("crisis-starts", address, self._limits.crisis_starts_per_address))

    async def rating_wait_s(self, address: str) -> float:
        """Count a rating."""
        return await self._wait_s(Bucket("ratings", address, self._limits.ratings_per_address))

    async def contact_wait_s(self, address: str) -> float:
        """Count an address to write to, or a link to use up."""
        return await self._wait_s(Bucket("contacts", address, self._limits.contacts_per_address))

    async def _wait_s(
        self, *own: Bucket, crowd: tuple[Bucket, Bucket] | None = None, is_first_free: bool = False
    ) -> float:
        if self._db.is_sqlite or self._db.keys is None:
            return 0.0
        try:
            async with self._db.write() as tx:
                counted = _Counted(tx, self._db.keys, self._now)
                if is_first_free and await counted.is_untouched(own[0]):
                    own = own[:1]
                for bucket in own:
                    if wait_s := await counted.take(bucket):
                        return rounded_up(wait_s)
                # Within the small rate it counts for the crowd as well, but the crowd does not keep it out.
                return rounded_up(min([await counted.take(bucket) for bucket in crowd or ()], default=0.0))
        except RECORD_AWAY as error:  # each process still counts by itself
            logger.warning("Rates could not be counted in the record: %s", type(error).__name__)
        return 0.0


class _Counted:
    """The buckets in the record, in one transaction.

    Their rows stay locked until the transaction ends, so who takes of several does so in one order:
    the chat's, the address's, that of all.
    """

    def __init__(self, tx: Transaction, keys: RecordKeys, clock: Callable[[], datetime]) -> None:
        self._tx, self._keys, self._clock = tx, keys, clock

    async def take(self, bucket: Bucket) -> float:
        """Take a token; 0.0, or the seconds until there is one again."""
        return await _take_one(self._tx, self._key(bucket), bucket.rate, self._clock)

    async def is_untouched(self, bucket: Bucket) -> bool:
        """Whether nobody took a token lately: its row stays for a day after it was full again."""
        known = select(rate_buckets.c.key).where(rate_buckets.c.key == self._key(bucket))
        return (await self._tx.execute(known)).first() is None

    def _key(self, bucket: Bucket) -> str:
        return self._keys.hash_of(bucket.whose, where=f"rates {bucket.name}")


async def _take_one(tx: Transaction, key: str, rate: Rate, clock: Callable[[], datetime]) -> float:
    """Take one token out of a bucket; 0.0, or the seconds until there is one again."""
    if await _is_taken(tx, key, rate, clock()):
        return 0.0
    # The row is locked now. Whoever looked at the clock first, and came behind another, looks again.
    known = select(rate_buckets.c.full_at).where(rate_buckets.c.key == key)
    full_at = (await tx.execute(known)).scalar_one()
    now = clock()
    wait_s = (full_at - (now + timedelta(seconds=rate.refill_s * (rate.burst - 1)))).total_seconds()
    if wait_s <= 0 and await _is_taken(tx, key, rate, now):
        return 0.0
    return max(0.1, wait_s)


async def _is_taken(tx: Transaction, key: str, rate: Rate, now: datetime) -> bool:
    """Take a token if there is one at this moment."""
    one, all_ = timedelta(seconds=rate.refill_s), timedelta(seconds=rate.refill_s * rate.burst)
    row = postgresql.insert(rate_buckets).values(key=key, full_at=now + one)
    fuller = func.greatest(rate_buckets.c.full_at, literal(now, UtcTime))
    taken = row.on_conflict_do_update(
        index_elements=["key"],
        set_={"full_at": fuller + literal(one, Interval)},
        where=fuller <= literal(now + all_ - one, UtcTime),
    )
    return bool((await tx.execute(taken)).rowcount)
