"""How a visitor's message comes in: limit, clean, judge, store with its card, then wake the bot.

Crisis goes before every limit: a message over the rate is judged before it is turned away, behind
everybody else's. When there is no time for that it is turned away with 988 and 911. Over limits of
its own a crisis is turned away as well, with its card.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import RowMapping

from safety.cleaning import TextRefused, clean
from web.chat import conversations, floods, messages, turns
from web.chat.conversations import Incoming, Receipt
from web.chat.rate_limits import Admission, SharedRates
from web.chat.turn_worker import TurnWorker
from web.context import AppContext
from web.core.db import RECORD_AWAY, Transaction
from web.core.errors import BadRequest, ChoiceRefused, MessageRefused, NotStored, TooMany
from web.core.i18n import say
from web.hours import staff_activity
from web.notifications.mailer import Mailer
from web.safety.crisis_cards import Help, help_for
from web.safety.verdicts import (
    CHECK_KINDS,
    CRISIS_KINDS,
    Verdict,
    after,
    after_card,
    denies,
    is_urgent,
    language_after,
    pressed,
)

logger = logging.getLogger(__name__)
WAITING_RETRY_S = 10.0
MAX_SAME_CARDS = 2
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Inbound:
    """Takes messages in, at the rates of `web/core/limits.py`."""

    def __init__(self, context: AppContext, turn_worker: TurnWorker, mailer: Mailer) -> None:
        self._context = context
        limits = context.settings.limits
        self._admission = Admission(limits)
        self._shared = SharedRates(context.db, limits, lambda: self._admission.timer(), context.clock)
        self._answering = turn_worker
        self._postman = mailer

    @property
    def admission(self) -> Admission:
        """Who is let in at which rate."""
        return self._admission

    async def rating_wait_s(self, address: str) -> float:
        """Count a rating; 0.0, or the seconds that it came too early."""
        return self._admission.rating_wait_s(address) or await self._shared.rating_wait_s(address)

    async def contact_wait_s(self, address: str) -> float:
        """Count an address to write to, or a link to use up; 0.0, or the seconds that it came too early."""
        return self._admission.contact_wait_s(address) or await self._shared.contact_wait_s(address)

    async def admit_start(self, address: str, language: str = "en", *, first_text: object = None) -> None:
        """Count a new conversation; a crisis has a rate of its own. Raises TooMany, with the card."""
        wait_s = self._admission.start_wait_s(address) or await self._shared.start_wait_s(address)
        if not wait_s:
            return
        text = first_text if isinstance(first_text, str) else ""
        verdict = await self._context.verdicts.on(text, address=address, is_over_rate=True)
        if verdict.kind in CRISIS_KINDS:
            wait_s = self._admission.crisis_start_wait_s(address)
            wait_s = wait_s or await self._shared.crisis_start_wait_s(address)
        if wait_s:
            card = _card_of_refused(verdict, language)
            raise TooMany(say("too_many_chats", language), retry_after_s=wait_s, **card)

    @contextlib.contextmanager
    def waiting_place(self, address: str, language: str) -> Iterator[None]:
        """Hold one of an address's places for requests that wait for news. Raises TooMany."""
        with self._admission.waiting(address) as has_place:
            if not has_place:
                raise TooMany(say("too_many_waiting", language), retry_after_s=WAITING_RETRY_S)
            yield

    async def take(self, conversation: RowMapping, body: Mapping[str, Any], *, address: str) -> Receipt:
        """Take in one message. Raises a Refused with a sentence for the visitor."""
        before = conversation["language"]
        client_id = read_client_id(body)
        if ("text" in body) == ("choice_id" in body):
            raise BadRequest(say("bad_request", before))
        wait_s = self._admission.message_wait_s(conversation["id"], address)
        wait_s = wait_s or await self._shared.message_wait_s(conversation["id"], address)
        if "choice_id" in body:
            if wait_s:
                raise TooMany(say("too_fast", before), retry_after_s=wait_s)
            incoming = await self._pressed(conversation, client_id, body["choice_id"])
        else:
            checked = await self._open_check_of(conversation["id"])
            incoming = await self._written(
                conversation, client_id, body["text"], wait_s=wait_s, address=address, checked=checked
            )
        try:
            return await self._store(
                conversation["id"], incoming, address=address, is_over_limit=bool(wait_s)
            )
        except RECORD_AWAY as error:
            logger.error("A message could not be stored: %s", type(error).__name__)
            raise _not_stored(incoming.verdict, incoming.language) from error

    async def not_stored(self, body: Mapping[str, Any], address: str, language: str = "en") -> NotStored:
        """Make the refusal of a message while the record is away, with its card when one is due."""
        raw = body.get("text")
        text = raw if isinstance(raw, str) else ""
        is_over_rate = self._admission.message_wait_s("", address) > 0
        verdict = await self._context.verdicts.on(text, address=address, is_over_rate=is_over_rate)
        return _not_stored(verdict, language_after(text, verdict, before=language))

    async def _pressed(self, conversation: RowMapping, client_id: str, choice_id: object) -> Incoming:
        language = conversation["language"]
        if not isinstance(choice_id, str):
            raise BadRequest(say("bad_request", language))
        if not _ID.fullmatch(choice_id):
            raise ChoiceRefused(say("choice_unknown", language))
        async with self._context.db.read() as tx:
            offer = await conversations.choice(tx, conversation["id"], choice_id, language)
            checked = await messages.open_check(tx, conversation["id"])
        return Incoming(
            client_id=client_id,
            text=offer.title,
            ask={"choice": {"intent": offer.intent, "title": offer.title}},
            verdict=pressed(offer.intent, checked, language),
            language=language,
            choice_id=choice_id,
        )

    async def _open_check_of(self, conversation_id: str) -> str | None:
        try:
            async with self._context.db.read() as tx:
                return await messages.open_check(tx, conversation_id)
        except RECORD_AWAY as error:  # the refusal and its card come with the store
            logger.error("Whether something was asked could not be read: %s", type(error).__name__)
            return None

    async def _cards_before(self, conversation_id: str) -> list[str]:
        try:
            async with self._context.db.read() as tx:
                return await messages.cards_shown(tx, conversation_id)
        except RECORD_AWAY as error:  # then the card is shown as ever
            logger.error("Which cards were shown could not be read: %s", type(error).__name__)
            return []

    async def _written(
        self,
        conversation: RowMapping,
        client_id: str,
        raw: object,
        *,
        wait_s: float,
        address: str,
        checked: str | None = None,
    ) -> Incoming:
        before = conversation["language"]
        if not isinstance(raw, str):
            raise MessageRefused(say("not_text", before))
        judged = await self._context.verdicts.on(raw, address=address, is_over_rate=bool(wait_s))
        verdict = after(judged, checked, raw)
        if denies(verdict, raw):
            verdict = after_card(verdict, await self._cards_before(conversation["id"]), raw)
        language = language_after(raw, verdict, before=before)
        if wait_s and verdict.kind in CRISIS_KINDS | CHECK_KINDS:
            wait_s = self._admission.crisis_wait_s(conversation["id"], address)
            wait_s = wait_s or await self._shared.crisis_wait_s(conversation["id"], address)
        if wait_s:
            shown = _card_of_refused(verdict, language)
            raise TooMany(say("too_fast", before), retry_after_s=wait_s, **shown)
        try:
            text = clean(raw).text
        except TextRefused as refused:
            shown = _card_of_refused(verdict, language)
            raise MessageRefused(say(refused.reason, before), **shown) from refused
        return Incoming(
            client_id=client_id,
            text=text,
            # All of it, after a card too: the bot repeats safety, keeps the crisis in mind and
            # answers what is left.
            ask={"text": text},
            verdict=verdict,
            language=language,
        )

    async def _store(
        self, conversation_id: str, incoming: Incoming, *, address: str, is_over_limit: bool
    ) -> Receipt:
        context = self._context
        async with context.db.write() as tx:
            fold_id = await self._fold_of(tx, conversation_id, incoming, address)
            incoming, urgent_help = await self._help(tx, conversation_id, incoming, again=is_over_limit)
            receipt = await conversations.receive(
                tx,
                conversation_id,
                incoming,
                urgent_help=urgent_help,
                fold_id=fold_id,
                now=context.clock(),
                tell_by=self._answering.tell_by(),
                mail=context.settings.can_tell,
            )
            pending = await turns.pending(tx, conversation_id)
            # In the same transaction: no second one, and no second wait for the disk.
            turn = await self._answering.claim(tx, conversation_id) if receipt.is_new else None
        if receipt.is_new:
            # The visitor's own window shows the message by itself: mostly its next news is the answer.
            is_answered_soon = turn is not None and not receipt.replies
            within_s = context.settings.limits.own_words_within_s if is_answered_soon else 0.0
            context.pubsub.publish(conversation_id, within_s=within_s)
            self._answering.wake(conversation_id, turn)
            self._postman.wake()
        return dataclasses.replace(receipt, pending=pending)

    async def _fold_of(
        self, tx: Transaction, conversation_id: str, incoming: Incoming, address: str
    ) -> str | None:
        keys = self._context.db.keys
        if not is_urgent(incoming.verdict) or keys is None:
            return None
        most = self._context.settings.limits.urgent_per_address_and_hour
        now = self._context.clock()
        return await floods.fold_of(tx, conversation_id, address, keys=keys, most=most, now=now)

    async def _help(
        self, tx: Transaction, conversation_id: str, incoming: Incoming, *, again: bool
    ) -> tuple[Incoming, Help | None]:
        """What is shown at once; never the same card a third time, never a question after a card.

        `again`: also a third time, for over the rate limit nobody else may answer.
        """
        kind = incoming.verdict.kind
        if not is_urgent(incoming.verdict):
            return incoming, None  # most messages: the facts are not looked up for nothing
        shown = await messages.cards_shown(tx, conversation_id)
        if kind in CHECK_KINDS and shown:
            return incoming, None
        if shown.count(kind) >= MAX_SAME_CARDS and not again:
            # The bot's own words for after a card are what is left to say; staff are told all the same.
            verdict = dataclasses.replace(incoming.verdict, parts_left=incoming.text)
            return dataclasses.replace(incoming, verdict=verdict), Help("told", "")
        facts = await self._context.facts(tx, incoming.language)
        reader = await staff_activity.reading_holder(tx, conversation_id, now=self._context.clock())
        return incoming, help_for(
            kind,
            language=incoming.language,
            facts=facts,
            reader=reader or "",
            words=self._context.manifests.current().utterances,
        )


def read_client_id(body: Mapping[str, Any]) -> str:
    """The id a client made for its message, so that a resend is known. Raises BadRequest."""
    client_id = body.get("client_id")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise BadRequest(say("bad_request"))
    return client_id


def _not_stored(verdict: Verdict, language: str) -> NotStored:
    return NotStored(say("not_stored", language), **_card_of_refused(verdict, language))


def _card_of_refused(verdict: Verdict, language: str) -> dict[str, Any]:
    """A text that cannot be stored still gets its card; nobody was told, so nothing says so."""
    found = help_for(verdict.kind, language=language, facts={})
    return {"card": {"text": found.text, "details": dict(found.details)}} if found else {}
