"""How a turn ends: what the bot did, or a true sentence, stored in one transaction.

The words come from the published release, safety's own replies are not shown a second time, and
callbacks and handoffs are written together with the reply that speaks of them.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from content.choice_titles import TITLES
from content.wording import DEFAULT_LANGUAGE
from web.bot import overrides
from web.bot.client import Offer, Reply, TurnResult, Wish
from web.bot.manifest import ANSWER_PREFIX, Manifest
from web.chat import callbacks, handoffs, messages, review_queue, turns
from web.chat.person_requests import asks_for_a_person
from web.chat.rendering import Worded, word
from web.chat.turns import Turn
from web.context import AppContext
from web.core.db import Transaction
from web.core.errors import BotFailed
from web.core.i18n import could_not_answer, how_to_reach_us, person_asked_for, say
from web.safety.crisis_cards import soft_line
from web.safety.verdicts import CRISIS_KINDS

logger = logging.getLogger(__name__)

# Claims the next open turn of a conversation, in the transaction that ends the one before it.
ClaimNext = Callable[[Transaction, str], Awaitable[Turn | None]]

REACH_US, WAYS_TO_REACH = "utter_reach_us", ("phone", "contact_page", "email")
CRISIS_SLOT = "in_crisis"  # the bot's, of the card that a conversation is under
SAFETY_PREFIX, AFTER_CARD_PREFIX = "utter_safety", "utter_after_card"
ABOUT_A_CALL = frozenset(
    {"affirm", "ask_about_call", "callback", "cancel_callback", "correct_details", "deny", "hold", "inform",
     "refuse_call", "refuse_details", "talk_to_human"}
)  # fmt: skip

TAKEN_BACK, NOTHING, HANDED_OFF = "taken_back", "nothing", "handed_off"
# The bot speaks before anything is stored. What it says of a request gives way to what became of it.
_IN_TRUTH: Mapping[str, Mapping[str, str]] = {
    callbacks.NEW: {"utter_callback_changed": "utter_callback_sent"},
    callbacks.CHANGED: {"utter_callback_sent": "utter_callback_changed"},
    callbacks.FOLDED: {
        "utter_callback_sent": "utter_callback_known",
        "utter_callback_changed": "utter_callback_known",
    },
    NOTHING: {"utter_call_taken_back": "utter_nothing_to_cancel"},
}


class Outcomes:
    """Ends claimed turns."""

    def __init__(self, context: AppContext, claim_next: ClaimNext) -> None:
        self._context = context
        self._claim_next = claim_next

    async def store(self, turn: Turn, result: TurnResult, facts: Mapping[str, Any]) -> Turn | None:
        """Store all of what the bot did, or nothing when it came too late; claim what is next.

        Raises BotFailed when the bot promises what nobody can keep.
        """
        refuse_empty_promises(result.wishes, facts)
        async with self._context.db.write() as tx:
            await self._store(tx, turn, result, facts)
            return await self._claim_next(tx, turn.conversation_id)

    async def store_failure(self, turn: Turn, facts: Mapping[str, Any]) -> Turn | None:
        """End the turn with a true sentence, unless one was said already; claim what is next."""
        async with self._context.db.write() as tx:
            heard = await self._with_card(tx, turn)
            if await turns.finish(tx, turn, outcome="failed", events=heard, now=self._context.clock()):
                if not await self._ask_for_a_person(tx, turn, facts, says_again=True):
                    await self._stand_in(tx, turn, facts)
                await self._put_to_read(tx, turn, "failed")
                await self._add_soft_line(tx, turn)
            return await self._claim_next(tx, turn.conversation_id)

    async def _store(self, tx: Transaction, turn: Turn, result: TurnResult, facts: Mapping[str, Any]) -> None:
        manifest = self._context.manifests.words_for(result.release)
        now_holds = await overrides.read(tx)
        is_ours = await turns.finish(
            tx,
            turn,
            outcome=result.outcome,
            release=manifest.release or result.release,
            understood=result.understood,
            events=result.events,
            now=self._context.clock(),
        )
        if not is_ours:
            logger.warning("Result for message %s came too late", turn.message_id)
            return
        granted = [await self._grant(tx, turn, wish) for wish in result.wishes]
        result = replace(result, replies=in_truth(result.replies, granted))
        shown = self._words_of(turn, result, facts, now_holds.over(manifest))
        if now_holds.is_off and not is_about_a_call(result):
            await self._say_bot_is_off(tx, turn, result, facts)
        else:
            await self._speak(tx, turn, result, shown, facts)
        if any(wish.kind == "callback" for wish in result.wishes):
            await callbacks.seal_messages(tx, turn.conversation_id)
            self._context.db.expect_traces()
        if turn.language != DEFAULT_LANGUAGE:
            # What the bot knows of this language is little: it may have missed it.
            await self._ask_for_a_person(tx, turn, facts)
        offered = [choice.intent for reply in result.replies for choice in reply.choices]
        await self._put_to_read(tx, turn, result.outcome, result.events, offered)

    async def tell_late(
        self, tx: Transaction, late: turns.Late, *, language: str, facts: Mapping[str, Any]
    ) -> None:
        """Say the sentence that stands in for an answer which may still come."""
        wants_a_person = bool(facts.get("can_call_back")) and asks_for_a_person(late.ask)
        if wants_a_person:
            await self._hand_over(tx, late.conversation_id, late.message_id)
        await messages.append(
            tx,
            late.conversation_id,
            author="system",
            kind="notice",
            text=(person_asked_for if wants_a_person else could_not_answer)(facts, language),
            language=language,
            in_reply_to=late.message_id,
            now=self._context.clock(),
        )

    async def _speak(
        self,
        tx: Transaction,
        turn: Turn,
        result: TurnResult,
        shown: list[Worded],
        facts: Mapping[str, Any],
    ) -> None:
        if result.outcome in ("declined", "asked_back") and await self._has_card(tx, turn):
            return  # what was asked beside it is not known here, and nobody must read that now
        if result.outcome == "declined" and await self._in_crisis(tx, turn):
            # Right after a card, "I do not understand" is the wrong thing to read.
            await self._say(tx, turn, say("did_not_follow", turn.language))
        elif shown:
            for reply in shown:
                await self._show(tx, turn, reply)
        elif not (only_safety(result) and await self._has_card(tx, turn)):
            await self._stand_in(tx, turn, facts)
        if not any("988" in reply.text or is_after_card(reply.utterance) for reply in shown):
            await self._add_soft_line(tx, turn)

    def _words_of(
        self, turn: Turn, result: TurnResult, facts: Mapping[str, Any], manifest: Manifest
    ) -> list[Worded]:
        spoken = (reply for reply in result.replies if not is_safetys(reply))
        worded = (self._word(turn, reply, facts, manifest) for reply in spoken)
        return told_once([reply for reply in worded if reply is not None], facts)

    def _word(self, turn: Turn, reply: Reply, facts: Mapping[str, Any], manifest: Manifest) -> Worded | None:
        worded = word(
            reply,
            manifest=manifest,
            facts=facts,
            language=turn.language,
            mode=self._context.settings.mode,
            today=self._context.clock().date(),
        )
        if worded is None:
            logger.error(
                "Alert: release %s has no words for %s (message %s)",
                manifest.release,
                reply.utterance,
                turn.message_id,
            )
        return worded

    async def _say_bot_is_off(
        self, tx: Transaction, turn: Turn, result: TurnResult, facts: Mapping[str, Any]
    ) -> None:
        """Only the phone and the callback are left; a crisis has its card already."""
        if not (only_safety(result) and await self._has_card(tx, turn)):
            sentences = (say("bot_off", turn.language), how_to_reach_us(facts, turn.language))
            title = TITLES["callback"].get(turn.language, TITLES["callback"]["en"])
            offers = (Offer(title, "callback"),) if facts.get("can_call_back") else ()
            await self._say(tx, turn, " ".join(filter(None, sentences)), offers=offers)
        await self._add_soft_line(tx, turn)

    async def _with_card(self, tx: Transaction, turn: Turn) -> list[Any] | None:
        """What the bot is to know next time of a card that it never heard of; None: nothing new."""
        replies = await messages.replies_to(tx, turn.conversation_id, turn.message_id)
        kinds = [reply.details.get("kind") for reply in replies if reply.kind == "card"]
        return [*turn.events, {"event": "slot", "name": CRISIS_SLOT, "value": kinds[-1]}] if kinds else None

    async def _has_card(self, tx: Transaction, turn: Turn) -> bool:
        replies = await messages.replies_to(tx, turn.conversation_id, turn.message_id)
        return any(reply.kind in ("card", "check") for reply in replies)

    async def _add_soft_line(self, tx: Transaction, turn: Turn) -> None:
        """Name 988 once more where despair was in the air; not below a card, which says it all."""
        is_needed = turn.soft_line or await self._in_crisis(tx, turn)
        if is_needed and not await self._has_card(tx, turn):
            await self._say(tx, turn, soft_line(turn.language))

    async def _in_crisis(
        self, tx: Transaction, turn: Turn, *, kinds: Collection[str] = turns.DESPAIR_CARDS
    ) -> bool:
        return await turns.in_crisis_context(
            tx,
            turn.conversation_id,
            kinds=kinds,
            seq=turn.seq,
            messages_long=self._context.settings.limits.crisis_context_messages,
        )

    async def _stand_in(self, tx: Transaction, turn: Turn, facts: Mapping[str, Any]) -> None:
        if not await turns.was_told(tx, turn.id):
            await self._say(tx, turn, could_not_answer(facts, turn.language))

    async def _ask_for_a_person(
        self, tx: Transaction, turn: Turn, facts: Mapping[str, Any], *, says_again: bool = False
    ) -> bool:
        """Ask for a person where the visitor did and no bot did it for them; whether they did.

        It is said when it is new; with `says_again` also when they have asked before.
        """
        if not (facts.get("can_call_back") and asks_for_a_person(turn.ask)):
            return False
        is_new = await handoffs.open_one(tx, turn.conversation_id) is None
        if is_new:
            await self._hand_over(tx, turn.conversation_id, turn.message_id)
        if (is_new or says_again) and not await turns.was_told(tx, turn.id):
            await self._say(tx, turn, person_asked_for(facts, turn.language))
        return True

    async def _hand_over(self, tx: Transaction, conversation_id: str, message_id: str) -> None:
        await handoffs.request(
            tx,
            conversation_id,
            message_id=message_id,
            reason="asked",
            urgent=False,
            now=self._context.clock(),
            mail=self._context.settings.can_tell,
        )

    async def _put_to_read(
        self,
        tx: Transaction,
        turn: Turn,
        outcome: str,
        events: Sequence[Any] = (),
        offered: Sequence[str] = (),
    ) -> None:
        await review_queue.after_turn(
            tx,
            turn.conversation_id,
            message_id=turn.message_id,
            outcome=outcome,
            now=self._context.clock(),
            events=events,
            asked=turn.ask,
            offered=offered,
        )

    async def _show(self, tx: Transaction, turn: Turn, reply: Worded) -> None:
        await messages.append(
            tx,
            turn.conversation_id,
            author="bot",
            text=reply.text,
            language=reply.language,
            in_reply_to=turn.message_id,
            utterance=reply.utterance,
            details=reply.details,
            offers=reply.choices,
            now=self._context.clock(),
        )

    async def _say(
        self, tx: Transaction, turn: Turn, sentence: str, *, offers: tuple[Offer, ...] = ()
    ) -> None:
        await messages.append(
            tx,
            turn.conversation_id,
            author="system",
            kind="notice",
            text=sentence,
            language=turn.language,
            in_reply_to=turn.message_id,
            offers=offers,
            now=self._context.clock(),
        )

    async def _grant(self, tx: Transaction, turn: Turn, wish: Wish) -> str:
        """Store what the bot asks for; says what became of it."""
        common: dict[str, Any] = {
            "message_id": turn.message_id,
            "reason": wish.reason,
            "now": self._context.clock(),
            "mail": self._context.settings.can_tell,
        }
        where = (tx, turn.conversation_id)
        if wish.kind == "callback":
            stored = await callbacks.request(*where, fields=wish.fields, language=turn.language, **common)
            if await self._in_crisis(tx, turn, kinds=CRISIS_KINDS) and await handoffs.was_urgent(*where):
                # Also where somebody has dealt with the card's own alert: who calls must know of it.
                card = (await messages.cards_shown(tx, turn.conversation_id))[-1]
                await handoffs.request(*where, urgent=True, **{**common, "reason": card})
            return stored.how
        if wish.kind == "cancel_callback":
            return TAKEN_BACK if await callbacks.take_back(*where, now=common["now"]) else NOTHING
        await handoffs.request(*where, urgent=False, **common)
        return HANDED_OFF


def in_truth(replies: Sequence[Reply], granted: Iterable[str]) -> tuple[Reply, ...]:
    """The replies, with what they say of a request as it was really stored."""
    truth = {said: true for how in granted for said, true in _IN_TRUTH.get(how, {}).items()}
    return tuple(replace(each, utterance=truth.get(each.utterance, each.utterance)) for each in replies)


def is_safetys(reply: Reply) -> bool:
    """Whether a reply comes from the bot's own safety component; this side has spoken already."""
    return reply.utterance.startswith(SAFETY_PREFIX)


