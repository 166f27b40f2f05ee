"""Hours and availability: who is here, closed today, the week, holidays. Every change is live at once."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from content.clinical import in_words as reasons_in_words
from content.yaml_files import ProblemsError
from web.accounts import accounts, audit
from web.core import formatting
from web.core.db import Transaction
from web.core.errors import AskFirst, BadRequest, Refused
from web.core.pubsub import DESK
from web.desk import handoff_timeouts
from web.desk.routes.layout import (
    WORKERS,
    done,
    draw,
    must_be_sure,
    note_presence,
    person_of,
    pulse_values,
    question,
    snapshot_of,
)
from web.hours import clinic_facts, closures, forms, on_duty, staff_schedule
from web.hours.hours import who_answers
from web.http.error_handler import wants_page
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value

bp = Blueprint("desk_opening", url_prefix="/hours")
HERE = "/desk/hours"
TYPED = ("until", "reason", "starts_at", "ends_at", "date", "name")
MAX_HOLIDAY_CHARS = 80
HOLDS_A_CRISIS = "You hold a live crisis: the visitor may be in danger. It goes back to the list when you go."


@bp.get("/")
@allow(*WORKERS)
async def page(request: Request) -> HTTPResponse:
    """Show how it is now, and everything that decides it."""
    await note_presence(request)
    return await _draw(request)


async def _draw(request: Request, problem: str = "", status: int = 200) -> HTTPResponse:
    """Draw the page; after a mistake with what was typed, and why it was not taken."""
    context = context_of(request)
    is_week = problem and request.path.endswith("/week")
    async with context.db.read() as tx:
        now, clinic = context.clock(), await context.clinic_now(tx)
        state, zone = await context.hours(tx), clinic.time_zone
        names = await accounts.names(tx)
        said, scheduled = await on_duty.here(tx, now), await context.scheduled(tx)
        watching = {each.staff_id for each in await context.watching(tx, scheduled)}
        known = {each.staff_id for each in said}
        here = [*said, *(each for each in scheduled if each.staff_id in watching - known)]
        typed_week = forms.typed_week(lambda name: form_value(request, name))
        week = typed_week if is_week else forms.week_of(clinic.hours)
        values = {
            "state": state,
            "sentence": who_answers(state, "en"),
            "zone": str(zone or ""),
            "week": week,
            "holidays": forms.holidays_of(clinic),
            "closures": [
                (each, formatting.when(each.starts_at, zone), formatting.when(each.ends_at, zone))
                for each in await closures.list_all(tx, now=now)
            ],
            "here": [
                (names.get(each.staff_id, "A colleague"), formatting.clock(each.until, zone)) for each in here
            ],
            "am_here": any(each.staff_id == staff_of(request).id for each in (*said, *scheduled)),
            "expected": sorted(
                names.get(each.staff_id, "A colleague")
                for each in scheduled
                if each.staff_id not in watching | known
            ),
        }
    values |= pulse_values(request, await snapshot_of(request))
    typed = {name: form_value(request, name) for name in TYPED} if problem else dict.fromkeys(TYPED, "")
    at = request.path.removeprefix(HERE).strip("/") if problem else ""
    return draw(request, "desk/hours.html", problem=problem, typed=typed, at=at, status=status, **values)


@bp.post("/here")
@allow(*WORKERS)
async def i_am_here(request: Request) -> HTTPResponse:
    """Count this member of staff as being at the desk."""

    async def change(tx: Transaction) -> dict[str, Any]:
        context = context_of(request)
        until = forms.shift_end(form_value(request, "until"), await context.hours(tx))
        await on_duty.i_am_here(tx, person_of(request).id, until, context.clock())
        await staff_schedule.come_back(tx, person_of(request).id, now=context.clock())
        return {"until": until.isoformat(timespec="minutes")}

    return await _change(
        request, change, "presence.here", "You are here. Visitors are told that somebody is."
    )


@bp.post("/away")
@allow(*WORKERS)
async def i_am_away(request: Request) -> HTTPResponse:
    """Count them as gone; what they hold goes back to the list."""
    context, by = context_of(request), person_of(request)
    gave_up: set[str] = set()

    async def change(tx: Transaction) -> dict[str, Any]:
        if await handoff_timeouts.holds_a_crisis(tx, by.id):
            must_be_sure(request, HOLDS_A_CRISIS, "I am away")
        await on_duty.i_am_away(tx, by.id)
        await staff_schedule.go_away(tx, await context.scheduled(tx), by.id, now=context.clock())
        gave_up.update(await handoff_timeouts.of_staff(tx, by.id, why="away", now=context.clock()))
        return {"gave_up": len(gave_up)}

    said = "You are away. What you held is back on the list."
    try:
        answer = await _change(request, change, "presence.away", said)
    except AskFirst as asked:
        if not wants_page(request):
            raise
        return question(request, asked)
    for conversation_id in gave_up:
        context.pubsub.publish(conversation_id)
    return answer


@bp.post("/close-today")
@allow(*WORKERS)
async def close_today(request: Request) -> HTTPResponse:
    """Close from now until midnight, in one press."""

    async def change(tx: Transaction) -> dict[str, Any]:
        context = context_of(request)
        clinic = await context.clinic_now(tx)
        made = await closures.close_today(
            tx,
            clinic=clinic,
            by=person_of(request).id,
            now=context.clock(),
            reason=_plain(request, form_value(request, "reason")),
        )
        return {"closure": made.id}

    return await _change(request, change, "closure.add", "Closed for today. Visitors are told at once.")


@bp.post("/closures")
@allow(*WORKERS)
async def add_closure(request: Request) -> HTTPResponse:
    """Close for a span of time."""

    async def change(tx: Transaction) -> dict[str, Any]:
        context = context_of(request)
        zone = (await context.clinic_now(tx)).time_zone
        made = await closures.add(
            tx,
            starts_at=forms.read_moment(form_value(request, "starts_at"), zone, "The beginning"),
            ends_at=forms.read_moment(form_value(request, "ends_at"), zone, "The end"),
            by=person_of(request).id,
            now=context.clock(),
            reason=_plain(request, form_value(request, "reason")),
        )
        return {"closure": made.id}

    return await _change(request, change, "closure.add", "The closure is saved.")


@bp.post("/closures/<closure_id:str>/remove")
@allow(*WORKERS)
async def remove_closure(request: Request, closure_id: str) -> HTTPResponse:
    """Take a closure back: open as usual."""

    async def change(tx: Transaction) -> dict[str, Any]:
        if not await closures.remove(tx, closure_id):
            raise BadRequest("This closure was removed already.")
        return {"closure": closure_id}

    return await _change(request, change, "closure.remove", "Open as usual again.")


@bp.post("/week")
@allow(*WORKERS)
async def set_week(request: Request) -> HTTPResponse:
    """Set the weekly hours."""

    async def change(tx: Transaction) -> dict[str, Any]:
        week = forms.read_week(lambda name: form_value(request, name))
        await _set(request, tx, "hours", week)
        return {"fact": "hours"}

    return await _change(request, change, "fact.set", "The weekly hours are saved and live.")


@bp.post("/holidays")
@allow(*WORKERS)
async def add_holiday(request: Request) -> HTTPResponse:
    """Add a holiday, or take one away with `remove`."""

    async def change(tx: Transaction) -> dict[str, Any]:
        day = forms.read_day(form_value(request, "date")).isoformat()
        known = forms.holidays_of(await context_of(request).clinic_now(tx))
        kept = [each for each in known if each["date"] != day]
        if not form_value(request, "remove"):
            name = _plain(request, " ".join(form_value(request, "name").split())[:MAX_HOLIDAY_CHARS])
            kept.append({"date": day, "name": name or "a holiday"})
        await _set(request, tx, "holidays", [dict(each) for each in kept])
        return {"fact": "holidays"}

    return await _change(request, change, "fact.set", "The holidays are saved and live.")


def _plain(request: Request, words: str) -> str:
    """What visitors read about a closure or a holiday. Raises BadRequest where it is clinical."""
    rules = context_of(request).rules
    problems = rules.problems(words)
    if reasons := rules.judge.of_text(words):
        problems.append(
            f"This is clinical, because {reasons_in_words(reasons)}: write only why you are closed."
        )
    if problems:
        raise BadRequest(problems[0])
    return words


async def _set(request: Request, tx: Transaction, name: str, value: Any) -> None:
    context = context_of(request)
    by = person_of(request).id
    await clinic_facts.set_fact(
        tx, name, value, by=by, now=context.clock(), rules=context.rules, file_clinic=context.clinic
    )


async def _change(request: Request, change: Any, did: str, said: str) -> HTTPResponse:
    """Change something in one transaction, with its line in the audit, and tell every page."""
    context, by = context_of(request), person_of(request)
    try:
        async with context.db.write() as tx:
            details = await change(tx)
            await audit.note(tx, by=by.id, did=did, about="hours", details=details, now=context.clock())
    except AskFirst:
        raise
    except (Refused, ProblemsError) as error:
        if not wants_page(request):
            raise
        sentence = error.sentence if isinstance(error, Refused) else error.problems[0].text
        return await _draw(request, sentence, 400)
    context.pubsub.publish(DESK)
    back = form_value(request, "back")
    return done(request, back if back in {"/desk", HERE} else HERE, said)
