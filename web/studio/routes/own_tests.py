"""The clinic's own tests: the list with its trend, one test, and keeping a conversation as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import audit
from web.core.errors import BadRequest
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value, whole_number
from web.studio.routes.common import EDITORS, back, look, values_of
from web.studio.testing import own_tests, transcripts, trend
from web.studio.testing.own_tests import OwnTest
from web.studio.testing.steps import WANTED, KeptStep

bp = Blueprint("studio_own_tests", url_prefix="/studio/tests")
AS_KEPT, ANSWER = "as_kept", "answer:"
SAID = {
    "kept": "Kept, without names and numbers. Every build holds it from now on. Read what has to come.",
    "saved": "Saved. The next build holds it like this.",
    "deleted": "Deleted. How it went in earlier builds stays.",
}


@bp.get("/")
@allow(*EDITORS)
async def every(request: Request) -> HTTPResponse:
    """Show all tests, and how they went from build to build."""
    context = context_of(request)
    async with context.db.read() as tx:
        tests = await own_tests.every(tx)
        builds = await trend.trend(tx)
        failed = await trend.failures(tx, builds[0].release) if builds else {}
        zone = (await context.clinic_now(tx)).time_zone
    return staff_page(
        request,
        "studio/tests.html",
        tests=tests,
        builds=builds,
        failed=failed,
        names={test.id: test.name for test in tests},
        zone=zone,
        said=SAID.get(request.args.get("said", ""), ""),
    )


@bp.get("/<test_id:str>")
@allow(*EDITORS)
async def one(request: Request, test_id: str) -> HTTPResponse:
    """Show one test: what is said, what has to come, how it went."""
    context, desk = context_of(request), await look(request)
    async with context.db.read() as tx:
        test = await own_tests.get(tx, test_id)
        builds = [each for each in await trend.trend(tx) if test_id in each.results]
        failed = await trend.failures(tx, builds[0].release) if builds else {}
        zone = (await context.clinic_now(tx)).time_zone
    return staff_page(
        request,
        "studio/test.html",
        test=test,
        builds=builds,
        failed=failed.get(test_id),
        shown=[(step, in_words(step, desk.titles)) for step in test.steps],
        titles=sorted(desk.titles.items(), key=lambda each: each[1].lower()),
        kinds={name: WANTED[name] for name in ("declined", "asks_back", "card", "no_card", "nothing")},
        zone=zone,
        said=SAID.get(request.args.get("said", ""), ""),
    )


@bp.post("/keep")
@allow(*EDITORS)
async def keep(request: Request) -> HTTPResponse:
    """Keep a visitor's conversation as a test."""
    context, desk = context_of(request), await look(request)
    conversation_id = form_value(request, "conversation")
    known = desk.titles.keys() | context.manifests.current().answers.keys()
    async with context.db.read() as tx:
        language, steps = await transcripts.steps_of(tx, conversation_id, known)
    return await _add(request, steps, language, {"conversation": conversation_id})


@bp.post("/keep-trial")
@allow(*EDITORS)
async def keep_trial(request: Request) -> HTTPResponse:
    """Keep a conversation of the page Try as a test."""
    try:
        sent = json.loads(form_value(request, "steps") or "[]")
        steps = [KeptStep.from_data(each) for each in sent]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadRequest("This conversation cannot be kept. Begin again.") from error
    masked = [KeptStep(transcripts.masked(step.said), step.wanted, step.names) for step in steps]
    return await _add(request, masked, "en", {})


@bp.post("/<test_id:str>")
@allow(*EDITORS)
async def save(request: Request, test_id: str) -> HTTPResponse:
    """Word a test anew."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        test = await own_tests.get(tx, test_id)
        name, is_on = form_value(request, "name"), bool(form_value(request, "is_on"))
        await own_tests.change(tx, test_id, name, _sent(request, test), is_on=is_on, now=now)
        await audit.note(tx, by=staff.id, did="test.changed", about="tests", about_id=test_id, now=now)
    return back(f"/studio/tests/{test_id}", said="saved")


@bp.post("/<test_id:str>/delete")
@allow(*EDITORS)
async def delete(request: Request, test_id: str) -> HTTPResponse:
    """Delete a test."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        now = context.clock()
        await own_tests.remove(tx, test_id)
        await audit.note(tx, by=staff.id, did="test.deleted", about="tests", about_id=test_id, now=now)
    return back("/studio/tests", said="deleted")


def in_words(step: KeptStep, titles: Mapping[str, str]) -> str:
    """What has to come, for who reads it."""
    if step.wanted == "answers":
        return " and ".join(f"“{titles.get(name, name)}”" for name in step.names)
    return WANTED[step.wanted]


def _sent(request: Request, test: OwnTest) -> list[KeptStep]:
    """The steps as the form has them; a field that is empty takes its step out."""
    values = values_of(request)
    rows = zip(values("step"), values("said"), values("wanted"), strict=False)
    return [_step(test, at, said, wanted) for at, said, wanted in rows if said.strip()]


def _step(test: OwnTest, at: str, said: str, wanted: str) -> KeptStep:
    number = whole_number(at, default=-1)
    kept = test.steps[number] if 0 <= number < len(test.steps) else KeptStep("")
    if wanted == AS_KEPT:
        return KeptStep.from_data({**kept.as_data(), "said": said})
    is_answer = wanted.startswith(ANSWER)
    names: Sequence[str] = [wanted.removeprefix(ANSWER)] if is_answer else ()
    kind = "answers" if is_answer else wanted
    told = {"said": said, "wanted": kind, "names": names, "is_pressed": kept.is_pressed}
    return KeptStep.from_data(told)


async def _add(
    request: Request, steps: Sequence[KeptStep], language: str, details: Mapping[str, Any]
) -> HTTPResponse:
    context, staff = context_of(request), staff_of(request)
    name = steps[0].said if steps else "Conversation"
    async with context.db.write() as tx:
        now = context.clock()
        test_id = await own_tests.add(tx, name, steps, language=language, by=staff, now=now)
        did, about = "test.kept", "tests"
        await audit.note(
            tx, by=staff.id, did=did, about=about, about_id=test_id, details=dict(details), now=now
        )
    return back(f"/studio/tests/{test_id}", said="kept")
