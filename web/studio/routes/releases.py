"""Releases: build the drafts, follow the build, read its report, publish, undo."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json

from web.accounts import accounts
from web.core.errors import BadRequest, GatesClosed, NotFound, NotPossible
from web.core.i18n import say
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value, work_of
from web.releases import lost_messages, publishing, time_left, withdrawals
from web.releases.builds import Build, is_testing
from web.studio import build_snapshot, reports
from web.studio.review import lost_lessons
from web.studio.routes.common import (
    ADMINISTRATOR,
    CLINICIAN,
    EDITORS,
    OWNER,
    back,
    begin_build,
    builds_of,
    look,
)
from web.studio.scheduling import publishes

bp = Blueprint("studio_releases", url_prefix="/studio/releases")
STEPS = {
    "check": "Checking the answers",
    "train": "Training the bot",
    "evaluate": "Testing its answers",
    "converse": "Holding practice conversations",
    "report": "Writing the report",
}
SAID = {
    "building": "The build has started. This page shows its progress, then opens the report.",
    "running": "A build is already running. This page shows its progress; build again when it is done.",
    "not_built": "Saved, but nothing was built: see below what to fix first.",
    "built": "The release is built. Read what would change, then publish it.",
    "early": "The report is ready to read. Publishing opens when the practice conversations are done.",
    "built_before": "This release was begun before you saved. Build again for what you saved last.",
    "published": "Published. Visitors get it from their next message on.",
    "accepted": "Noted: this message may be lost.",
    "blocked": "Noted: this release is kept back while this message is lost.",
    "taught": "Added to the questions of its answer. Build again: the next release will know it.",
    "undone": "Undone. The previous release is live again.",
    "cancelled": "The build was stopped. Nothing was changed.",
    "scheduled": "Scheduled. The checks run again at that time, and you are told what happened.",
    "unscheduled": "Canceled. Nothing will be published automatically.",
}


@bp.get("/")
@allow(*EDITORS)
async def every(request: Request) -> HTTPResponse:
    """Show what is published, the build, and all releases."""
    context, desk = context_of(request), await look(request)
    async with context.db.read() as tx:
        moves = await publishing.history(tx)
        undo_target = await publishing.undo_target(tx, context)
        names = await accounts.names(tx)
        zone = (await context.clinic_now(tx)).time_zone
        planned = await publishes.latest(tx)
        held = await withdrawals.in_force(tx)
        newest = await builds_of(request).latest()
        left = await time_left.told(tx, newest, context.clock())
    return staff_page(
        request,
        "studio/releases.html",
        releases=publishing.every_release(context),
        published=publishing.published(context),
        build=newest,
        left=left,
        problems=build_snapshot.in_words(newest.problems if newest else (), desk.titles),
        steps=STEPS,
        stops=await asyncio.to_thread(desk.stops),
        unsigned=len(desk.unsigned()),
        planned=planned if planned and (planned.is_open or planned.state == "refused") else None,
        objection=await publishes.would_be_refused(context, planned) if planned and planned.is_open else "",
        moves=moves[:20],
        undo=undo_target,
        has_nothing_own=any(each.reason == withdrawals.NOTHING_OWN for each in held),
        names=names,
        zone=zone,
        said=SAID.get(request.args.get("said", ""), ""),
    )


@bp.post("/build")
@allow(OWNER, ADMINISTRATOR)
async def build(request: Request) -> HTTPResponse:
    """Begin to build what stands in the drafts."""
    return await begin_build(request)


@bp.get("/progress")
@allow(*EDITORS, background=True)
async def progress(request: Request) -> HTTPResponse:
    """Say how far the newest build is."""
    latest = await builds_of(request).latest()
    async with context_of(request).db.read() as tx:
        left = await time_left.told(tx, latest, context_of(request).clock())
    return json({"build": _as_data(latest) | {"left": left} if latest else None})


@bp.post("/build/<build_id:str>/cancel")
@allow(OWNER, ADMINISTRATOR)
async def cancel(request: Request, build_id: str) -> HTTPResponse:
    """Stop a build."""
    await builds_of(request).cancel(build_id, by=staff_of(request).id)
    return back("/studio/releases", said="cancelled")


@bp.get("/<release:str>")
@allow(*EDITORS)
async def report(request: Request, release: str) -> HTTPResponse:
    """Show what a release changes, its gates, and whom it would touch."""
    return await _draw_report(request, release)


@bp.post("/<release:str>/publish")
@allow(*EDITORS)
async def publish(request: Request, release: str) -> HTTPResponse:
    """Let a release speak; over a closed gate only with a reason, over a clinical one only a clinician."""
    context, staff = context_of(request), staff_of(request)
    is_clinician = CLINICIAN in staff.roles
    _check_may_publish(request, release)
    override = form_value(request, "override")[:500] or None
    try:
        await work_of(request).to_the_end(
            publishing.publish(context, release, by=staff.id, override=override, is_clinician=is_clinician)
        )
    except GatesClosed as closed:
        return await _draw_report(request, release, problem=closed.sentence, status=409)
    return back("/studio/releases", said="published")


@bp.post("/<release:str>/prepare")
@allow(*EDITORS)
async def prepare(request: Request, release: str) -> HTTPResponse:
    """Get a release's bot ready for the press that publishes; whether it is."""
    _check_may_publish(request, release)
    return json({"is_ready": await publishing.prepare(context_of(request), release)})


