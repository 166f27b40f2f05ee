"""What staff do in a conversation: take it over, answer, note, give it back, let it go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import audit
from web.accounts.staff import Person
from web.chat import conversations, handoff_events, handoffs, review_queue
from web.core.db import Transaction
from web.core.errors import AskFirst, BadRequest, MessageRefused
from web.desk import away_replies, drafts, flagged_answers, notes, snippets, staff_replies, undo
from web.desk.routes.layout import (
    READERS,
    WORKERS,
    done,
    must_be_sure,
    outcome_of,
    person_of,
    question,
)
from web.desk.staff_replies import Approved
from web.hours import staff_activity
from web.http.error_handler import wants_page
from web.http.guard import allow
from web.http.requests import context_of, form_value, work_of
from web.safety import checklists
from web.safety.crisis_outcomes import NOT_A_CRISIS

bp = Blueprint("desk_actions", url_prefix="/conversations")

Change = Callable[[Transaction], Awaitable[Any]]


@bp.post("/<conversation_id:str>/claim")
@allow(*WORKERS)
async def claim(request: Request, conversation_id: str) -> HTTPResponse:
    """Take the conversation over."""
    handoff_id = form_value(request, "handoff_id") or None
    by, now = person_of(request), context_of(request).clock()

    async def change(tx: Transaction) -> None:
        await handoffs.claim(tx, conversation_id, by=by, now=now, handoff_id=handoff_id)

    return await _do(request, conversation_id, change, "This chat is yours now. The bot is paused.")


@bp.post("/<conversation_id:str>/reply")
@allow(*WORKERS)
async def reply(request: Request, conversation_id: str) -> HTTPResponse:
    """Say something to the visitor; with `then=resolve` that was all."""
    by, now = person_of(request), context_of(request).clock()
    answer_id = form_value(request, "answer_id")
    is_last = form_value(request, "then") == "resolve"

    async def change(tx: Transaction) -> None:
        answer = await _approved(request, tx, conversation_id, answer_id) if answer_id else None
        said = await staff_replies.reply(
            tx,
            conversation_id,
            by=by,
            now=now,
            text=form_value(request, "text"),
            approved=answer,
            client_id=form_value(request, "client_id")[:64] or None,
        )
        settings = context_of(request).settings
        await away_replies.after_reply(tx, conversation_id, said, by=by, settings=settings, now=now)
        await _not_unsent(tx, request, conversation_id, "reply", answer=bool(answer_id))
        await staff_activity.note_reading(tx, conversation_id, by, now=now, is_typing=False)
        if is_last:
            await _finish(tx, conversation_id, by, request)

    path, did = ("/desk", "resolve") if is_last else (None, "")
    said = "Sent and resolved. What was sent stays sent." if is_last else ""
    return await _do(request, conversation_id, change, said, path=path, did=did)


@bp.post("/<conversation_id:str>/note")
@allow(*WORKERS, "clinician")
async def note(request: Request, conversation_id: str) -> HTTPResponse:
    """Keep a private note."""
    by, now = person_of(request), context_of(request).clock()

    async def change(tx: Transaction) -> None:
        await notes.write(tx, conversation_id, form_value(request, "text"), by=by, now=now)
        await _not_unsent(tx, request, conversation_id, "note")

    return await _do(request, conversation_id, change, "Noted. The visitor does not see it.")


@bp.post("/<conversation_id:str>/assign")
@allow(*WORKERS)
async def assign(request: Request, conversation_id: str) -> HTTPResponse:
    """Give the conversation to somebody who is at the desk, or take it from whoever holds it."""
    by, now = person_of(request), context_of(request).clock()
    wanted = form_value(request, "to")

    async def change(tx: Transaction) -> None:
        there = {each.id: each for each in await staff_activity.colleagues(tx, now=now)} | {by.id: by}
        if wanted not in there:
            raise BadRequest("This colleague is no longer at the desk. Nothing was changed.")
        if wanted != by.id:
            await _ask_about_a_crisis(request, tx, conversation_id, "Assign")
        await handoffs.assign(tx, conversation_id, to=there[wanted], by=by, now=now)
        if wanted != by.id:
            await staff_activity.forget_reading(tx, conversation_id, there[wanted])

    said = "This chat is yours now." if wanted == by.id else "Assigned. Your colleague has been notified."
    return await _do(request, conversation_id, change, said)


@bp.post("/<conversation_id:str>/hand-back")
@allow(*WORKERS)
async def hand_back(request: Request, conversation_id: str) -> HTTPResponse:
    """Put the conversation back on the list; the bot helps meanwhile."""
    by, now = person_of(request), context_of(request).clock()

    async def change(tx: Transaction) -> None:
        await _ask_about_a_crisis(request, tx, conversation_id, "Hand back")
        await handoffs.hand_back(tx, conversation_id, by=by, now=now)

    said = "Back on the list. The bot can help meanwhile."
    return await _do(request, conversation_id, change, said, did="hand_back")


@bp.post("/<conversation_id:str>/resolve")
@allow(*WORKERS)
async def resolve(request: Request, conversation_id: str) -> HTTPResponse:
    """Let the conversation go: it is done, and what was to read is read."""
    by = person_of(request)

    async def change(tx: Transaction) -> None:
        await _finish(tx, conversation_id, by, request)

    return await _do(request, conversation_id, change, "Resolved.", path="/desk", did="resolve")


@bp.post("/<conversation_id:str>/reopen")
@allow(*WORKERS)
async def reopen(request: Request, conversation_id: str) -> HTTPResponse:
    """Put a resolved request back on the list."""
    by, now = person_of(request), context_of(request).clock()

    async def change(tx: Transaction) -> None:
        if not await handoffs.reopen(tx, conversation_id, by=by, now=now):
            raise BadRequest("There is nothing to reopen here.")

    return await _do(request, conversation_id, change, "Open again.")


@bp.post("/<conversation_id:str>/not-a-crisis")
@allow(*WORKERS, "clinician")
async def not_a_crisis(request: Request, conversation_id: str) -> HTTPResponse:
    """Take the urgency away; it is kept who said so, and about which message."""
    by, now = person_of(request), context_of(request).clock()

    async def change(tx: Transaction) -> None:
        await _ask_about_a_crisis(request, tx, conversation_id, "Mark as not a crisis")
        if not await handoffs.not_a_crisis(tx, conversation_id, by=by, now=now):
            raise BadRequest("This is no longer marked as urgent.")
        await _note_not_a_crisis(tx, conversation_id, by=by, now=now)

    said = "Saved: not a crisis. It is now listed in the studio under False alarms."
    return await _do(request, conversation_id, change, said, did="not_a_crisis")


@bp.post("/<conversation_id:str>/step")
@allow(*WORKERS)
async def step(request: Request, conversation_id: str) -> HTTPResponse:
    """Tick a step of the checklist, or take the tick back; it is kept who did and when."""
    by, now = person_of(request), context_of(request).clock()
    words, is_done = form_value(request, "step"), form_value(request, "done") != "no"

    async def change(tx: Transaction) -> None:
        if not await _tick(tx, conversation_id, words, is_done=is_done, by=by, now=now):
            raise BadRequest("This is not a step of an open crisis here. Nothing was checked off.")

    return await _do(request, conversation_id, change, "")


@bp.post("/<conversation_id:str>/wrong")
@allow(*READERS)
async def wrong(request: Request, conversation_id: str) -> HTTPResponse:
    """Mark an answer of the bot as wrong, or take the mark back."""
    by, now = person_of(request), context_of(request).clock()
    message_id = form_value(request, "message_id")

    async def change(tx: Transaction) -> None:
        if form_value(request, "undo"):
            await flagged_answers.unmark(tx, conversation_id, message_id)
            return
        right = form_value(request, "right_answer") or None
        if right and right not in context_of(request).manifests.current().answers:
            raise BadRequest("There is no such answer in the published release. Please choose another.")
        remark = form_value(request, "remark")
        await flagged_answers.mark(
            tx, conversation_id, message_id, right_answer=right, remark=remark, by=by, now=now
        )

    return await _do(request, conversation_id, change, "Saved for the content owners.")


async def _do(
    request: Request,
    conversation_id: str,
    change: Change,
    said: str,
    *,
    path: str | None = None,
    did: str = "",
) -> HTTPResponse:
    """Change something in one transaction, to its end, and tell everybody who looks, the desk too.

    What has a name (`did`) can be taken back for a minute.
    """
    by, now, made = person_of(request), context_of(request).clock(), undo.Undo()

    async def commit() -> None:
        nonlocal made
        async with context_of(request).db.write() as tx:
            if not did:
                await change(tx)
                return
            async with undo.undoable(tx, [conversation_id], did=did, by=by, now=now) as made:
                await change(tx)

    try:
        await work_of(request).to_the_end(commit())
    except AskFirst as asked:
        if not wants_page(request):
            raise
        return question(request, asked)
    context_of(request).pubsub.publish(conversation_id)
    request.app.ctx.mailer.wake()
    return done(request, path or f"/desk/conversations/{conversation_id}", said, undo=made.id)


async def _tick(
    tx: Transaction, conversation_id: str, step: str, *, is_done: bool, by: Person, now: datetime
) -> bool:
    """Keep a tick in the history of an open crisis; False when there is no such step."""
    known = await handoffs.open_one(tx, conversation_id)
    if known is None or not known["urgent"]:
        return False
    steps = {each.text: each for each in await checklists.of_case(tx, known)}
    if step not in steps:
        return False
    if bool(steps[step].done_by) != is_done:
        details = {"step": step, "done": is_done}
        await handoff_events.note(tx, conversation_id, known["id"], "step", by=by, now=now, details=details)
    return True


async def _not_unsent(
    tx: Transaction, request: Request, conversation_id: str, field: str, *, answer: bool = False
) -> None:
    """What was sent from this window is no draft any more."""
    await drafts.sent(
        tx,
        conversation_id,
        staff_id=person_of(request).id,
        field=field,
        tab=form_value(request, "tab"),
        seen=form_value(request, "seen"),
        answer=answer,
    )


async def _note_not_a_crisis(tx: Transaction, conversation_id: str, *, by: Person, now: datetime) -> None:
    await audit.note(
        tx, by=by.id, did="handoff.not_a_crisis", about="conversations", about_id=conversation_id, now=now
    )


async def _finish(tx: Transaction, conversation_id: str, by: Person, request: Request) -> None:
    now = context_of(request).clock()
    is_crisis = await handoffs.is_urgent(tx, conversation_id)
    outcome = outcome_of(request) if is_crisis else None
    await handoffs.resolve(tx, conversation_id, by=by, now=now, outcome=outcome)
    if outcome == NOT_A_CRISIS:
        await _note_not_a_crisis(tx, conversation_id, by=by, now=now)
    await review_queue.mark_read(tx, conversation_id, by=by, now=now)
    await staff_activity.leave(tx, conversation_id, by)


async def _ask_about_a_crisis(request: Request, tx: Transaction, conversation_id: str, yes: str) -> None:
    """Ask before a crisis ends, also one that the page did not show yet. Raises AskFirst."""
    if await handoffs.is_urgent(tx, conversation_id):
        must_be_sure(request, f"This is a live crisis: the visitor may be in danger. {yes}?", yes)


async def _approved(request: Request, tx: Transaction, conversation_id: str, answer_id: str) -> Approved:
    context = context_of(request)
    language = await conversations.language_of(tx, conversation_id)
    found = snippets.get(
        await context.words(tx),
        answer_id,
        facts=await context.facts(tx, language),
        language=language,
        mode=context.settings.mode,
        today=context.clock().date(),
    )
    if found is None:
        raise MessageRefused("This answer cannot be sent now: the published release has no words for it.")
    return found
