"""The clinic's facts and its notices to visitors: live with the next message, without a build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json

from content.clinical import in_words
from content.facts import Clinic
from content.opening_hours import WEEKDAYS
from content.texts import TextRules
from content.yaml_files import ProblemsError
from web.accounts import accounts, audit
from web.core.errors import NotFound
from web.core.i18n import say
from web.core.markdown import plain
from web.hours import clinic_facts, fact_versions, notices
from web.hours.fact_versions import Version
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value
from web.studio import facts_form
from web.studio.editing import fact_fields, fact_previews
from web.studio.routes.common import ADMINISTRATOR, EDITORS, OWNER, back, look

bp = Blueprint("studio_facts", url_prefix="/studio/facts")
SAID = {
    "saved": "Saved. Visitors get it from their next message on.",
    "waits": "Saved. What is clinical waits for a clinician; until then visitors read what was there before.",
    "same": "Nothing was changed.",
    "shown": "The notice is saved.",
    "notice_waits": "Saved. It is clinical, so visitors see it once a clinician has signed it.",
    "notice_back": "The notice is up again.",
    "gone": "The notice is removed.",
}


@bp.get("/")
@allow(OWNER, ADMINISTRATOR)
async def facts(request: Request) -> HTTPResponse:
    """Show what is known about the clinic, and the notices."""
    context = context_of(request)
    async with context.db.read() as tx:
        document = await facts_form.standing(tx, await context.clinic_now(tx))
    return await _draw(request, facts_form.typed(document))


@bp.post("/")
@allow(OWNER, ADMINISTRATOR)
async def save(request: Request) -> HTTPResponse:
    """Set the facts that were changed; one that cannot be keeps what was typed and loses no other."""
    context, staff = context_of(request), staff_of(request)
    values = facts_form.read(lambda name: form_value(request, name)[:2000])
    desk = await look(request)
    async with context.db.write() as tx:
        now, clinic = context.clock(), await context.clinic_now(tx)
        saved = await facts_form.save(
            tx, values, file_clinic=context.clinic, clinic=clinic, rules=desk.rules, by=staff.id, now=now
        )
        if saved.changed or saved.waits:
            details = {"facts": saved.changed + saved.waits}
            await audit.note(tx, by=staff.id, did="facts.changed", about="clinic", details=details, now=now)
    if saved.problems:
        names = [name for _, each in facts_form.GROUPS for name in each]
        typed = {name: form_value(request, name) for name in (*names, *WEEKDAYS, "holidays")}
        kept = saved.changed + saved.waits
        return await _draw(request, typed, problems=saved.problems, kept=kept, status=422)
    return back("/studio/facts", said="waits" if saved.waits else "saved" if saved.changed else "same")


@bp.post("/preview")
@allow(OWNER, ADMINISTRATOR)
async def preview(request: Request) -> HTTPResponse:
    """Say how a fact would be kept, and how the answers that use it would read."""
    context, name, desk = context_of(request), form_value(request, "name"), await look(request)
    async with context.db.read() as tx:
        clinic, facts = await context.clinic_now(tx), await context.facts(tx, "en")
    told = fact_previews.told(name, form_value(request, "value")[:2000], clinic, desk.rules)
    shown = {**facts, name: told.shown} if name in facts_form.FREE else facts
    answers = fact_previews.uses(name, shown, fact_previews.answers_by_fact(desk).get(name, ()))
    return json(
        {
            "shown": told.shown,
            "problem": told.problem,
            "why": told.why,
            "answers": [{"id": use.id, "title": use.title, "text": plain(use.blocks)} for use in answers],
        }
    )


@bp.get("/history/<name:str>")
@allow(*EDITORS)
async def history(request: Request, name: str) -> HTTPResponse:
    """Show every value a fact had, who wrote it and who signed it."""
    context = context_of(request)
    async with context.db.read() as tx:
        versions = await fact_versions.versions_of(tx, name)
        names = await accounts.names(tx)
        zone = (await context.clinic_now(tx)).time_zone or UTC
    if not versions:
        raise NotFound(say("no_such_page"))
    title = facts_form.label(name)
    return staff_page(
        request, "studio/fact_history.html", title=title, versions=versions, names=names, zone=zone
    )


@bp.post("/history/<version_id:str>/restore")
@allow(OWNER, ADMINISTRATOR)
async def restore(request: Request, version_id: str) -> HTTPResponse:
    """Bring an earlier value back; with its signature when it had one, else a clinical one waits."""
    context, staff, desk = context_of(request), staff_of(request), await look(request)
    async with context.db.write() as tx:
        version = await fact_versions.get(tx, version_id)
        if version is None:
            raise NotFound(say("no_such_page"))
        now = context.clock()
        became = await clinic_facts.set_fact(
            tx,
            version.name,
            version.value,
            by=staff.id,
            now=now,
            rules=desk.rules,
            file_clinic=context.clinic,
        )
        await audit.note(tx, by=staff.id, did="fact.put_back", about="facts", about_id=version.name, now=now)
    return back("/studio/facts", said="waits" if became == "waits" else "saved")


@bp.post("/notices")
@allow(OWNER, ADMINISTRATOR)
async def add_notice(request: Request) -> HTTPResponse:
    """Show a sentence to visitors for a time."""
    context, staff, desk = context_of(request), staff_of(request), await look(request)
    try:
        async with context.db.write() as tx:
            now = context.clock()
            zone = (await context.clinic_now(tx)).time_zone or UTC
            starts_at, ends_at = (_moment(form_value(request, name), zone) for name in ("starts", "ends"))
            texts = {language: form_value(request, f"text_{language}") for language in ("en", "es")}
            notice = await notices.add(
                tx,
                texts=texts,
                starts_at=starts_at or now,
                ends_at=ends_at or now,
                by=staff.id,
                now=now,
                rules=desk.rules,
            )
            await audit.note(
                tx, by=staff.id, did="notice.shown", about="notices", about_id=notice.id, now=now
            )
    except ProblemsError as error:
        async with context.db.read() as tx:
            document = await facts_form.standing(tx, await context.clinic_now(tx))
        problem = " ".join(each.text for each in error.problems)
        return await _draw(request, facts_form.typed(document), notice_problem=problem, status=422)
    return back("/studio/facts", said="notice_waits" if notices.waits(notice, desk.rules) else "shown")


@bp.post("/notices/<notice_id:str>/remove")
@allow(OWNER, ADMINISTRATOR)
async def remove_notice(request: Request, notice_id: str) -> HTTPResponse:
    """Take a notice down."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        if not await notices.remove(tx, notice_id, by=staff.id, now=now):
            raise NotFound(say("no_such_page"))
        await audit.note(tx, by=staff.id, did="notice.removed", about="notices", about_id=notice_id, now=now)
    return back("/studio/facts", said="gone")


