"""Answers put in order: many changed at once, questions moved, merged, copied, deleted, brought back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import audit
from web.core.db import Transaction
from web.core.errors import BadRequest
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value, whole_number
from web.studio.answers import Draft
from web.studio.editing import arranging, deleting
from web.studio.editing.arranging import Doing
from web.studio.routes.common import EDITORS, back, draft_of, look, values_of

bp = Blueprint("studio_arranging", url_prefix="/studio/arrange")
MAX_CHOSEN = 2_000
PER_PAGE = 200
NEW = "new"
SAID = {
    "changed": "Changed. Visitors get it with the next release.",
    "late": "Changed, but for answers that somebody else changed while you chose: these stay as they are.",
    "same": "Nothing was changed.",
    "deleted": "Deleted. They stay in the history and with visitors until the next release.",
    "back": "The answer is back, switched off.",
    "moved": "The questions were moved.",
    "merged": "Merged. The other reply stands in the history of this answer's questions.",
    "copied": "This is the copy: off, and without questions.",
}


@bp.get("/")
@allow(*EDITORS)
async def every(request: Request) -> HTTPResponse:
    """Show the answers in a long list to tick, and what was deleted."""
    context, desk = context_of(request), await look(request)
    async with context.db.read() as tx:
        gone = await deleting.deleted(tx)
        zone = (await context.clinic_now(tx)).time_zone
    wanted = request.args.get("topic", "")[:60]
    drafts = [draft for draft in desk.drafts if not wanted or wanted in draft.answer.topics]
    pages = max(1, math.ceil(len(drafts) / PER_PAGE))
    page = min(max(1, whole_number(request.args.get("page"), default=1)), pages)
    return staff_page(
        request,
        "studio/arrange.html",
        drafts=drafts[(page - 1) * PER_PAGE : page * PER_PAGE],
        page=page,
        pages=pages,
        count=len(drafts),
        total=len(desk.drafts),
        topics=sorted({topic for draft in desk.drafts for topic in draft.answer.topics}),
        wanted=wanted,
        gone=gone,
        zone=zone,
        said=SAID.get(request.args.get("said", ""), ""),
    )


@bp.post("/")
@allow(*EDITORS)
async def change(request: Request) -> HTTPResponse:
    """Change or delete what is ticked."""
    what, value = form_value(request, "what"), form_value(request, "value")
    versions = _versions(values_of(request)("answer"))
    how = await _how(request)
    async with context_of(request).db.write() as tx:
        if what == "delete":
            count, late = await arranging.delete_many(tx, versions, how=how)
            did = "answer.deleted"
        else:
            count, late = await arranging.change_many(tx, versions, what, value, how=how)
            did = "answers.changed_together"
        await _note(tx, how, did, details={"what": what, "count": count})
    said = "late" if late else "deleted" if what == "delete" else "changed" if count else "same"
    return back("/studio/arrange", said=said)


@bp.get("/<answer_id:str>")
@allow(*EDITORS)
async def one(request: Request, answer_id: str) -> HTTPResponse:
    """Show an answer's questions to move, and what can be done with it as a whole."""
    draft, desk = await draft_of(request, answer_id), await look(request)
    others = [(id, title) for id, title in desk.titles.items() if id != answer_id]
    return staff_page(
        request,
        "studio/arrange_one.html",
        draft=draft,
        others=sorted(others, key=lambda each: each[1].lower()),
        said=SAID.get(request.args.get("said", ""), ""),
    )


@bp.post("/<answer_id:str>/move")
@allow(*EDITORS)
async def move(request: Request, answer_id: str) -> HTTPResponse:
    """Move the ticked questions to another answer, or into a new one."""
    to, chosen = form_value(request, "to"), set(values_of(request)("question"))
    to = "" if to == NEW else to
    how, version = await _how(request), _version(request)
    async with context_of(request).db.write() as tx:
        moved = await arranging.move(tx, answer_id, chosen, to, version=version, how=how)
        await _note(tx, how, "answer.questions_moved", about_id=answer_id, details={"to": moved.id})
    return _to(moved, "moved", is_new=not to)


@bp.post("/<answer_id:str>/merge")
@allow(*EDITORS)
async def merge(request: Request, answer_id: str) -> HTTPResponse:
    """Give this answer's questions to another one and delete it."""
    how, version = await _how(request), _version(request)
    async with context_of(request).db.write() as tx:
        kept = await arranging.merge(tx, answer_id, form_value(request, "into"), version=version, how=how)
        await _note(tx, how, "answer.merged", about_id=answer_id, details={"into": kept.id})
    return _to(kept, "merged")


@bp.post("/<answer_id:str>/duplicate")
@allow(*EDITORS)
async def duplicate(request: Request, answer_id: str) -> HTTPResponse:
    """Write the same anew, to be changed."""
    how = await _how(request)
    async with context_of(request).db.write() as tx:
        copy = await arranging.duplicate(tx, answer_id, how=how)
        await _note(tx, how, "answer.written", about_id=copy.id)
    return _to(copy, "copied", is_new=True)


@bp.post("/<answer_id:str>/delete")
@allow(*EDITORS)
async def delete(request: Request, answer_id: str) -> HTTPResponse:
    """Delete an answer; its history stays."""
    how, version = await _how(request), _version(request)
    async with context_of(request).db.write() as tx:
        await deleting.delete(tx, answer_id, version=version, by=how.by, judge=how.judge, now=how.now)
        await _note(tx, how, "answer.deleted", about_id=answer_id)
    return back("/studio/arrange", said="deleted")


@bp.post("/<answer_id:str>/back")
@allow(*EDITORS)
async def bring_back(request: Request, answer_id: str) -> HTTPResponse:
    """Put a deleted answer back, switched off."""
    how = await _how(request)
    async with context_of(request).db.write() as tx:
        await deleting.bring_back(tx, answer_id, by=how.by, judge=how.judge, now=how.now)
        await _note(tx, how, "answer.brought_back", about_id=answer_id)
    return back("/studio/arrange", said="back")


def _to(draft: Draft, said: str, *, is_new: bool = False) -> HTTPResponse:
    return back(f"/studio/answers/{draft.id}" if is_new else f"/studio/arrange/{draft.id}", said=said)


def _version(request: Request) -> int:
    return whole_number(form_value(request, "version"), default=0)


def _versions(sent: Any) -> dict[str, int]:
    """The version of each answer that was ticked, as its reader saw it. Raises BadRequest."""
    pairs = [str(each).rpartition(" ") for each in list(sent)[:MAX_CHOSEN]]
    found = {answer_id: int(version) for answer_id, _, version in pairs if answer_id and version.isdecimal()}
    if not found:
        raise BadRequest("Select the answers first.")
    return found


async def _how(request: Request) -> Doing:
    return Doing(staff_of(request), context_of(request).clock(), (await look(request)).judge)


async def _note(
    tx: Transaction, how: Doing, did: str, *, about_id: str = "", details: Mapping[str, Any] | None = None
) -> None:
    await audit.note(
        tx, by=how.by.id, did=did, about="answers", about_id=about_id, details=details, now=how.now
    )
