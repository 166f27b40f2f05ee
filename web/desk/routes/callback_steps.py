"""What a press on the list of calls does to a request; the sentence that says so comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanic import Request

from web.chat import callbacks
from web.core import formatting
from web.core.db import Transaction
from web.core.errors import BadRequest
from web.desk import undo
from web.desk.calls import due_times, work
from web.desk.calls.labels import RESULTS
from web.desk.routes.layout import person_of, zone_of
from web.hours import closures
from web.http.requests import context_of, form_value

# What can be taken back for a minute.
UNDOABLE = {*RESULTS, "put_off"}


async def take(request: Request, tx: Transaction, callback_id: str) -> tuple[str, str]:
    """Do one step with a request: what was done, and the name under which it can be taken back.

    Raises BadRequest, NotFound, NotPossible or AskFirst in a sentence.
    """
    if form_value(request, "to") not in UNDOABLE:
        return await _step(request, tx, callback_id), ""
    row, now = await callbacks.known(tx, callback_id), context_of(request).clock()
    where = [row["conversation_id"]]
    async with undo.undoable(tx, where, did="call", by=person_of(request), now=now) as made:
        said = await _step(request, tx, callback_id)
    return said, made.id


async def _step(request: Request, tx: Transaction, callback_id: str) -> str:
    to = form_value(request, "to")
    if to in RESULTS:
        return await _result(request, tx, callback_id, to)
    step = {
        "note": _note,
        "put_off": _put_off,
        "brought_back": _bring_back,
        "claim": _claim,
        "release": _release,
        "merge": _merge,
        "part": _part,
    }.get(to)
    if step is None:
        raise BadRequest("There is no such step.")
    return await step(request, tx, callback_id)


async def _result(request: Request, tx: Transaction, callback_id: str, to: str) -> str:
    result, due_at = RESULTS[to], await _due_of(request, tx)
    is_open = result.state in callbacks.OPEN
    await callbacks.move(
        tx,
        callback_id,
        result.state,
        by=person_of(request).id,
        now=context_of(request).clock(),
        note=_words(request),
        outcome=result.outcome,
        due_at=due_at if is_open else None,
    )
    again = f" Due again {await _when(request, tx, due_at)}." if is_open and due_at else ""
    return f"Saved: {result.words.lower()}.{again}"


async def _note(request: Request, tx: Transaction, callback_id: str) -> str:
    """Keep a note; who chose a time to call again beside it means that too."""
    if await _due_of(request, tx):
        return await _put_off(request, tx, callback_id)
    await callbacks.remark(
        tx, callback_id, _words(request), by=person_of(request).id, now=context_of(request).clock()
    )
    return "The note is saved; the call stays open."


async def _put_off(request: Request, tx: Transaction, callback_id: str) -> str:
    until = await _due_of(request, tx)
    if until is None:
        raise BadRequest("Please choose when to call again.")
    when = await _when(request, tx, until)
    words = f"until {when}{f': {_words(request)}' if _words(request) else ''}"
    await work.put_off(tx, callback_id, until=until, words=words, **_by(request))
    return f"Snoozed until {when}."


async def _bring_back(request: Request, tx: Transaction, callback_id: str) -> str:
    await work.put_off(tx, callback_id, until=None, words=_words(request), **_by(request))
    return "Due now."


async def _claim(request: Request, tx: Transaction, callback_id: str) -> str:
    is_sure = form_value(request, "sure") == "yes"
    await work.claim(tx, callback_id, is_sure=is_sure, **_by(request))
    return "You are calling. Your colleagues see it."


async def _release(request: Request, tx: Transaction, callback_id: str) -> str:
    await work.release(tx, callback_id, **_by(request))
    return "You are no longer calling."


async def _merge(request: Request, tx: Transaction, callback_id: str) -> str:
    await work.merge(tx, callback_id, form_value(request, "other"), **_by(request))
    return "Saved: one person, one history."


async def _part(request: Request, tx: Transaction, callback_id: str) -> str:
    await work.part(tx, callback_id, **_by(request))
    return "Saved: this is somebody else."


def _by(request: Request) -> dict[str, Any]:
    return {"by": person_of(request), "now": context_of(request).clock()}


def _words(request: Request) -> str:
    return form_value(request, "note").strip()


async def _due_of(request: Request, tx: Transaction) -> datetime | None:
    context = context_of(request)
    now = context.clock()
    return due_times.read_due(
        form_value(request, "again"),
        form_value(request, "again_at"),
        clinic=await context.clinic_now(tx),
        closures=await closures.list_all(tx, now=now),
        now=now,
    )


async def _when(request: Request, tx: Transaction, moment: datetime | None) -> str:
    return formatting.when(moment, await zone_of(request, tx)) if moment else ""
