"""The history of an answer: every version with who, when, why and what changed; restoring one."""

from __future__ import annotations

from itertools import pairwise

from sanic import Blueprint, HTTPResponse, Request
from sqlalchemy import RowMapping

from content.answers import Answer
from web.accounts import audit
from web.core.errors import NotFound
from web.core.i18n import say
from web.help_center import votes
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, whole_number
from web.studio import answers
from web.studio.diff import Change, changes
from web.studio.review import signed_history
from web.studio.review.signed_history import Beside
from web.studio.routes.common import EDITORS, back, draft_of, look, values_of

bp = Blueprint("studio_history", url_prefix="/studio/answers")


@bp.get("/<answer_id:str>/history")
@allow(*EDITORS)
async def history(request: Request, answer_id: str) -> HTTPResponse:
    """Show every version and how it differs from the one before."""
    context = context_of(request)
    draft = await draft_of(request, answer_id)
    async with context.db.read() as tx:
        rows = await answers.versions(tx, answer_id)
        zone = (await context.clinic_now(tx)).time_zone
        helped = await votes.of(tx, answer_id)
        marks = await signed_history.marks(tx, rows, context.settings.releases, answer_id)
    shown = [(new, *_compared(old, new)) for new, old in pairwise(rows)]
    return staff_page(
        request,
        "studio/history.html",
        draft=draft,
        versions=shown,
        first=rows[-1],
        zone=zone,
        helped=helped,
        marks=marks,
        signed=signed_history.last_signed(rows, marks, draft),
        now_replies=signed_history.replies_of(draft.answer),
    )


def _compared(old: RowMapping, new: RowMapping) -> tuple[list[Change], list[Beside]]:
    """What differs word for word, and the replies of both versions side by side where they differ."""
    was, now = Answer.from_data(old["content"]), Answer.from_data(new["content"])
    differs = changes(was, now, was_on=old["is_on"], is_on=new["is_on"])
    return differs, signed_history.beside(was, now)


@bp.post("/<answer_id:str>/restore")
@allow(*EDITORS)
async def restore(request: Request, answer_id: str) -> HTTPResponse:
    """Make an earlier version the newest one."""
    context, staff = context_of(request), staff_of(request)
    values = values_of(request)
    await draft_of(request, answer_id)
    desk = await look(request)
    to, version = (whole_number(next(iter(values(name)), ""), default=0) for name in ("to", "version"))
    async with context.db.write() as tx:
        now = context.clock()
        try:
            draft = await answers.restore(
                tx, answer_id, to=to, version=version, by=staff, judge=desk.judge, now=now
            )
        except LookupError as error:
            raise NotFound(say("no_such_page")) from error
        details = {"restored": to, "version": draft.version}
        await audit.note(
            tx,
            by=staff.id,
            did="answer.changed",
            about="answers",
            about_id=answer_id,
            details=details,
            now=now,
        )
    return back(f"/studio/answers/{answer_id}", said="saved")
