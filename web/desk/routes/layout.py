"""What the doors of the desk share: who asks, where work goes on, and pages that keep themselves fresh."""

from __future__ import annotations

import asyncio
import hashlib
import json as plain_json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from sanic import HTTPResponse, Request, empty, json, redirect

from web.accounts import audit
from web.accounts.staff import Person
from web.core.db import Transaction
from web.core.errors import AskFirst
from web.core.pubsub import LISTS
from web.desk import queue_views
from web.desk.queue_snapshot import QueueSnapshot, Snapshot, for_staff
from web.hours import staff_activity
from web.http.error_handler import wants_page
from web.http.guard import staff_of, staff_page
from web.http.prefix import prefix_of, reached_at
from web.http.requests import context_of, form_value, whole_number
from web.safety.crisis_outcomes import OUTCOMES

WORKERS = ("desk", "administrator")
READERS = ("desk", "owner", "clinician", "administrator")
# Many things happen in one moment: they are shown at once.
GATHER_S = 0.1
MAX_FLASH_CHARS = 200
HOW_DID_IT_END = "This is a live crisis: the visitor may be in danger. How did it end?"

Draw = Callable[[], Awaitable[HTTPResponse]]


def person_of(request: Request) -> Person:
    """The member of staff who asks."""
    staff = staff_of(request)
    return Person(staff.id, staff.name)


async def zone_of(request: Request, tx: Transaction) -> ZoneInfo | None:
    """The clinic's time zone."""
    return (await context_of(request).clinic_now(tx)).time_zone


async def live_page(request: Request, draw: Draw, *topics: str) -> HTTPResponse:
    """Give a part of a page when it is another than the one the browser has; wait until it is.

    It is drawn again when the lists of the desk are other ones, or there is news of a topic.
    """
    context, loop = context_of(request), asyncio.get_running_loop()
    mark = request.args.get("mark") or ""
    asked_s = whole_number(request.args.get("wait"), default=0)
    request.ctx.is_watching = asked_s > 0 and bool(mark)
    until = loop.time() + min(asked_s, context.settings.limits.max_wait_s)
    while True:
        with context.pubsub.listening(LISTS, *topics) as listener:
            page = await draw()
            left_s = until - loop.time()
            if _mark(page) != mark or left_s <= 0 or context.pubsub.is_closed:
                break
            # Not every piece of news changes this page, and time changes it without any.
            if await listener.news(timeout_s=min(left_s, context.settings.limits.look_again_s)):
                await asyncio.sleep(GATHER_S)
    if _mark(page) == mark:
        return empty(headers={"x-mark": mark})
    page.headers["x-mark"] = _mark(page)
    return page


async def snapshot_of(request: Request) -> Snapshot:
    """The lists as they stand now; for a page that only watches, as they stood a moment ago."""
    snapshot: QueueSnapshot = request.app.ctx.queue_snapshot
    return await (snapshot.recent() if getattr(request.ctx, "is_watching", False) else snapshot.fresh())


def pulse_values(request: Request, snapshot: Snapshot) -> dict[str, Any]:
    """What every page of the desk shows of the lists: counts, and who is new."""
    found = for_staff(snapshot, staff_of(request).id)
    heard = queue_views.pulse(found, is_locked=request.ctx.is_locked)
    heard["bot_answers"] = snapshot.bot_answers
    return {"lists": found, "pulse": plain_json.dumps(heard, sort_keys=True)}


async def note_presence(request: Request) -> None:
    """Note that this member of staff has a page open, unless the page says that nobody hears or uses it."""
    if request.args.get("heard") == "no":
        return
    context, person = context_of(request), person_of(request)
    async with context.db.read() as tx:
        if await staff_activity.is_noted(tx, person, now=context.clock()):
            return
    async with context.db.write() as tx:
        await staff_activity.at_the_desk(tx, person, now=context.clock())


async def note_reading(request: Request, did: str, about: str, **details: Any) -> None:
    """Write down who opened a page that names visitors: ids and counts, no words."""
    context, by = context_of(request), person_of(request)
    async with context.db.write() as tx:
        await audit.note(tx, by=by.id, did=did, about=about, details=details, now=context.clock())


async def note_reading_once(request: Request, did: str, about: str) -> None:
    """The same for the part that a page asks for again and again: once a shift, or when it was opened."""
    context, by = context_of(request), person_of(request)
    since = context.clock() - timedelta(hours=context.settings.limits.session_hours)
    async with context.db.read() as tx:
        is_noted = await audit.find(tx, audit.AuditFilter(by=by.id, did=did, since=since), limit=1)
    if not is_noted:
        await note_reading(request, did, about)


def done(request: Request, path: str, said: str = "", *, undo: str = "") -> HTTPResponse:
    """Lead a browser on with a sentence; tell a script that it is done, and how it can be undone."""
    if not wants_page(request):
        return json({"ok": True, "said": said, "path": reached_at(prefix_of(request), path), "undo": undo})
    query = urlencode(
        {name: each for name, each in (("said", said), ("undo", undo)) if each}, quote_via=quote
    )
    return redirect(f"{path}{'&' if '?' in path else '?'}{query}" if query else path, status=303)


def must_be_sure(request: Request, sentence: str, yes: str) -> None:
    """Ask before something acts on a live crisis. Raises AskFirst unless they said that they mean it."""
    if form_value(request, "sure") != "yes":
        raise AskFirst(sentence, yes=yes)


def outcome_of(request: Request) -> str:
    """How a crisis ended, as the form says. Raises AskFirst until it says so."""
    outcome = form_value(request, "outcome")
    if outcome not in OUTCOMES:
        raise AskFirst(HOW_DID_IT_END, yes="Resolve", choices=OUTCOMES)
    return outcome


def question(request: Request, asked: AskFirst) -> HTTPResponse:
    """Ask somebody without our script: the same form again, and a way back."""
    sent = (request.form or {}).items()
    fields = [(name, value) for name, values in sent for value in values if name not in ("sure", "outcome")]
    back = request.path.rpartition("/")[0]
    values = {"sentence": asked.sentence, "fields": fields, "choices": {}, **asked.details}
    return draw(request, "desk/sure.html", action=request.path, back=back, **values, status=asked.status)


def draw(request: Request, template: str, **values: Any) -> HTTPResponse:
    """Draw a page of the desk; `said` is the sentence that `done` sent along."""
    said = (request.args.get("said") or "")[:MAX_FLASH_CHARS]
    undo = (request.args.get("undo") or "")[:32]
    return staff_page(request, template, said=said, undo=undo, **values)


def _mark(page: HTTPResponse) -> str:
    return hashlib.sha256(page.body or b"").hexdigest()[:16]