@bp.post("/notices/<notice_id:str>/back")
@allow(OWNER, ADMINISTRATOR)
async def put_notice_back(request: Request, notice_id: str) -> HTTPResponse:
    """Show a notice again that was taken down."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        if not await notices.put_back(tx, notice_id):
            raise NotFound(say("no_such_page"))
        now = context.clock()
        await audit.note(tx, by=staff.id, did="notice.put_back", about="notices", about_id=notice_id, now=now)
    return back("/studio/facts", said="notice_back")


def _moment(text: str, zone: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None


async def _draw(
    request: Request,
    typed: dict[str, str],
    *,
    problems: dict[str, str] | None = None,
    kept: Sequence[str] = (),
    notice_problem: str = "",
    status: int = 200,
) -> HTTPResponse:
    context, desk = context_of(request), await look(request)
    async with context.db.read() as tx:
        now = context.clock()
        listed = await notices.list_all(tx, now=now)
        down, past = await notices.taken_down(tx, now=now), await notices.past(tx, now=now)
        newest = await fact_versions.newest(tx)
        live = await context.clinic_now(tx)
        facts = await context.facts(tx, "en")
    using = fact_previews.answers_by_fact(desk)
    return staff_page(
        request,
        "studio/facts.html",
        status=status,
        typed=typed,
        problems=problems or {},
        notice_problem=notice_problem,
        sent={name: form_value(request, name) for name in ("text_en", "text_es", "starts", "ends")},
        groups=facts_form.GROUPS,
        label=facts_form.label,
        long=facts_form.LONG,
        examples=fact_fields.EXAMPLES,
        using={name: fact_previews.uses(name, facts, some) for name, some in using.items()},
        used_in={name: len(some) for name, some in using.items()},
        weekdays=WEEKDAYS,
        notices=[(notice, notices.waits(notice, desk.rules)) for notice in listed],
        taken_down=down,
        past_notices=past[-10:],
        with_history=newest.keys(),
        waiting=_waiting(newest, live, desk.rules),
        kept=[facts_form.label(name) for name in kept],
        zone=live.time_zone or UTC,
        said=SAID.get(request.args.get("said", ""), ""),
    )


def _waiting(newest: Mapping[str, Version], live: Clinic, rules: TextRules) -> dict[str, tuple[str, str]]:
    """Of each fact that waits: why, and what visitors read until it is signed."""
    document = live.as_document()
    return {
        name: (in_words(rules.why_clinical(name, version.value)), str(document.get(name) or ""))
        for name, version in newest.items()
        if version.waits
    }
