"""What the doors of the desk share: who asks, where work goes on, and pages that keep themselves fresh."""

from __future__ import annotations

import asyncio
import hashlib
import json as plain_json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sanic import HTTPResponse, Request, empty, json, redirect

from web import desk, onlookers
from web.db import Transaction
from web.errors import AskFirst, wants_page
from web.handoff_events import Person
from web.hub import DESK
from web.routes.guard import staff_of, staff_page
from web.routes.requests import form_value, house_of, whole_number

WORKERS = ("desk", "administrator")
READERS = ("desk", "owner", "clinician", "administrator")
# Many things happen in one moment: they are shown at once.
GATHER_S = 0.1
MAX_FLASH_CHARS = 200

Draw = Callable[[], Awaitable[HTTPResponse]]


def person_of(request: Request) -> Person:
    """The member of staff who asks."""
    staff = staff_of(request)
    return Person(staff.id, staff.name)


async def zone_of(request: Request, tx: Transaction) -> ZoneInfo | None:
    """The clinic's time zone."""
    return (await house_of(request).clinic_now(tx)).time_zone


async def live_page(request: Request, draw: Draw) -> HTTPResponse:
    """Give a part of a page when it is another than the one the browser has; wait until it is."""
    house, loop = house_of(request), asyncio.get_running_loop()
    mark = request.args.get("mark") or ""
    asked_s = whole_number(request.args.get("wait"), default=0)
    until = loop.time() + min(asked_s, house.settings.limits.max_wait_s)
    while True:
        with house.hub.listening(DESK) as listener:
            page = await draw()
            left_s = until - loop.time()
            if _mark(page) != mark or left_s <= 0 or house.hub.is_closed:
                break
            # Not every piece of news changes this page, and time changes it without any.
            if await listener.news(timeout_s=min(left_s, house.settings.limits.look_again_s)):
                await asyncio.sleep(GATHER_S)
    if _mark(page) == mark:
        return empty(headers={"x-mark": mark})
    page.headers["x-mark"] = _mark(page)
    return page


async def pulse_values(request: Request, tx: Transaction, now: datetime) -> dict[str, Any]:
    """What every page of the desk shows of the lists: counts, and who is new."""
    house = house_of(request)
    found = await desk.lists(
        tx,
        staff_id=staff_of(request).id,
        manifest=house.manifests.current(),
        zone=await zone_of(request, tx),
        now=now,
    )
    return {"lists": found, "pulse": plain_json.dumps(desk.pulse(found), sort_keys=True)}


async def note_presence(request: Request) -> None:
    """Note that this member of staff has a page of the desk open."""
    house, person = house_of(request), person_of(request)
    async with house.db.read() as tx:
        if await onlookers.is_noted(tx, person, now=house.clock()):
            return
    async with house.db.write() as tx:
        await onlookers.at_the_desk(tx, person, now=house.clock())


def done(request: Request, path: str, said: str = "") -> HTTPResponse:
    """Lead a browser on with a sentence; tell a script that it is done."""
    if not wants_page(request):
        return json({"ok": True, "said": said, "path": path})
    return redirect(f"{path}{'&' if '?' in path else '?'}said={quote(said)}" if said else path, status=303)


def must_be_sure(request: Request, sentence: str, yes: str) -> None:
    """Ask before something acts on a live crisis. Raises AskFirst unless they said that they mean it."""
    if form_value(request, "sure") != "yes":
        raise AskFirst(sentence, yes=yes)


def question(request: Request, asked: AskFirst) -> HTTPResponse:
    """Ask somebody without our script: the same form again, and a way back."""
    fields = [(name, value) for name, values in (request.form or {}).items() for value in values]
    back = request.path.rpartition("/")[0]
    values = {"sentence": asked.sentence, "yes": asked.details["yes"], "fields": fields}
    return draw(request, "desk/sure.html", action=request.path, back=back, **values, status=asked.status)


def draw(request: Request, template: str, **values: Any) -> HTTPResponse:
    """Draw a page of the desk; `said` is the sentence that `done` sent along."""
    said = (request.args.get("said") or "")[:MAX_FLASH_CHARS]
    return staff_page(request, template, said=said, **values)


def _mark(page: HTTPResponse) -> str:
    return hashlib.sha256(page.body or b"").hexdigest()[:16]
