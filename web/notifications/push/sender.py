"""Tells devices by their push services: one of two sentences, encrypted. Pressed, it leads to the desk."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import httpx
from sqlalchemy import RowMapping, select, update

from web.core.background import PeriodicTask
from web.core.db import Database, Transaction
from web.core.errors import KeyProblem
from web.core.settings import Settings
from web.notifications import outbox
from web.notifications.outbox import Notification
from web.notifications.push import queue, subscriptions
from web.notifications.push.encryption import encrypt
from web.notifications.push.vapid import VapidKey, decoded
from web.schema import push_messages, push_subscriptions

logger = logging.getLogger(__name__)

POLL_S = 15.0
AT_ONCE = 4  # a push service that is slow keeps few others waiting
WAITING, URGENT = "Somebody is waiting at the desk", "An urgent conversation"
# A phone that was off for longer hears nothing of it: by then others were told.
TTL_S = 3600
GONE = (404, 410)


class PushSender:
    """Empties the queue of devices."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        clock: Callable[[], datetime],
        *,
        on_duty: Callable[[Transaction], Awaitable[Iterable[str]]],
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._on_duty = on_duty
        self._key = VapidKey(settings.push_key_file)
        self._task = PeriodicTask(self.send_all, failure="Devices could not be told", every_s=POLL_S)

    def start(self) -> None:
        """Begin to work, where push services are allowed."""
        if self._settings.push_services:
            self._task.start()

    async def stop(self) -> None:
        """Stop working; what is not sent stays in the queue."""
        await self._task.stop()

    def wake(self) -> None:
        """Say that there may be something. Call it after the commit."""
        self._task.wake()

    async def send_all(self) -> None:
        """Tell every device that is to be told now."""
        async with self._db.read() as tx:
            if not await queue.is_any_due(tx, now=self._clock()):
                return
            on_duty = list(await self._on_duty(tx))
        async with self._db.write() as tx:
            await queue.spread(tx, on_duty=on_duty, now=self._clock())
        lanes = (self._send_rest() for _ in range(AT_ONCE))
        for ended in await asyncio.gather(*lanes, return_exceptions=True):  # all of them, also when one fails
            if isinstance(ended, BaseException):
                raise ended

    async def _send_rest(self) -> None:
        while await self._send_one():
            pass

    async def _send_one(self) -> bool:
        lease = timedelta(seconds=2 * self._settings.limits.mail_timeout_s)
        async with self._db.write() as tx:
            parcel = await outbox.claim(tx, push_messages, now=self._clock(), lease=lease)
            if parcel is None:
                return False
            row, device = await _of(tx, parcel)
            if device is None or not await queue.still_waits(tx, row):
                await queue.close(tx, parcel.id)
                return True
        try:
            status = await self._task.wait_for(self._post(device, urgent=parcel.urgent))
        except (httpx.HTTPError, OSError, ValueError, KeyProblem) as error:
            await self._failed(parcel, device, type(error).__name__)
        else:
            await self._answered(parcel, row, device, status)
        return True

    async def _post(self, device: RowMapping, *, urgent: bool) -> int:
        """Hand one message to a push service; the answer is its status. Raises HTTPError, KeyProblem."""
        endpoint = device["endpoint"]
        if not subscriptions.is_allowed(endpoint, self._settings.push_services):
            raise ValueError("This push service is not allowed anymore.")
        p256dh, auth = decoded(device["p256dh"]), decoded(device["auth"])
        body = encrypt(words(urgent=urgent), p256dh=p256dh, auth=auth)
        headers = {
            "authorization": self._key.authorization(
                endpoint, subject=self._settings.push_subject, now=self._clock()
            ),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(TTL_S),
            "urgency": "high",  # for both sentences: the push service need not know which
        }
        # Its answer is not read, and leads nowhere else: httpx follows no redirect unless it is told to.
        async with (
            httpx.AsyncClient(timeout=self._settings.limits.mail_timeout_s, trust_env=False) as client,
            client.stream("POST", endpoint, content=body, headers=headers) as answer,
        ):
            return answer.status_code

    async def _answered(self, parcel: Notification, row: RowMapping, device: RowMapping, status: int) -> None:
        now = self._clock()
        if status in GONE:
            async with self._db.write() as tx:
                await subscriptions.forget(tx, device["id"])
            logger.info("Device %s is no longer known to its push service and was removed.", device["id"])
        elif 200 <= status < 300:
            async with self._db.write() as tx:
                await outbox.mark_sent(tx, parcel, now=now)
                await queue.told_together(tx, row, now=now)
                mine = push_subscriptions.c.id == device["id"]
                await tx.execute(update(push_subscriptions).where(mine).values(used_at=now, failed_at=None))
        else:
            await self._failed(parcel, device, f"HTTP {status}")

    async def _failed(self, parcel: Notification, device: RowMapping, problem: str) -> None:
        now, retries_s = self._clock(), self._settings.limits.push_retries_s
        async with self._db.write() as tx:
            is_dead = await outbox.mark_failed(tx, parcel, problem=problem, retries_s=retries_s, now=now)
            if is_dead:
                mine = push_subscriptions.c.id == device["id"]
                await tx.execute(update(push_subscriptions).where(mine).values(failed_at=now))
        if is_dead:
            logger.error("Device %s could not be told and is given up: %s", device["id"], problem)
        else:
            logger.warning("Device %s is not told yet: %s", device["id"], problem)


def words(*, urgent: bool) -> bytes:
    """All that a device is told."""
    return json.dumps({"text": URGENT if urgent else WAITING, "urgent": urgent}).encode()


async def _of(tx: Transaction, parcel: Notification) -> tuple[RowMapping, RowMapping | None]:
    row = (await tx.execute(select(push_messages).where(push_messages.c.id == parcel.id))).mappings().one()
    mine = push_subscriptions.c.id == row["subscription_id"]
    return row, (await tx.execute(select(push_subscriptions).where(mine))).mappings().first()
