"""The clinic's facts and its notices to visitors: live with the next message, without a build."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

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
from web.hours.notices import Notice
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value
from web.studio import facts_form
from web.studio.editing import fact_fields, fact_previews
from web.studio.routes.common import ADMINISTRATOR, EDITORS, OWNER, back, look, values_of

bp = Blueprint("studio_facts", url_prefix="/studio/facts")
NOTICE_FIELDS = ("text_en", "text_es", "starts", "ends")
SAID = {
    "saved": "Saved. Visitors get it from their next message on.",
    "waits": "Saved. What is clinical waits for a clinician; until then visitors read what was there before.",
    "same": "Nothing was changed.",
    "shown": "The notice is saved.",
    "notice_waits": "Saved. It is clinical, so visitors see it once a clinician has signed it.",
    "notice_changed": "The notice is changed.",
    "change_waits": "Saved. It is clinical, so a clinician signs it first; until then nothing changes.",
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
    values, drawn = facts_form.read(_field(request)), None
    if values_of(request)("was-name"):  # a script may send facts alone
        drawn = facts_form.read(_field(request, "was-"))
    desk = await look(request)
    async with context.db.write() as tx:
        now, clinic = context.clock(), await context.clinic_now(tx)
        saved = await facts_form.save(
            tx,
            values,
            file_clinic=context.clinic,
            clinic=clinic,
            rules=desk.rules,
            by=staff.id,
            now=now,
            drawn=drawn,
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


async def draw_with_notice_problem(
    request: Request, error: ProblemsError, *, changing: str = ""
) -> HTTPResponse:
    """Draw the page with what is wrong with a notice, its words still in the form."""
    context = context_of(request)
    async with context.db.read() as tx:
        document = await facts_form.standing(tx, await context.clinic_now(tx))
    problem = " ".join(each.text for each in error.problems)
    typed = facts_form.typed(document)
    return await _draw(request, typed, notice_problem=problem, changing=changing, status=422)


def _field(request: Request, prefix: str = "") -> Callable[[str], str]:
    """A field of the form by its name; with "was-", what stood in it when it was opened."""
    return lambda name: form_value(request, f"{prefix}{name}")[:2000]


async def _draw(
    request: Request,
    typed: dict[str, str],
    *,
    problems: dict[str, str] | None = None,
    kept: Sequence[str] = (),
    notice_problem: str = "",
    changing: str = "",
    status: int = 200,
) -> HTTPResponse:
    context, desk = context_of(request), await look(request)
    async with context.db.read() as tx:
        now = context.clock()
        listed = await notices.list_all(tx, now=now)
        down, past = await notices.taken_down(tx, now=now), await notices.past(tx, now=now)
        newest = await fact_versions.newest(tx)
        live = await context.clinic_now(tx)
        was = facts_form.typed(await facts_form.standing(tx, live))
        facts = await context.facts(tx, "en")
    using = fact_previews.answers_by_fact(desk)
    empty = facts_form.empty(typed)
    return staff_page(
        request,
        "studio/facts.html",
        status=status,
        typed=typed,
        was=was,
        problems=problems or {},
        notice_problem=notice_problem,
        changing=changing,
        sent={name: form_value(request, name) for name in NOTICE_FIELDS},
        groups=facts_form.GROUPS,
        empty={title: len(names) for title, names in empty.items()},
        first_empty=next((name for names in empty.values() for name in names), ""),
        label=facts_form.label,
        long=facts_form.LONG,
        examples=fact_fields.EXAMPLES,
        using={name: fact_previews.uses(name, facts, some) for name, some in using.items()},
        used_in={name: len(some) for name, some in using.items()},
        weekdays=WEEKDAYS,
        now=now,
        notice_form=lambda notice: _notice_form(notice, live.time_zone or UTC),
        notices=[(notice, notices.waits(notice, desk.rules)) for notice in listed],
        taken_down=down,
        past_notices=past[-10:],
        replaced={each.replaces for each in (*listed, *down, *past) if each.replaces},
        with_history=newest.keys(),
        waiting=_waiting(newest, live, desk.rules),
        kept=[facts_form.label(name) for name in kept],
        zone=live.time_zone or UTC,
        said=SAID.get(request.args.get("said", ""), ""),
    )


def _notice_form(notice: Notice | None, zone: tzinfo) -> dict[str, str]:
    """What the form of a notice holds when it is opened; empty without one."""
    if notice is None:
        return dict.fromkeys(NOTICE_FIELDS, "")
    texts = {f"text_{language}": notice.texts.get(language, "") for language in ("en", "es")}
    times = {"starts": notice.starts_at, "ends": notice.ends_at}
    return texts | {name: typed_moment(time, zone) for name, time in times.items()}


def typed_moment(moment: datetime, zone: tzinfo) -> str:
    """A moment as a browser's field for day and time holds it."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


def _waiting(newest: Mapping[str, Version], live: Clinic, rules: TextRules) -> dict[str, tuple[str, str]]:
    """Of each fact that waits: why, and what visitors read until it is signed."""
    document = live.as_document()
    return {
        name: (in_words(rules.why_clinical(name, version.value)), str(document.get(name) or ""))
        for name, version in newest.items()
        if version.waits
    }
