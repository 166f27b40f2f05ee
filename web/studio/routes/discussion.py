"""Beside an answer: comments, requests for review, who works on it, and its figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sanic import Blueprint, HTTPResponse, Request, json

from web.accounts import audit
from web.accounts.sessions import Staff
from web.core.db import Transaction
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value
from web.studio.review import discussion, figures
from web.studio.routes.common import EDITORS, back, draft_of
from web.studio.teamwork import assignments, mails

bp = Blueprint("studio_discussion", url_prefix="/studio/answers")


@bp.post("/<answer_id:str>/comments")
@allow(*EDITORS)
async def add_comment(request: Request, answer_id: str) -> HTTPResponse:
    """Say something about an answer to colleagues."""
    context, staff = context_of(request), staff_of(request)
    await draft_of(request, answer_id)
    async with context.db.write() as tx:
        now = context.clock()
        people = await mails.take_part(tx, answer_id) - {staff.id}
        await discussion.comment(tx, answer_id, form_value(request, "text"), by=staff, now=now)
        await _tell(tx, request, answer_id, people, about="comment", now=now)
        await _note(tx, staff, "answer.commented", answer_id, now=now)
    request.app.ctx.mailer.wake()
    return back(f"/studio/answers/{answer_id}", said="commented#discussion")


@bp.post("/<answer_id:str>/comments/<comment_id:str>/close")
@allow(*EDITORS)
async def close_comment(request: Request, answer_id: str, comment_id: str) -> HTTPResponse:
    """Mark a comment as dealt with."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        await discussion.close_comment(tx, answer_id, comment_id, by=staff, now=context.clock())
    return back(f"/studio/answers/{answer_id}", said="closed#discussion")


@bp.post("/<answer_id:str>/reviews")
@allow(*EDITORS)
async def ask_for_review(request: Request, answer_id: str) -> HTTPResponse:
    """Ask a colleague to look at an answer."""
    context, staff = context_of(request), staff_of(request)
    await draft_of(request, answer_id)
    of, note, due = (form_value(request, name) for name in ("of", "note", "due"))
    async with context.db.write() as tx:
        now = context.clock()
        await discussion.ask(tx, answer_id, of, note=note, due=due, by=staff, now=now)
        await _tell(tx, request, answer_id, {of}, about="review", now=now)
        await _note(tx, staff, "review.asked", answer_id, now=now, of=of)
    request.app.ctx.mailer.wake()
    return back(f"/studio/answers/{answer_id}", said="asked#discussion")


@bp.post("/<answer_id:str>/assignment")
@allow(*EDITORS)
async def assign(request: Request, answer_id: str) -> HTTPResponse:
    """Give an answer to somebody to work on."""
    context, staff = context_of(request), staff_of(request)
    await draft_of(request, answer_id)
    to, note, due = (form_value(request, name) for name in ("to", "note", "due"))
    async with context.db.write() as tx:
        now = context.clock()
        today = now.date()
        await assignments.assign(tx, answer_id, to, note=note, due=due, by=staff, now=now, today=today)
        await _tell(tx, request, answer_id, {to} - {staff.id}, about="assigned", now=now)
        await _note(tx, staff, "answer.assigned", answer_id, now=now, to=to)
    request.app.ctx.mailer.wake()
    return back(f"/studio/answers/{answer_id}", said="assigned#discussion")


@bp.post("/<answer_id:str>/assignment/done")
@allow(*EDITORS)
async def end_assignment(request: Request, answer_id: str) -> HTTPResponse:
    """Say that nobody has to work on it any more."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        await assignments.finish(tx, answer_id, by=staff, now=now)
        await _note(tx, staff, "answer.work_ended", answer_id, now=now)
    return back(f"/studio/answers/{answer_id}", said="work_ended#discussion")


@bp.post("/<answer_id:str>/reviews/<request_id:str>/done")
@allow(*EDITORS)
async def finish_review(request: Request, answer_id: str, request_id: str) -> HTTPResponse:
    """Say that a review is done."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        await discussion.finish(tx, answer_id, request_id, by=staff, now=now)
        await _note(tx, staff, "review.done", answer_id, now=now)
    return back(f"/studio/answers/{answer_id}", said="reviewed#discussion")


@bp.get("/<answer_id:str>/figures")
@allow(*EDITORS, background=True)
async def figures_of(request: Request, answer_id: str) -> HTTPResponse:
    """Count what became of an answer with visitors; a long read, so the page asks for it apart."""
    context = context_of(request)
    await draft_of(request, answer_id)
    async with context.db.read(long=True) as tx:
        found = await figures.of_answer(tx, answer_id, now=context.clock())
    return json(asdict(found))


async def _tell(
    tx: Transaction, request: Request, answer_id: str, people: set[str], *, about: mails.About, now: datetime
) -> None:
    """Mail colleagues a link to what is said beside an answer."""
    settings, path = context_of(request).settings, mails.page_of(answer_id)
    await mails.tell(tx, settings, people, about=about, path=path, now=now)


async def _note(
    tx: Transaction, staff: Staff, did: str, answer_id: str, *, now: datetime, **details: str
) -> None:
    await audit.note(
        tx, by=staff.id, did=did, about="answers", about_id=answer_id, details=details or None, now=now
    )
