"""The signing session: read, sign, switch off; as a printable sheet; and who may sign at all."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json

from web.accounts import audit
from web.core.errors import BadRequest
from web.http.error_handler import wants_page
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value, whole_number
from web.studio import answers, signatures, signing_queue, text_signing
from web.studio.review import discussion
from web.studio.review import questions_seen as seen_questions
from web.studio.routes.common import ADMINISTRATOR, CLINICIAN, EDITORS, back, draft_of, look
from web.studio.signatures import CONFIRMATION
from web.studio.teamwork import mails

bp = Blueprint("studio_signing", url_prefix="/studio/signing")
MAX_SHEETS = 20  # on one page: sixty were eighty screens
SAID = {
    "signed": "Signed. Visitors see the signature at once where these words are published.",
    "off": "Switched off. It is left out of the next release.",
    "on": "Switched on again.",
    "seen": "Noted: you have seen these questions.",
    "back": "The signature was removed.",
    "rule": "Saved who may sign.",
    "fact": "Signed. Visitors read it from their next message on.",
    "notice": "Signed. Visitors see it in its time.",
    "note": "Your note stands beside the answer, and its author is told.",
}


@bp.get("/")
@allow(*EDITORS)
async def session(request: Request) -> HTTPResponse:
    """Show what is to be signed, the newest words first."""
    return await _draw(request, "studio/signing.html", most=MAX_SHEETS)


@bp.get("/sheet")
@allow(*EDITORS)
async def sheet(request: Request) -> HTTPResponse:
    """Show the same for paper."""
    return await _draw(request, "studio/sheet.html")


@bp.post("/<answer_id:str>/sign")
@allow(CLINICIAN)
async def sign(request: Request, answer_id: str) -> HTTPResponse:
    """Sign an answer as it was read."""
    context, staff = context_of(request), staff_of(request)
    await draft_of(request, answer_id)
    try:
        review_by = date.fromisoformat(form_value(request, "review_by"))
    except ValueError as error:
        raise BadRequest("Choose the date until which you stand for these words.") from error
    async with context.db.write() as tx:
        now = context.clock()
        draft = await answers.get(tx, answer_id)
        assert draft is not None
        given = await signatures.sign(
            tx,
            draft,
            version=whole_number(form_value(request, "version"), default=0),
            by=staff,
            review_by=review_by,
            now=now,
            confirmation=form_value(request, "confirmation"),
        )
        details = {"version": draft.version, "rule": given[0].rule, "review_by": review_by.isoformat()}
        did = "answer.signed"
        await audit.note(
            tx, by=staff.id, did=did, about="answers", about_id=answer_id, details=details, now=now
        )
    if wants_page(request):
        return back("/studio/signing", said="signed")
    return json({"ok": True, "said": f"Signed until {review_by:%B} {review_by.day}, {review_by.year}."})


@bp.post("/<answer_id:str>/questions-seen")
@allow(CLINICIAN)
async def questions_seen(request: Request, answer_id: str) -> HTTPResponse:
    """Note that a clinician has read the questions that came after a signature."""
    context, staff = context_of(request), staff_of(request)
    draft = await draft_of(request, answer_id)
    version = whole_number(form_value(request, "version"), default=0)
    async with context.db.write() as tx:
        now = context.clock()
        await seen_questions.note(tx, draft, version=version, by=staff, now=now)
        did = "questions.seen"
        await audit.note(
            tx,
            by=staff.id,
            did=did,
            about="answers",
            about_id=answer_id,
            details={"version": version},
            now=now,
        )
    return _done(request, "seen")


@bp.post("/facts/<version_id:str>/sign", name="sign_fact")
@allow(CLINICIAN)
async def sign_fact(request: Request, version_id: str) -> HTTPResponse:
    """Sign a fact as it was read."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        name = await text_signing.sign_fact(tx, version_id, by=staff, now=now)
        await audit.note(tx, by=staff.id, did="fact.signed", about="facts", about_id=name, now=now)
    return back("/studio/signing", said="fact")


