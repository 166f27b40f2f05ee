"""One conversation at the desk: its page, kept fresh, and the approved answers that fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sanic import Blueprint, HTTPResponse, Request, json

from web.accounts import audit
from web.bot import overrides
from web.chat import conversations, handoffs, messages, turns
from web.chat.turns import GONE
from web.core import formatting, time_zones
from web.core.db import Transaction
from web.core.errors import NotFound
from web.core.pubsub import onlookers_of
from web.desk import (
    away_replies,
    canned,
    conversation_view,
    queue_views,
    queues,
    snippets,
    visitor_presence,
    who_answers,
)
from web.desk.calls.labels import STATES
from web.desk.finding import tags
from web.desk.routes.drafts import unsent_values
from web.desk.routes.layout import (
    READERS,
    WORKERS,
    draw,
    live_page,
    note_presence,
    person_of,
    pulse_values,
    snapshot_of,
    zone_of,
)
from web.hours import staff_activity
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value, whole_number
from web.safety import checklists
from web.safety.checklists import Step

bp = Blueprint("desk_conversation", url_prefix="/conversations")


@bp.get("/<conversation_id:str>")
@allow(*READERS)
async def page(request: Request, conversation_id: str) -> HTTPResponse:
    """Show a conversation from its beginning."""
    context, by = context_of(request), person_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        await turns.lock_known(tx, conversation_id)
        if staff_of(request).may(*WORKERS):
            await handoffs.open_by(tx, conversation_id, by=by, now=now)
            last = await messages.last_seq(tx, conversation_id)
            await staff_activity.note_reading(tx, conversation_id, by, now=now, read_seq=last)
            await staff_activity.at_the_desk(tx, by, now=now)
        await audit.note(
            tx, by=by.id, did="conversation.read", about="conversations", about_id=conversation_id, now=now
        )
    context.pubsub.publish(onlookers_of(conversation_id))
    return await _draw(request, conversation_id, "desk/conversation.html")


@bp.get("/<conversation_id:str>/live")
@allow(*READERS, background=True)
async def live(request: Request, conversation_id: str) -> HTTPResponse:
    """Give the parts that change, as soon as they do."""
    await _note_reading(request, conversation_id)
    if staff_of(request).may(*WORKERS):
        await note_presence(request)
        await _look(request, conversation_id, read_seq=whole_number(request.args.get("read"), default=0))
    return await live_page(
        request,
        lambda: _draw(request, conversation_id, "desk/_conversation.html"),
        conversation_id,
        onlookers_of(conversation_id),
    )


@bp.post("/<conversation_id:str>/typing")
@allow(*WORKERS)
async def typing(request: Request, conversation_id: str) -> HTTPResponse:
    """Note that this member of staff types, or has stopped."""
    await _look(request, conversation_id, is_typing=form_value(request, "typing") == "yes")
    context_of(request).pubsub.publish(conversation_id)
    return json({"ok": True})


@bp.post("/<conversation_id:str>/leave")
@allow(*WORKERS, background=True)
async def leave(request: Request, conversation_id: str) -> HTTPResponse:
    """Note that this member of staff looks elsewhere."""
    async with context_of(request).db.write() as tx:
        await staff_activity.leave(tx, conversation_id, person_of(request))
    context_of(request).pubsub.publish(onlookers_of(conversation_id))
    return json({"ok": True})


@bp.get("/<conversation_id:str>/answers")
@allow(*READERS)
async def answers(request: Request, conversation_id: str) -> HTTPResponse:
    """Find approved answers by their words."""
    context = context_of(request)
    async with context.db.read() as tx:
        language = await conversations.language_of(tx, conversation_id)
        facts, words = await context.facts(tx, language), await context.words(tx)
    found = snippets.search(
        words,
        (request.args.get("q") or "")[:200],
        facts=facts,
        language=language,
        mode=context.settings.mode,
        today=context.clock().date(),
    )
    return json({"ok": True, "answers": [vars(each) for each in found]})


async def _note_reading(request: Request, conversation_id: str) -> None:
    """Note in the audit who reads here, unless they opened the page: then it stands there."""
    context, by = context_of(request), person_of(request)
    now, did = context.clock(), "conversation.read"
    since = now - timedelta(hours=context.settings.limits.session_hours)
    wanted = audit.AuditFilter(by=by.id, did=did, about_id=conversation_id, since=since)
    async with context.db.read() as tx:
        if await audit.find(tx, wanted, limit=1):
            return
    async with context.db.write() as tx:
        await turns.lock_known(tx, conversation_id)
        await audit.note(tx, by=by.id, did=did, about="conversations", about_id=conversation_id, now=now)


async def _look(
    request: Request, conversation_id: str, *, is_typing: bool | None = None, read_seq: int = 0
) -> None:
    context, person = context_of(request), person_of(request)
    async with context.db.read() as tx:
        now = context.clock()
        is_known = await staff_activity.is_noted(tx, person, now=now, conversation_id=conversation_id)
        has_read_on = read_seq > (await staff_activity.read_by(tx, conversation_id, person) or 0)
    if is_known and is_typing is None and not has_read_on:
        return
    async with context.db.write() as tx:
        await turns.lock_known(tx, conversation_id)
        await staff_activity.note_reading(
            tx,
            conversation_id,
            person,
            now=now,
            is_typing=is_typing,
            read_seq=read_seq if has_read_on else None,
        )
    if has_read_on:
        context.pubsub.publish(onlookers_of(conversation_id))


def _urgent_words(shown: conversation_view.Transcript, case: queues.Case | None) -> str:
    """The plainest words in which safety spoke up; they may stand far above the end of a long chat."""
    if case is None or case.handoff is None or not case.is_urgent:
        return ""
    where = case.handoff["words_id"] or case.handoff["message_id"]
    return next((queue_views.shortened(line.text) for line in shown.lines if line.id == where), "")


def _also_heard(shown: conversation_view.Transcript, case: queues.Case | None) -> list[str]:
    """What else safety heard in this chat, beside what the case is called by."""
    if case is None or case.handoff is None or not case.is_urgent:
        return []
    return [kind for kind in shown.heard if kind != case.handoff["reason"]]


async def _steps(tx: Transaction, case: queues.Case | None) -> list[Step]:
    """The checklist, while a crisis is open."""
    if case is None or case.handoff is None or not case.is_urgent:
        return []
    return await checklists.of_case(tx, case.handoff)


async def _draw(request: Request, conversation_id: str, template: str) -> HTTPResponse:
    context, by = context_of(request), person_of(request)
    manifest, is_masked = context.manifests.current(), not staff_of(request).may(*WORKERS)
    async with context.db.read() as tx:
        now, zone = context.clock(), await zone_of(request, tx)
        shown = await conversation_view.read_transcript(
            tx,
            conversation_id,
            manifest=manifest,
            zone=zone,
            is_masked=is_masked,
        )
        if shown is None:
            raise NotFound(GONE)
        shown = await away_replies.with_links(tx, shown, zone)
        case = await queues.one(tx, conversation_id)
        on = queues.place(case, now) if case else None
        row = None
        if case and on:
            row = queue_views.row_of(case, on, manifest, now, zone, is_masked=is_masked)
            row = replace(row, is_mine=row.holder_id == by.id)
        seen_at = case.seen_at if case else await visitor_presence.last_here(tx, conversation_id)
        bot_is_off = (await overrides.read(tx)).is_off
        values = {
            "shown": shown,
            "case": row,
            "presence": queue_views.presence(seen_at, now),
            "is_here": visitor_presence.is_here(seen_at, now),
            "urgent_words": _urgent_words(shown, case),
            "also_heard": _also_heard(shown, case),
            "steps": await _steps(tx, case),
            "clock": lambda moment: formatting.clock(moment, zone),
            "can_call": next((each["id"] for each in case.callbacks), "") if case else "",
            "states": STATES,
            "reply_goes": await away_replies.outlook(tx, conversation_id, context.settings, now=now),
            "their_clock": time_zones.clock_elsewhere(shown.time_zone, zone, now),
            "handoff": case.handoff if case else None,
            "others": await staff_activity.who(tx, conversation_id, now=now, but=by),
            "colleagues": [each for each in await staff_activity.colleagues(tx, now=now) if each.id != by.id],
            "canned": await canned.list_all(tx),
            "may_work": staff_of(request).may(*WORKERS),
            "answer_titles": sorted(
                ((name, str(answer.get("title") or name)) for name, answer in manifest.answers.items()),
                key=lambda pair: pair[1],
            ),
            "labels": await tags.of_conversation(tx, conversation_id),
            "known_tags": await tags.known(tx),
            "outcomes": tags.OUTCOMES,
            "write": request.args.get("write") == "1",
        }
        values |= await unsent_values(request, tx, conversation_id)
    snapshot = await snapshot_of(request)
    values["who_answers"] = who_answers.in_words(
        row, is_here=bool(values["is_here"]), bot_answers=snapshot.bot_answers, bot_is_off=bot_is_off
    )
    values |= pulse_values(request, snapshot)
    return draw(request, template, **values)
