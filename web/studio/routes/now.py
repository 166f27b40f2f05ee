"""What cannot wait for a build: take one answer away, or switch the bot off; from a phone, at once."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import accounts
from web.core.errors import NotFound
from web.core.i18n import say
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value
from web.releases import withdrawals
from web.studio.routes.common import ADMINISTRATOR, CLINICIAN, EDITORS, OWNER, back

bp = Blueprint("studio_now", url_prefix="/studio/now")
# Taking away is the safe side: whoever sees a wrong answer may do it.
EVERYBODY = ("desk", OWNER, CLINICIAN, ADMINISTRATOR)
SAID = {
    "withdrawn": "Withdrawn. Visitors get the safe form from now on.",
    "back": "Restored. Visitors get this answer again.",
    "off": "The bot is off. Visitors get the phone, the callback and the crisis cards.",
    "on": "The bot answers again.",
}


@bp.get("/")
@allow(*EVERYBODY)
async def page(request: Request) -> HTTPResponse:
    """Show what is taken away now, and the buttons."""
    context = context_of(request)
    async with context.db.read() as tx:
        held = await withdrawals.in_force(tx)
        names = await accounts.names(tx)
        zone = (await context.clinic_now(tx)).time_zone
    published = context.manifests.current()
    titles = sorted(
        ((name, str(answer.get("title") or name)) for name, answer in published.answers.items()),
        key=lambda each: each[1].lower(),
    )
    return staff_page(
        request,
        "studio/now.html",
        answers=[each for each in held if each.answer_id],
        off=next((each for each in held if not each.answer_id), None),
        titles=titles,
        called=dict(titles),
        chosen=request.args.get("answer", ""),
        names=names,
        zone=zone,
        may_give_back=bool(set(EDITORS) & staff_of(request).roles),
        said=SAID.get(request.args.get("said", ""), ""),
    )


@bp.post("/withdraw")
@allow(*EVERYBODY)
async def withdraw(request: Request) -> HTTPResponse:
    """Take one answer away."""
    context, staff = context_of(request), staff_of(request)
    answer_id = form_value(request, "answer")
    if answer_id not in context.manifests.current().answers:
        raise NotFound(say("no_such_page"))
    async with context.db.write() as tx:
        reason = form_value(request, "reason")
        await withdrawals.withdraw(tx, answer_id, by=staff.id, reason=reason, now=context.clock())
    return back("/studio/now", said="withdrawn")


@bp.post("/give-back")
@allow(*EDITORS)
async def give_back(request: Request) -> HTTPResponse:
    """Let an answer speak again."""
    context = context_of(request)
    async with context.db.write() as tx:
        answer_id = form_value(request, "answer")[:60]
        await withdrawals.give_back(tx, answer_id, by=staff_of(request).id, now=context.clock())
    return back("/studio/now", said="back")


@bp.post("/off")
@allow(*EVERYBODY)
async def bot_off(request: Request) -> HTTPResponse:
    """Leave only the phone, the callback and the crisis cards."""
    context = context_of(request)
    async with context.db.write() as tx:
        reason = form_value(request, "reason")
        await withdrawals.bot_off(tx, by=staff_of(request).id, reason=reason, now=context.clock())
    return back("/studio/now", said="off")


@bp.post("/on")
@allow(*EDITORS)
async def bot_on(request: Request) -> HTTPResponse:
    """Let the bot answer again."""
    context = context_of(request)
    async with context.db.write() as tx:
        await withdrawals.bot_on(tx, by=staff_of(request).id, now=context.clock())
    return back("/studio/now", said="on")
