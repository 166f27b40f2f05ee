"""Runs the turns: asks the bot, keeps the deadline, and sweeps up what fell between.

The rules of a turn are in `web/chat/turns.py`, what is stored at its end in `web/chat/turn_results.py`.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from web.bot.client import TurnResult
from web.chat import callbacks, retention, turns
from web.chat.turn_results import Outcomes
from web.chat.turns import Turn
from web.context import AppContext
from web.core.background import PeriodicTask, Stopped, StopSignal, TaskGroup
from web.core.db import Transaction
from web.core.errors import BotError, BotFailed, BotUnreachable
from web.core.pg_notify import is_dead
from web.notifications.mailer import Mailer

logger = logging.getLogger(__name__)

PURGE_EVERY_S = 3600.0
# A turn whose result cannot be stored must not be asked for ever.
MAX_ATTEMPTS = 4
# The timer must not ring a moment before the time it is set for.
TIMER_SLACK_S = 0.02
# A turn late by more than this has no living process: each would have told its visitor by now.
ABANDONED_S = 5.0


class TurnWorker:
    """One task for each conversation with open turns; one sweep for all."""

    def __init__(self, context: AppContext, mailer: Mailer) -> None:
        self._context = context
        self._limits = context.settings.limits
        self._mailer = mailer
        self._outcomes = Outcomes(context, self._claim_in)
        self._name = context.process
        self._stopper = StopSignal()
        self._running = TaskGroup()
        self._at_work: set[str] = set()
        self._again: set[str] = set()
        self._claimed: dict[str, Turn] = {}
        self._telling = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._sweeping = PeriodicTask(self._sweep, failure="Sweep failed", every_s=self._limits.sweep_every_s)
        self._purge_at_s = 0.0

    async def start(self) -> None:
        """Take up what an earlier process left, then keep sweeping."""
        await self._free_the_claims_of_the_dead()
        async with self._context.db.write() as tx:
            abandoned_at = self._context.clock() - timedelta(seconds=ABANDONED_S)
            await turns.postpone(tx, late_since=abandoned_at, tell_by=self.tell_by())
        self._sweeping.start()

    async def stop(self) -> None:
        """Stop every task and give the claimed turns back."""
        self._stopper.stop()
        if self._timer is not None:
            self._timer.cancel()
        await self._sweeping.stop()
        await self._running.all_done()
        async with self._context.db.write() as tx:
            await turns.give_back(tx, by=self._name)

    def tell_by(self) -> datetime:
        """When the visitor of a message that arrives now has to be told something."""
        return self._context.clock() + timedelta(seconds=self._limits.reply_deadline_s)

    async def claim(self, tx: Transaction, conversation_id: str) -> Turn | None:
        """Claim the turn of a message that is just being stored, unless this process is at work there.

        None as well when another process is, or the service stops. Give it to `wake` after the commit.
        """
        if conversation_id in self._at_work or self._stopper.is_stopping:
            return None
        return await self._claim_in(tx, conversation_id)

    def wake(self, conversation_id: str, claimed: Turn | None = None) -> None:
        """Answer what is open in a conversation, and set the timer for the stand-in sentence."""
        self._work_on(conversation_id, claimed)
        self._set_timer(self._limits.reply_deadline_s)

    def _set_timer(self, delay_s: float) -> None:
        """Set the one timer, unless it is set: then it rings earlier, and sets itself for the next."""
        if self._timer is None and not self._stopper.is_stopping:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, delay_s) + TIMER_SLACK_S, self._start_telling)

    def _work_on(self, conversation_id: str, claimed: Turn | None = None) -> None:
        if claimed is not None:
            self._claimed[conversation_id] = claimed
        if conversation_id in self._at_work:
            self._again.add(conversation_id)
        elif not self._stopper.is_stopping:
            self._at_work.add(conversation_id)
            self._running.start(self._work(conversation_id))

    async def _work(self, conversation_id: str) -> None:
        try:
            while not self._stopper.is_stopping:
                self._again.discard(conversation_id)
                turn = self._claimed.pop(conversation_id, None) or await self._claim(conversation_id)
                while turn is not None and not self._stopper.is_stopping:
                    turn = await self._answer(turn)
                if conversation_id not in self._again:
                    return
        except Stopped:
            return
        except Exception as error:  # the sweep comes back to it when the lease is over
            logger.error("Turns of %s stopped: %s", conversation_id, type(error).__name__)
        finally:
            self._at_work.discard(conversation_id)

    async def _claim(self, conversation_id: str) -> Turn | None:
        async with self._context.db.write() as tx:
            return await self._claim_in(tx, conversation_id)

    async def _claim_in(self, tx: Transaction, conversation_id: str) -> Turn | None:
        return await turns.claim_next(
            tx,
            conversation_id,
            by=self._name,
            lease=timedelta(seconds=self._limits.lease_s),
            now=self._context.clock(),
        )

    async def _answer(self, turn: Turn) -> Turn | None:
        """Answer one turn; the next one of its conversation, claimed in the same transaction."""
        async with self._context.db.read() as tx:
            facts = await self._context.facts(tx, turn.language)
            requests = await callbacks.open_in(tx, turn.conversation_id)
            zone = (await self._context.clinic_now(tx)).time_zone
            facts |= callbacks.facts_of(requests, zone=zone, language=turn.language)
        try:
            if turn.attempts > MAX_ATTEMPTS:
                raise BotFailed(f"given up after {MAX_ATTEMPTS} attempts")
            result = await self._stopper.wait_for(self._ask(turn, facts))
            following = await self._outcomes.store(turn, result, facts)
        except BotError as error:
            reason = type(error).__name__
            logger.error("Turn of message %s failed: %s, %s", turn.message_id, reason, error)
            following = await self._outcomes.store_failure(turn, facts)
        self._context.pubsub.publish(turn.conversation_id)
        self._mailer.wake()
        return following

    async def _ask(self, turn: Turn, facts: dict[str, Any]) -> TurnResult:
        """Ask the bot, and once more while a bot that is not there may still come back in time."""
        request = {
            "conversation_id": turn.conversation_id,
            "message_id": turn.message_id,
            **turn.ask,
            "events": turn.events,
            "facts": facts,
            "language": turn.language,
        }
        for wait_s in self._limits.bot_retries_s:
            try:
                return await self._context.bot.turn(request)
            except BotUnreachable:
                await asyncio.sleep(wait_s)
        return await self._context.bot.turn(request)

    def _start_telling(self) -> None:
        self._timer = None
        if not self._stopper.is_stopping:
            self._running.start(self._tell_late_or_log())

    async def _tell_late_or_log(self) -> None:
        try:
            await self._tell_late()
            async with self._context.db.read() as tx:
                next_late = await turns.next_late(tx)
            if next_late is not None:
                self._set_timer((next_late - self._context.clock()).total_seconds())
        except Exception as error:  # nobody awaits this; the sweep tries again
            logger.error("Late visitors not told yet: %s", type(error).__name__)

    async def _tell_late(self) -> None:
        """Say the stand-in sentence once for every turn whose time is over."""
        # One at a time: after a burst, the timer of the first message tells them all.
        async with self._telling:
            async with self._context.db.read() as tx:
                late_ones = await turns.late(tx, now=self._context.clock())
            for late in late_ones:
                await self._tell(late)

    async def _tell(self, late: turns.Late) -> None:
        async with self._context.db.write() as tx:
            held = await turns.lock(tx, late.conversation_id)
            now = self._context.clock()
            if held is None or not await turns.mark_told(tx, late.turn_id, now=now):
                return
            facts = await self._context.facts(tx, held.language)
            await self._outcomes.tell_late(tx, late, language=held.language, facts=facts)
        logger.warning("Message %s was not answered in time", late.message_id)
        self._context.pubsub.publish(late.conversation_id)

    async def _free_the_claims_of_the_dead(self) -> None:
        """Give back what a killed process had claimed; on SQLite any other process is a killed one."""
        async with self._context.db.read() as tx:
            others = await turns.holders(tx, but=self._name)
        for holder in others:
            async with self._context.db.write() as tx:
                if self._context.db.is_sqlite or await is_dead(tx, holder):
                    await turns.give_back(tx, by=holder)

    async def _sweep(self) -> None:
        await self._tell_late()
        if self._context.db.has_traces:
            await self._context.db.wipe_traces()
        if not self._context.db.is_sqlite:
            await self._free_the_claims_of_the_dead()
        async with self._context.db.read() as tx:
            left = await turns.unfinished(tx, now=self._context.clock())
        for conversation_id in left:
            self._work_on(conversation_id)
        await self._purge_when_due()

    async def _purge_when_due(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._purge_at_s:
            await self._purge()
            self._purge_at_s = now_s + PURGE_EVERY_S

    async def _purge(self) -> None:
        """Keep the notice's promise: what is past its time is deleted."""
        gone, is_more = 0, True
        while is_more:
            async with self._context.db.write() as tx:  # a short one each: visitors wait for it
                chats = await retention.purge_chats(tx, limits=self._limits, now=self._context.clock())
            gone += chats
            is_more = chats == retention.CHATS_AT_ONCE and not self._stopper.is_stopping
        async with self._context.db.write() as tx:
            gone += await retention.purge_others(tx, now=self._context.clock())
        if gone:
            logger.info("Deleted %s chats and other rows past their time", gone)
            await self._context.db.wipe_traces()
