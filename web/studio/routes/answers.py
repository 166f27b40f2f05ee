"""The answers: the list, the form of one, saving it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sanic import Blueprint, HTTPResponse, Request

from content.answers import Answer
from web.accounts import audit
from web.core.db import RECORD_AWAY
from web.core.errors import BadRequest
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value, whole_number
from web.studio import answers, forms, missed_question_actions, signatures
from web.studio.answers import Draft, EditedMeanwhile
from web.studio.diff import changes
from web.studio.editing import presence, unsaved
from web.studio.editing.unsaved import UnsavedForm
from web.studio.forms import Sent
from web.studio.listing import SHOWN, SORTED, Filter, listed
from web.studio.review import discussion
from web.studio.review.discussion import Discussion
from web.studio.routes import after_saving
from web.studio.routes.common import CLINICIAN, EDITORS, back, draft_of, look, values_of
from web.studio.teamwork import assignments
from web.studio.workspace import Workspace

bp = Blueprint("studio_answers", url_prefix="/studio/answers")
logger = logging.getLogger(__name__)

AWAY = (
    "The record cannot store anything right now, so nothing was saved. Your words are in the form below: "
    "leave this page open and save again in a moment."
)

MIN_REASON_CHARS, MAX_REASON_CHARS = 10, 280
NEW = Sent(Answer("", wordings=()), (), True, 0, "")
SAID = {
    "saved": "Saved.",
    "same": "Nothing was changed.",
    "unbuilt": "Saved, but nothing was built.",
    "not_clinical": "Taken off. It needs no signature as long as it says just this.",
    "drafted": "A draft was made of what visitors asked.",
    "commented": "Your comment is next to the answer.",
    "closed": "The comment is closed.",
    "asked": "Asked. It appears on their studio overview.",
    "reviewed": "Noted: the review is done.",
    "assigned": "Assigned. It appears on their studio overview.",
    "work_ended": "Noted: nobody has to work on it anymore.",
    "dropped": "What you had typed was discarded. This is the saved answer.",
}


@bp.get("/")
@allow(*EDITORS)
async def every(request: Request) -> HTTPResponse:
    """List all answers, or those that match."""
    context, desk = context_of(request), await look(request)
    async with context.db.read() as tx:
        editing = await presence.editing(tx, but=staff_of(request).id, now=context.clock())
        left = await unsaved.all_of(tx, by=staff_of(request).id)
        work = await assignments.assigned(tx)
    page = whole_number(request.args.get("page"), default=1)
    words, kind, order = (request.args.get(name, "")[:100] for name in ("q", "show", "sort"))
    chosen = Filter(words, kind, order, page)
    # What is wrong with thousands of answers takes seconds when it was not found out yet.
    found = await asyncio.to_thread(listed, desk, chosen, work=work, reader=staff_of(request).id)
    return staff_page(
        request,
        "studio/answers.html",
        found=found,
        orders=SORTED,
        chosen=chosen,
        total=len(desk.drafts),
        kinds=SHOWN,
        editing=editing,
        work=work,
        left=_left(left, desk),
    )


@bp.get("/new", name="new_form")
@allow(*EDITORS)
async def new(request: Request) -> HTTPResponse:
    """Show an empty form, with the questions that were handed over, or one that was left unsaved."""
    context, desk, key = context_of(request), await look(request), request.args.get("unsaved", "")
    async with context.db.read() as tx:
        left = await unsaved.all_of(tx, by=staff_of(request).id)
        zone = (await context.clinic_now(tx)).time_zone
    mine = next((each for each in left if each.key == key and key.startswith(unsaved.NEW)), None)
    others = [each for each in left if each.key.startswith(unsaved.NEW) and each is not mine]
    begun = _left(others, desk)
    if mine:
        sent = forms.read(mine.values, "")
        return _form(request, desk, sent, is_new=True, kept=mine, left=begun, zone=zone)
    asked = tuple(text[:300] for text in request.args.getlist("question") or [])
    sent = Sent(Answer("", questions=asked), (), True, 0, "")
    return _form(request, desk, sent, is_new=True, left=begun)


@bp.post("/new")
@allow(*EDITORS)
async def create(request: Request) -> HTTPResponse:
    """Put a new answer into the record, as unfinished as it may be."""
    context, staff = context_of(request), staff_of(request)
    sent = forms.read(values_of(request), "")
    if not sent.answer.title:
        problem = "Give it a title first: people find the answer by it."
        return _form(request, await look(request), sent, is_new=True, problem=problem, status=422)
    desk, key = await look(request), form_value(request, "unsaved")
    try:
        async with context.db.write() as tx:
            now = context.clock()
            draft = await answers.create(
                tx,
                sent.answer,
                by=staff,
                now=now,
                judge=desk.judge,
                tests=sent.tests,
                is_on=sent.is_on,
                why="written",
            )
            await missed_question_actions.taught(tx, sent.taken, draft, by=staff, now=now)
            await unsaved.drop(tx, key, by=staff.id)
            did = "answer.written"
            await audit.note(
                tx, by=staff.id, did=did, about="answers", about_id=draft.id, details={}, now=now
            )
    except RECORD_AWAY as error:
        logger.error("Alert: an answer cannot be stored: %s", type(error).__name__)
        return _form(request, desk, sent, is_new=True, problem=AWAY, status=503)
    return await after_saving.go_on(request, draft, said="saved", key=key)


@bp.get("/<answer_id:str>")
@allow(*EDITORS)
async def one(request: Request, answer_id: str) -> HTTPResponse:
    """Show the form of one answer."""
    context, draft, desk = context_of(request), await draft_of(request, answer_id), await look(request)
    sent = Sent(draft.answer, draft.tests, draft.is_on, draft.version, "")
    said = SAID.get(request.args.get("said", ""), "")
    async with context.db.read() as tx:
        kept = await unsaved.get(tx, answer_id, by=staff_of(request).id)
        changed_by = (await answers.versions(tx, answer_id))[0]["changed_by_name"]
        zone = (await context.clinic_now(tx)).time_zone
        talk = await discussion.about(tx, answer_id, but=staff_of(request).id)
    if kept is None or not _differs(typed := forms.read(kept.values, answer_id), draft, desk):
        return _form(request, desk, sent, said=said, zone=zone, talk=talk)
    typed = replace(typed, version=kept.version)
    conflict = EditedMeanwhile(draft, changed_by) if kept.version != draft.version else None
    return _form(request, desk, typed, kept=kept, conflict=conflict, zone=zone, talk=talk)


@bp.post("/<answer_id:str>")
@allow(*EDITORS)
async def save(request: Request, answer_id: str) -> HTTPResponse:
    """Store the next version, unless somebody else was faster."""
    context, staff = context_of(request), staff_of(request)
    await draft_of(request, answer_id)
    sent, desk = forms.read(values_of(request), answer_id), await look(request)
    try:
        async with context.db.write() as tx:
            now = context.clock()
            draft = await answers.save(
                tx,
                sent.answer,
                tests=sent.tests,
                is_on=sent.is_on or after_saving.switches_on(request),
                version=sent.version,
                by=staff,
                why=sent.why,
                now=now,
                judge=desk.judge,
            )
            is_same = draft.version == sent.version
            await unsaved.drop(tx, answer_id, by=staff.id)
            if not is_same:
                await missed_question_actions.taught(tx, sent.taken, draft, by=staff, now=now)
                details = {"version": draft.version}
                await audit.note(
                    tx,
                    by=staff.id,
                    did="answer.changed",
                    about="answers",
                    about_id=answer_id,
                    details=details,
                    now=now,
                )
    except EditedMeanwhile as conflict:
        return _form(request, await look(request), sent, conflict=conflict, status=409)
    except RECORD_AWAY as error:
        logger.error("Alert: an answer cannot be stored: %s", type(error).__name__)
        return _form(request, desk, sent, problem=AWAY, status=503)
    said = "same" if is_same else "saved"
    is_signing = form_value(request, "back") == "signing"
    return await after_saving.go_on(request, draft, said=f"{said}&back=signing" if is_signing else said)


@bp.post("/<answer_id:str>/not-clinical")
@allow(CLINICIAN)
async def not_clinical(request: Request, answer_id: str) -> HTTPResponse:
    """Say that what an answer says now is not clinical, and why."""
    context, staff = context_of(request), staff_of(request)
    await draft_of(request, answer_id)
    why = " ".join(form_value(request, "reason").split())
    if len(why) < MIN_REASON_CHARS:
        raise BadRequest("Write in a few words why this is not clinical: it is kept with your name.")
    desk = await look(request)
    async with context.db.write() as tx:
        now = context.clock()
        draft = await answers.get(tx, answer_id)
        assert draft is not None
        await signatures.check_may_release(tx, draft, by=staff, now=now)
        version = whole_number(form_value(request, "version"), default=0)
        await answers.take_off_clinical(
            tx, draft, version=version, by=staff, why=why[:MAX_REASON_CHARS], judge=desk.judge, now=now
        )
        details = {"version": version + 1}
        did = "answer.not_clinical"
        await audit.note(
            tx, by=staff.id, did=did, about="answers", about_id=answer_id, details=details, now=now
        )
    return back(f"/studio/answers/{answer_id}", said="not_clinical")


def _form(
    request: Request,
    desk: Workspace,
    sent: Sent,
    *,
    is_new: bool = False,
    problem: str = "",
    said: str = "",
    conflict: EditedMeanwhile | None = None,
    kept: UnsavedForm | None = None,
    left: Sequence[tuple[str, str, datetime]] = (),
    zone: ZoneInfo | None = None,
    talk: Discussion | None = None,
    status: int = 200,
) -> HTTPResponse:
    """Draw the form with what was typed; on a conflict, with what the other one changed."""
    issues: dict[str, list[Any]] = {}
    for issue in [] if is_new else desk.issues(sent.answer, tests=sent.tests, is_on=sent.is_on):
        issues.setdefault(issue.field, []).append(issue)
    why = [] if is_new else desk.why_clinical(sent.answer)
    for issue in why:
        issues.setdefault(issue.field, []).append(issue)
    stored = sent.answer if is_new else desk.as_stored(sent.answer)
    is_signed = not is_new and any(desk.is_signed(d) for d in desk.drafts if d.id == sent.answer.id)
    theirs = changes(sent.answer, conflict.theirs.answer) if conflict else []
    return staff_page(
        request,
        "studio/answer.html",
        status=status,
        sent=sent,
        answer=sent.answer,
        is_new=is_new,
        issues=issues,
        problem=problem,
        said=said,
        conflict=conflict,
        theirs=theirs,
        kept=kept,
        left=left,
        zone=zone,
        talk=talk,
        unsaved_key=_key(request, sent, kept, is_new=is_new),
        titles=sorted(desk.titles.items(), key=lambda each: each[1].lower()),
        topics=sorted({topic for draft in desk.drafts for topic in draft.answer.topics}),
        aspects=desk.aspects,
        policy=desk.policy,
        is_signed=is_signed,
        is_locked=bool(why),
        released=stored.not_clinical,
        way_back="signing" if "signing" in (request.args.get("back"), form_value(request, "back")) else "",
        may_build=after_saving.may_build(request),
        next_step=after_saving.next_step(desk, sent),
    )


def _key(request: Request, sent: Sent, kept: UnsavedForm | None, *, is_new: bool) -> str:
    """Under which key this form is kept while it is written."""
    if not is_new:
        return sent.answer.id
    key = kept.key if kept else form_value(request, "unsaved")
    return key if key.startswith(unsaved.NEW) and unsaved.is_key(key) else unsaved.new_key()


def _differs(typed: Sent, draft: Draft, desk: Workspace) -> bool:
    """Whether saving what was typed would make another version."""
    about = {"reviewed_by": dict(draft.answer.reviewed_by)}
    stored = desk.as_stored(Answer.from_data({**typed.answer.as_data(), **about}))
    return (stored, typed.tests, typed.is_on) != (draft.answer, draft.tests, draft.is_on)


def _left(found: Sequence[UnsavedForm], desk: Workspace) -> list[tuple[str, str, datetime]]:
    """Where the forms are that somebody left unsaved, what they are called, since when."""
    listed = []
    for each in found:
        is_new = each.key.startswith(unsaved.NEW)
        path = f"/studio/answers/new?unsaved={each.key}" if is_new else f"/studio/answers/{each.key}"
        if is_new or each.key in desk.titles:
            title = each.title or desk.titles.get(each.key, "") or "An answer without a title"
            listed.append((path, title, each.saved_at))
    return listed
