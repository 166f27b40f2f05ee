"""False alarms: accepted as an example for safety, or dismissed, by a clinician or an administrator."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import audit
from web.accounts.staff import Person
from web.core.errors import BadRequest, MessageRefused
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value
from web.studio import false_alarms
from web.studio.routes.common import ADMINISTRATOR, CLINICIAN, EDITORS, back

bp = Blueprint("studio_false_alarms", url_prefix="/studio/false-alarms")
HERE = "/studio/false-alarms"
REVIEWERS = (CLINICIAN, ADMINISTRATOR)
DID = {"accepted": "false_alarm.accepted", "dismissed": "false_alarm.dismissed"}
SAID = {
    "accepted": "Accepted. The next build tries it, and it can be exported for safety’s corpus.",
    "dismissed": "Dismissed. Nothing is learned from it.",
    "taken_back": "Removed.",
}


@bp.get("/")
@allow(*EDITORS)
async def every(request: Request) -> HTTPResponse:
    """Show what is to be reviewed, and the accepted examples."""
    return await _draw(request)


@bp.post("/<alarm_id:str>")
@allow(*REVIEWERS)
async def review(request: Request, alarm_id: str) -> HTTPResponse:
    """Accept one, or dismiss it."""
    context, staff, how = context_of(request), staff_of(request), form_value(request, "how")
    by, label = Person(staff.id, staff.name), form_value(request, "label")
    if how not in ("accepted", "dismissed") or (how == "accepted" and label not in false_alarms.LABELS):
        raise BadRequest("Please choose what to learn from it.")
    try:
        text = await _text_of(request) if how == "accepted" else ""
    except MessageRefused as refused:
        return await _draw(request, problem=refused.sentence, status=422)
    async with context.db.write() as tx:
        now = context.clock()
        if how == "accepted":
            await false_alarms.accept(tx, alarm_id, text=text, label=label, by=by, now=now)
        else:
            await false_alarms.dismiss(tx, alarm_id, by=by, now=now)
        await audit.note(tx, by=by.id, did=DID[how], about="false_alarms", about_id=alarm_id, now=now)
    return back(HERE, said=how)


@bp.post("/<example_id:str>/take-back")
@allow(*REVIEWERS)
async def take_back(request: Request, example_id: str) -> HTTPResponse:
    """Remove an example."""
    context, by = context_of(request), staff_of(request).id
    async with context.db.write() as tx:
        await false_alarms.take_back(tx, example_id)
        did, now = "false_alarm.taken_back", context.clock()
        await audit.note(tx, by=by, did=did, about="false_alarms", about_id=example_id, now=now)
    return back(HERE, said="taken_back")


async def _text_of(request: Request) -> str:
    text = false_alarms.read_text(form_value(request, "text"))
    verdict = await context_of(request).verdicts.on(text)
    false_alarms.must_not_be_explicit(verdict)
    return text


async def _draw(request: Request, *, problem: str = "", status: int = 200) -> HTTPResponse:
    context, staff = context_of(request), staff_of(request)
    async with context.db.read(long=True) as tx:
        alarms, examples = await false_alarms.open_ones(tx), await false_alarms.examples(tx)
        zone = (await context.clinic_now(tx)).time_zone
    async with context.db.write() as tx:
        details, now = {"open": len(alarms)}, context.clock()
        await audit.note(
            tx, by=staff.id, did="false_alarms.read", about="false_alarms", details=details, now=now
        )
    return staff_page(
        request,
        "studio/false_alarms.html",
        status=status,
        alarms=alarms,
        examples=examples,
        labels=false_alarms.LABELS,
        may_review=staff.may(*REVIEWERS),
        zone=zone,
        problem=problem,
        said=SAID.get(request.args.get("said", ""), ""),
    )
