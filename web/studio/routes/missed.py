"""Missed questions: the groups, and what is done about one in a press."""

from __future__ import annotations

from typing import cast

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import audit
from web.core.errors import BadRequest
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value
from web.studio import facts_form, missed_question_actions, missed_questions
from web.studio.gaps import by_hand, holes
from web.studio.missed_question_groups import gaps
from web.studio.missed_questions import Mark
from web.studio.routes.common import EDITORS, back, look, values_of

bp = Blueprint("studio_missed", url_prefix="/studio/missed")
MAX_SHOWN = 60
MAX_MEMBERS = 1_000
DID = {
    "drafted": "Made a draft",
    "added": "Added wordings",
    "not_ours": "Out of scope",
    "ignored": "Ignored",
}
SAID = {
    "added": "The wordings were added. They are taught with the next build.",
    "not_ours": "Out of scope: from the next build on, the bot declines it. See Rules and wording.",
    "set_aside": "Marked as out of scope. There was nothing new to teach.",
    "apart": "Split off. Similar questions will be added to it.",
    "together": "Merged. Similar questions will be added to it.",
    "ignored": "Ignored.",
    "undone": "Undone. The questions are open again.",
    "kept": "The questions are open again. The draft stays: somebody has worked on it since.",
}


@bp.get("/")
@allow(*EDITORS)
async def every(request: Request) -> HTTPResponse:
    """Show what visitors asked and did not get, the largest group first."""
    context, desk = context_of(request), await look(request)
    async with context.db.read(long=True) as tx:
        open_ones = await missed_questions.open_ones(tx, now=context.clock())
        done = await missed_questions.batches(tx)
        together = await by_hand.chosen(tx)
        clinic = await context.clinic_now(tx)
        since = context.clock() - missed_questions.LOOK_BACK
        words, known = context.manifests.current(), clinic.facts().keys()
        found_holes = await holes.confessed(tx, words, known, since=since)
    async with context.db.write() as tx:
        by, now = staff_of(request).id, context.clock()
        details = {"open": len(open_ones)}
        await audit.note(tx, by=by, did="missed.read", about="missed", details=details, now=now)
    found = await gaps(context, open_ones, now=context.clock(), by_hand=together)
    return staff_page(
        request,
        "studio/missed.html",
        gaps=found[:MAX_SHOWN],
        holes=found_holes,
        label=facts_form.label,
        zone=clinic.time_zone,
        total=len(open_ones),
        more=max(0, len(found) - MAX_SHOWN),
        done=done,
        did=DID,
        titles=sorted(desk.titles.items(), key=lambda each: each[1].lower()),
        called=desk.titles,
        said=SAID.get(request.args.get("said", ""), ""),
    )


@bp.post("/mark")
@allow(*EDITORS)
async def mark(request: Request) -> HTTPResponse:
    """Deal with one group."""
    context, staff = context_of(request), staff_of(request)
    which = _which(values_of(request)("message"))
    how, desk = form_value(request, "how"), await look(request)
    async with context.db.write() as tx:
        now = context.clock()
        path, said = "/studio/missed", how
        if how == "drafted":
            made = await missed_question_actions.draft(tx, which, by=staff, now=now, judge=desk.judge)
            path = f"/studio/answers/{made.id}"
        elif how == "added":
            answer_id = form_value(request, "answer")
            if not answer_id:
                raise BadRequest("Choose the answer that these wordings belong to first.")
            await missed_question_actions.add(tx, which, answer_id, by=staff, now=now, judge=desk.judge)
        elif how == "not_ours":
            count = await missed_question_actions.not_ours(tx, which, by=staff, now=now, book=desk.book)
            said = "not_ours" if count else "set_aside"
        elif how == "ignored":
            await missed_question_actions.set_aside(tx, which, cast(Mark, how), by=staff, now=now)
        elif how == "apart":
            others = [each for each in _which(values_of(request)("member")) if each not in which]
            await by_hand.put(tx, [which, others], by=staff.id, now=now)
        elif how == "together":
            (other,) = _which([form_value(request, "with")])[:1]
            await by_hand.join(tx, which, other, by=staff.id, now=now)
        else:
            raise BadRequest("Choose what to do with these questions.")
        details = {"how": how, "count": len(which)}
        await audit.note(tx, by=staff.id, did="missed.dealt_with", about="missed", details=details, now=now)
    return back(path, said=said)


@bp.post("/undo")
@allow(*EDITORS)
async def undo(request: Request) -> HTTPResponse:
    """Take one press back."""
    context, staff, desk = context_of(request), staff_of(request), await look(request)
    async with context.db.write() as tx:
        now, batch = context.clock(), form_value(request, "batch")[:32]
        said = await missed_question_actions.undo(tx, batch, by=staff, now=now, judge=desk.judge)
        await audit.note(tx, by=staff.id, did="missed.undone", about="missed", now=now)
    return back("/studio/missed", said=said)


def _which(sent: object) -> list[tuple[str, str]]:
    """(conversation, message) of each member that the form names. Raises BadRequest."""
    values = ",".join(map(str, sent)).split(",")[:MAX_MEMBERS] if isinstance(sent, list) else []
    pairs = [tuple(value.split(" ", 1)) for value in values if " " in value]
    if not pairs:
        raise BadRequest("There is no question to deal with.")
    return [(str(pair[0])[:32], str(pair[1])[:32]) for pair in pairs]