@bp.post("/<release:str>/lost/<message_id:str>")
@allow(OWNER, ADMINISTRATOR)
async def lost_message(request: Request, release: str, message_id: str) -> HTTPResponse:
    """Say what is to become of a message that was answered: accept its loss, teach it, or block."""
    context, staff, deed = context_of(request), staff_of(request), form_value(request, "deed")
    if message_id not in lost_messages.lost(builds_of(request).report(release) or {}):
        raise NotFound(say("no_such_page"))
    desk, to = await look(request), form_value(request, "answer")
    async with context.db.write() as tx:
        now = context.clock()
        if deed == "teach":
            await lost_lessons.teach(tx, message_id, to, by=staff, judge=desk.judge, now=now)
            said = "taught"
        elif deed in ("accepted", "blocked"):
            mark: lost_messages.Mark = "accepted" if deed == "accepted" else "blocked"
            await lost_messages.mark(tx, release, message_id, mark, by=staff.id, name=staff.name, now=now)
            said = deed
        else:
            raise BadRequest("Choose what is to become of this message.")
    return back(f"/studio/releases/{release}", said=f"{said}#touched")


@bp.post("/undo")
@allow(OWNER, ADMINISTRATOR)
async def undo(request: Request) -> HTTPResponse:
    """Publish what was published before."""
    await work_of(request).to_the_end(publishing.undo(context_of(request), by=staff_of(request).id))
    return back("/studio/releases", said="undone")


def _check_may_publish(request: Request, release: str) -> None:
    is_publisher = staff_of(request).roles & {OWNER, ADMINISTRATOR}
    if not is_publisher and not publishing.needs_clinician(context_of(request), release):
        raise NotPossible("An owner publishes this release: no gate of it waits for a clinician.")


async def _draw_report(
    request: Request, release: str, *, problem: str = "", status: int = 200
) -> HTTPResponse:
    context = context_of(request)
    found = next((each for each in publishing.every_release(context) if each.id == release), None)
    told = builds_of(request).report(release)
    if found is None:
        raise NotFound(say("no_such_release"))
    titles = await _titles(request, release)
    async with context.db.read() as tx:
        rows = await builds_of(request).replayed(tx, release)
        gates = await builds_of(request).gates(tx, release)
        marks = await lost_messages.marks(tx, release)
        real = await lost_messages.gate(tx, told or {}, release)
        zone = (await context.clinic_now(tx)).time_zone
        planned = await publishes.latest(tx)
    newest = await builds_of(request).latest()
    return staff_page(
        request,
        "studio/report.html",
        status=status,
        release=found,
        report=told,
        zone=zone,
        zone_name=zone.key if zone else "UTC",
        planned=planned if planned and planned.is_open else None,
        problem=problem,
        testing=newest if newest and is_testing(newest, release) else None,
        gates=[*gates, *([real] if real else [])],
        gate_words=reports.GATES,
        ids={title: name for name, title in titles.items()},
        safety=reports.safety(told or {}),
        figures=reports.figures(told or {}),
        conversations=reports.conversations(told or {}),
        changed=reports.changed(told or {}, titles),
        read_changes=reports.read_changes(told or {}, titles),
        groups=reports.impact_of(told or {}, rows, titles, marks),
        said=_said(request, newest, release),
        touched=((told or {}).get("replay") or {}).get("changed", 0),
        replayed=((told or {}).get("replay") or {}).get("n", 0),
        against=(told or {}).get("against"),
    )


def _said(request: Request, newest: Build | None, release: str) -> str:
    """What this page begins with; that something is awaited only as long as it is."""
    said = request.args.get("said", "")
    is_over = said == "early" and not (newest and is_testing(newest, release))
    return SAID.get("built" if is_over else said, "")


async def _titles(request: Request, release: str) -> dict[str, str]:
    context, desk = context_of(request), await look(request)
    titles = dict(desk.titles)
    for manifest in (context.manifests.current(), context.manifests.of(release)):
        if manifest is not None:
            titles |= {name: str(answer.get("title") or name) for name, answer in manifest.answers.items()}
    return titles


def _as_data(build: Build) -> dict[str, Any]:
    return {
        "id": build.id,
        "state": build.state,
        "step": STEPS.get(build.step, build.step),
        "share": round(build.share, 3),
        "release": build.release,
        "sentence": build.sentence,
    }
