"""The physician's week: drawn conversations one after the other, wrong answers, misses, the sign-off."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sanic import Blueprint, HTTPResponse, Request, redirect

from web.accounts import audit
from web.accounts.roles import CLINICIAN
from web.chat.turns import GONE
from web.core import formatting, pii
from web.core.db import Transaction
from web.core.errors import NotFound
from web.desk import conversation_view, weekly_review
from web.desk.queue_views import shortened, title_of
from web.desk.routes.layout import WORKERS, done, draw, person_of, zone_of
from web.desk.weekly_review import Week
from web.hours import forms
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value

bp = Blueprint("desk_week", url_prefix="/week")
REVIEWERS = ("clinician", "owner", "administrator")


@bp.get("/")
@allow(*REVIEWERS)
async def page(request: Request) -> HTTPResponse:
    """Show the week that ends on a day."""
    context, by = context_of(request), person_of(request)
    async with context.db.read(long=True) as tx:
        zone, today = await _today(request, tx)
        ends = str(request.args.get("ends") or "")
        day = forms.read_day(ends, "The last day") if ends else today
        seen = await _week(tx, day, zone)
    async with context.db.write() as tx:
        now = context.clock()
        await audit.note(tx, by=by.id, did="week.read", about="weeks", about_id=str(day), now=now)
    manifest = context.manifests.current()
    return draw(
        request,
        "desk/week.html",
        week=seen,
        day=day,
        before=day - timedelta(days=7),
        after=day + timedelta(days=7) if day < today else None,
        next_one=weekly_review.next_to_review(seen),
        done=sum(row["id"] in seen.reviewed for row in seen.sampled),
        signed_at=formatting.when(seen.signed["signed_at"], zone, with_year=True) if seen.signed else "",
        may_sign=CLINICIAN in staff_of(request).roles,
        sampled=[
            (row, formatting.when(row["created_at"], zone), _shown(request, row["first_words"]))
            for row in seen.sampled
        ],
        wrong=[
            (row, title_of(manifest, f"faq/{row['right_answer']}"), _shown(request, row["question"]))
            for row in seen.wrong
        ],
        misses=[(row["conversation_id"], _shown(request, row["text"])) for row in seen.misses],
    )


@bp.get("/<day:str>/<conversation_id:str>")
@allow(*REVIEWERS)
async def one(request: Request, day: str, conversation_id: str) -> HTTPResponse:
    """Show one drawn conversation to be read, and lead on to the next."""
    context, by, ends = context_of(request), person_of(request), forms.read_day(day, "The last day")
    async with context.db.read(long=True) as tx:
        zone, _ = await _today(request, tx)
        seen = await _week(tx, ends, zone)
        shown = await conversation_view.read_transcript(
            tx,
            conversation_id,
            manifest=context.manifests.current(),
            zone=zone,
            is_masked=_is_masked(request),
        )
    if shown is None:
        raise NotFound(GONE)
    async with context.db.write() as tx:
        did, about, now = "conversation.read", "conversations", context.clock()
        await audit.note(tx, by=by.id, did=did, about=about, about_id=conversation_id, now=now)
    ids = [row["id"] for row in seen.sampled]
    place = ids.index(conversation_id) if conversation_id in ids else -1
    return draw(
        request,
        "desk/week_one.html",
        shown=shown,
        day=ends,
        number=place + 1,
        total=len(ids),
        previous=ids[place - 1] if place > 0 else "",
        next_one=ids[place + 1] if 0 <= place < len(ids) - 1 else "",
        reviewed=seen.reviewed.get(conversation_id),
    )


@bp.post("/<day:str>/<conversation_id:str>/reviewed")
@allow(*REVIEWERS)
async def reviewed(request: Request, day: str, conversation_id: str) -> HTTPResponse:
    """Note that it was read, and lead to the next one that was not."""
    context, ends = context_of(request), forms.read_day(day, "The last day")
    async with context.db.write() as tx:
        await weekly_review.review(tx, conversation_id, ends, by=person_of(request), now=context.clock())
        seen = await _week(tx, ends, await zone_of(request, tx))
    following = weekly_review.next_to_review(seen, after=conversation_id)
    if following is None:
        return done(request, f"/desk/week?ends={ends}", "All of this week are reviewed.")
    return redirect(f"/desk/week/{ends}/{following}", status=303)


@bp.post("/<day:str>/sign-off")
@allow(CLINICIAN)
async def sign_off(request: Request, day: str) -> HTTPResponse:
    """Sign a week off, with a remark."""
    context, by, ends = context_of(request), person_of(request), forms.read_day(day, "The last day")
    async with context.db.write() as tx:
        seen, now = await _week(tx, ends, await zone_of(request, tx)), context.clock()
        remark = form_value(request, "remark").strip()
        await weekly_review.sign_off(tx, seen, ends, remark=remark, by=by, now=now)
        await audit.note(tx, by=by.id, did="week.signed_off", about="weeks", about_id=str(ends), now=now)
    return done(request, f"/desk/week?ends={ends}", "The week is signed off.")


async def _week(tx: Transaction, day: date, zone: ZoneInfo | None) -> Week:
    until = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone or UTC)
    return await weekly_review.read_week(tx, day=day, until=until.astimezone(UTC))


async def _today(request: Request, tx: Transaction) -> tuple[ZoneInfo | None, date]:
    zone = await zone_of(request, tx)
    return zone, context_of(request).clock().astimezone(zone or UTC).date()


def _is_masked(request: Request) -> bool:
    return not staff_of(request).may(*WORKERS)


def _shown(request: Request, words: str) -> str:
    """A visitor's words; masked for those who need not know who it was."""
    return shortened(pii.mask(words) if _is_masked(request) else words)
