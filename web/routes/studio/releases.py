"""Releases: build the drafts, follow the build, read its report, publish, undo."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json

from web import accounts, releases
from web.builds import Build, Builds
from web.errors import GatesClosed, NotFound, NotPossible
from web.routes.guard import allow, staff_of, staff_page
from web.routes.requests import form_value, house_of, work_of
from web.routes.studio.common import ADMINISTRATOR, CLINICIAN, EDITORS, OWNER, back, look
from web.studio import building, reports
from web.words import say

doors = Blueprint("studio_releases", url_prefix="/studio/releases")
STEPS = {
    "check": "Checking the answers",
    "train": "Teaching the bot",
    "evaluate": "Asking it everything",
    "report": "Writing the report",
}
SAID = {
    "building": "The build has begun. This page follows it.",
    "published": "Published. Visitors get it from their next message on.",
    "undone": "Undone. The release before speaks again.",
    "cancelled": "The build was stopped. Nothing was changed.",
}


@doors.get("/")
@allow(*EDITORS)
async def every(request: Request) -> HTTPResponse:
    """Show what is published, the build, and all releases."""
    house, desk = house_of(request), await look(request)
    async with house.db.read() as tx:
        moves = await releases.history(tx)
        names = await accounts.names(tx)
        zone = (await house.clinic_now(tx)).time_zone
    newest = await builds_of(request).latest()
    return staff_page(
        request,
        "studio/releases.html",
        releases=releases.every(house),
        published=releases.published(house),
        build=newest,
        problems=building.in_words(newest.problems if newest else (), desk.titles),
        steps=STEPS,
        stops=desk.stops(),
        unsigned=len(desk.unsigned()),
        moves=moves[:20],
        can_undo=_can_undo(moves, releases.published(house)),
        names=names,
        zone=zone,
        said=SAID.get(request.args.get("said", ""), ""),
    )


@doors.post("/build")
@allow(OWNER, ADMINISTRATOR)
async def build(request: Request) -> HTTPResponse:
    """Begin to build what stands in the drafts."""
    house, staff = house_of(request), staff_of(request)
    desk = await look(request)
    await building.start(house, builds_of(request), desk, by=staff.id)
    return back("/studio/releases", said="building")


@doors.get("/progress")
@allow(*EDITORS, background=True)
async def progress(request: Request) -> HTTPResponse:
    """Say how far the newest build is."""
    latest = await builds_of(request).latest()
    return json({"build": _as_data(latest) if latest else None})


@doors.post("/build/<build_id:str>/cancel")
@allow(OWNER, ADMINISTRATOR)
async def cancel(request: Request, build_id: str) -> HTTPResponse:
    """Stop a build."""
    await builds_of(request).cancel(build_id, by=staff_of(request).id)
    return back("/studio/releases", said="cancelled")


@doors.get("/<release:str>")
@allow(*EDITORS)
async def report(request: Request, release: str) -> HTTPResponse:
    """Show what a release changes, its gates, and whom it would touch."""
    return await _draw_report(request, release)


@doors.post("/<release:str>/publish")
@allow(*EDITORS)
async def publish(request: Request, release: str) -> HTTPResponse:
    """Let a release speak; over a closed gate only with a reason, over a clinical one only a clinician."""
    house, staff = house_of(request), staff_of(request)
    is_clinician = CLINICIAN in staff.roles
    if not staff.roles & {OWNER, ADMINISTRATOR} and not releases.needs_clinician(house, release):
        raise NotPossible("An owner publishes this release: no gate of it waits for a clinician.")
    override = form_value(request, "override")[:500] or None
    try:
        await work_of(request).to_the_end(
            releases.publish(house, release, by=staff.id, override=override, is_clinician=is_clinician)
        )
    except GatesClosed as closed:
        return await _draw_report(request, release, problem=closed.sentence, status=409)
    return back("/studio/releases", said="published")


@doors.post("/undo")
@allow(OWNER, ADMINISTRATOR)
async def undo(request: Request) -> HTTPResponse:
    """Publish what was published before."""
    await work_of(request).to_the_end(releases.undo(house_of(request), by=staff_of(request).id))
    return back("/studio/releases", said="undone")


def builds_of(request: Request) -> Builds:
    """Who builds here."""
    builds: Builds = request.app.ctx.builds
    return builds


async def _draw_report(
    request: Request, release: str, *, problem: str = "", status: int = 200
) -> HTTPResponse:
    house = house_of(request)
    found = next((each for each in releases.every(house) if each.id == release), None)
    told = builds_of(request).report(release)
    if found is None:
        raise NotFound(say("no_such_release"))
    titles = await _titles(request, release)
    async with house.db.read() as tx:
        rows = await builds_of(request).replayed(tx, release)
    return staff_page(
        request,
        "studio/report.html",
        status=status,
        release=found,
        report=told,
        problem=problem,
        gates=(told or {}).get("gates", []),
        figures=reports.figures(told or {}),
        changed=reports.changed(told or {}, titles),
        groups=reports.blast_radius(told or {}, rows, titles),
        touched=((told or {}).get("replay") or {}).get("changed", 0),
        replayed=((told or {}).get("replay") or {}).get("n", 0),
        against=(told or {}).get("against"),
    )


async def _titles(request: Request, release: str) -> dict[str, str]:
    house, desk = house_of(request), await look(request)
    titles = dict(desk.titles)
    for manifest in (house.manifests.current(), house.manifests.of(release)):
        if manifest is not None:
            titles |= {name: str(answer.get("title") or name) for name, answer in manifest.answers.items()}
    return titles


def _can_undo(moves: list[releases.Publication], published: str) -> bool:
    return any(move.release == published and not move.is_undo and move.before for move in moves)


def _as_data(build: Build) -> dict[str, Any]:
    return {
        "id": build.id,
        "state": build.state,
        "step": STEPS.get(build.step, build.step),
        "share": round(build.share, 3),
        "release": build.release,
        "sentence": build.sentence,
    }