def is_after_card(utterance: str) -> bool:
    """Whether a reply is one of the approved ones after a card: it names the help that fits itself."""
    return utterance.startswith(AFTER_CARD_PREFIX)


def is_about_a_call(result: TurnResult) -> bool:
    """Whether a turn is about being called or talking to a person: that works with the bot off."""
    intent = result.understood.get("intent")
    is_answer = any(reply.utterance.startswith(ANSWER_PREFIX) for reply in result.replies)
    return result.outcome == "skill" and intent in ABOUT_A_CALL and not is_answer


def only_safety(result: TurnResult) -> bool:
    """Whether the bot had nothing to say but what safety said already."""
    return all(is_safetys(reply) for reply in result.replies)


def told_once(shown: list[Worded], facts: Mapping[str, Any]) -> list[Worded]:
    """Leave out how to reach us where an answer has just told it; what it offers stays under that."""
    kept: list[Worded] = []
    for reply in shown:
        known = [facts[way] for way in WAYS_TO_REACH if facts.get(way) and facts[way] in reply.text]
        if reply.utterance == REACH_US and kept and any(way in kept[-1].text for way in known):
            kept[-1] = replace(kept[-1], choices=(*kept[-1].choices, *reply.choices))
        else:
            kept.append(reply)
    return kept


def refuse_empty_promises(wishes: tuple[Wish, ...], facts: Mapping[str, Any]) -> None:
    """Check every callback before anything is stored. Raises BotFailed."""
    for wish in wishes:
        if wish.kind != "callback":
            continue
        if not facts["can_call_back"]:
            raise BotFailed("a callback although nobody would see it")
        callbacks.read_fields(wish.fields)