@bp.post("/notices/<notice_id:str>/sign", name="sign_notice")
@allow(CLINICIAN)
async def sign_notice(request: Request, notice_id: str) -> HTTPResponse:
    """Sign a notice as it was read."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        await text_signing.sign_notice(tx, notice_id, by=staff, now=now)
        await audit.note(tx, by=staff.id, did="notice.signed", about="notices", about_id=notice_id, now=now)
    return back("/studio/signing", said="notice")


@bp.post("/<answer_id:str>/note")
@allow(CLINICIAN)
async def note(request: Request, answer_id: str) -> HTTPResponse:
    """Write to the author of an answer instead of signing it."""
    context, staff = context_of(request), staff_of(request)
    await draft_of(request, answer_id)
    async with context.db.write() as tx:
        now = context.clock()
        people = await mails.take_part(tx, answer_id) - {staff.id} or await mails.publishers(tx)
        await discussion.comment(tx, answer_id, form_value(request, "text"), by=staff, now=now)
        path = mails.page_of(answer_id)
        await mails.tell(tx, context.settings, people - {staff.id}, about="comment", path=path, now=now)
        did = "answer.commented"
        await audit.note(tx, by=staff.id, did=did, about="answers", about_id=answer_id, now=now)
    request.app.ctx.mailer.wake()
    return _done(request, "note")


@bp.post("/<answer_id:str>/off")
@allow(*EDITORS)
async def switch_off(request: Request, answer_id: str) -> HTTPResponse:
    """Leave an answer out of the next release."""
    return await _switch(request, answer_id, is_on=False)


@bp.post("/<answer_id:str>/on")
@allow(*EDITORS)
async def switch_on(request: Request, answer_id: str) -> HTTPResponse:
    """Take an answer in again that was switched off by mistake."""
    return await _switch(request, answer_id, is_on=True)


async def _switch(request: Request, answer_id: str, *, is_on: bool) -> HTTPResponse:
    context, staff = context_of(request), staff_of(request)
    draft, desk = await draft_of(request, answer_id), await look(request)
    how = "on" if is_on else "off"
    async with context.db.write() as tx:
        now = context.clock()
        saved = await answers.save(
            tx,
            draft.answer,
            tests=draft.tests,
            is_on=is_on,
            version=whole_number(form_value(request, "version"), default=0),
            by=staff,
            why=f"switched {how} in the signing session",
            now=now,
            judge=desk.judge,
        )
        did = f"answer.switched_{how}"
        await audit.note(tx, by=staff.id, did=did, about="answers", about_id=answer_id, now=now)
    return _done(request, how, version=saved.version)


def _done(request: Request, said: str, **more: Any) -> HTTPResponse:
    if wants_page(request):
        return back("/studio/signing", said=said)
    return json({"ok": True, "said": SAID[said], **more})


@bp.post("/<answer_id:str>/back")
@allow(CLINICIAN)
async def take_back(request: Request, answer_id: str) -> HTTPResponse:
    """Take a signature back that was given by mistake."""
    context, staff = context_of(request), staff_of(request)
    draft = await draft_of(request, answer_id)
    async with context.db.write() as tx:
        now = context.clock()
        await signatures.take_back(tx, draft, by=staff, now=now)
        did = "signature.taken_back"
        await audit.note(tx, by=staff.id, did=did, about="answers", about_id=answer_id, now=now)
    return _done(request, "back")


@bp.post("/rule")
@allow(ADMINISTRATOR)
async def choose_rule(request: Request) -> HTTPResponse:
    """Choose who may sign."""
    context, staff = context_of(request), staff_of(request)
    chosen: signatures.Rule = "own" if form_value(request, "rule") == "own" else "another"
    async with context.db.write() as tx:
        now = context.clock()
        await signatures.set_rule(tx, chosen, by=staff.id, now=now)
        await audit.note(
            tx, by=staff.id, did="signing.rule", about="studio", details={"rule": chosen}, now=now
        )
    return back("/studio/signing", said="rule")


async def _draw(request: Request, template: str, *, most: int | None = None) -> HTTPResponse:
    context, staff = context_of(request), staff_of(request)
    desk, words = await look(request), request.args.get("q", "")[:100]
    async with context.db.read() as tx:
        every = await signing_queue.queue(tx, desk)
        found = signing_queue.found(every, words)
        sheets = await signing_queue.sheets(tx, desk, found[:most], signer=staff.id)
        rule = await signatures.rule(tx)
        unseen = await seen_questions.unseen(tx, desk)
        live = await context.clinic_now(tx)
        texts = await text_signing.waiting(tx, desk.rules, now=context.clock(), live=live)
    return staff_page(
        request,
        template,
        sheets=sheets,
        later=len(found) - len(sheets),
        texts=texts,
        unseen=unseen,
        words=words,
        total=len(every),
        unsigned_off=len(desk.unsigned_and_off()),
        zone=live.time_zone,
        counts=signing_queue.as_counts(found),
        kinds=Counter(text.kind for text in texts),
        rule=rule,
        confirmation=CONFIRMATION,
        may_sign=CLINICIAN in staff.roles,
        said=SAID.get(request.args.get("said", ""), ""),
        today=desk.today,
    )
