"""What the doors of the studio share: forms with empty fields, the way back, and room for long forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sanic import HTTPResponse, Request, redirect

from web.core.errors import BuildRunning, NotFound
from web.core.i18n import say
from web.http import guard
from web.http.guard import staff_of
from web.http.requests import context_of
from web.releases.builds import Builds
from web.studio import answers, build_snapshot, workspace
from web.studio.answers import Draft
from web.studio.workspace import Workspace

OWNER, CLINICIAN, ADMINISTRATOR = "owner", "clinician", "administrator"
EDITORS = (OWNER, CLINICIAN, ADMINISTRATOR)
LONG_FORM_BYTES = 512 * 1024
UPLOAD_BYTES = 8 * 1024 * 1024


async def make_room(request: Request, route: Any = None, **_: Any) -> None:
    """Let forms of the studio be longer than a visitor's message, for those whom their door lets in.

    Memory is given before the door is reached, so the session is looked up here already. Raises what
    the door would raise, or TooMany when others upload.
    """
    stream, rule = request.stream, guard.rule_of(route) if route else None
    if stream is None or rule is None or not request.path.startswith("/studio/") or not _is_long(request):
        return
    await guard.check_before_body(request, rule)
    if request.path.startswith("/studio/import"):
        request.app.ctx.uploads.enter(stream.protocol)
        stream.request_max_size = UPLOAD_BYTES
    else:
        stream.request_max_size = LONG_FORM_BYTES


def _is_long(request: Request) -> bool:
    """Whether a body is announced that takes more than everybody has; one in chunks says nothing."""
    announced = request.headers.get("content-length")
    if announced is None:
        return "transfer-encoding" in request.headers
    usual = context_of(request).settings.limits.max_body_bytes
    return not announced.isascii() or not announced.isdigit() or int(announced) > usual


def values_of(request: Request) -> Callable[[str], Sequence[str]]:
    """Every value of a form's field in order, the empty ones too: rows of fields belong together."""
    form: Any = request.get_form(keep_blank_values=True) or {}
    return lambda name: [str(value) for value in form.getlist(name) or ()] if name in form else []


def back(path: str, *, said: str = "") -> HTTPResponse:
    """Go to a page after a change; `said` names the sentence it shows."""
    return redirect(f"{path}?said={said}" if said else path, status=303)


async def look(request: Request) -> Workspace:
    """All that stands in the studio now."""
    context = context_of(request)
    async with context.db.read() as tx:
        return await workspace.load(tx, context.settings, today=context.clock().date())


def builds_of(request: Request) -> Builds:
    """Who builds here."""
    builds: Builds = request.app.ctx.builds
    return builds


async def begin_build(request: Request, *, was: str = "") -> HTTPResponse:
    """Begin to build what stands in the drafts, and go where it is followed. Raises NotReady.

    `was` names the form that was saved with the same press, so that the browser keeps no copy of it.
    """
    desk = await look(request)
    try:
        await build_snapshot.start(context_of(request), builds_of(request), desk, by=staff_of(request).id)
    except BuildRunning:  # a second press, or a colleague's: there is one build, and the page follows it
        said = "running"
    else:
        said = "building"
    return back("/studio/releases", said=said + was)


async def draft_of(request: Request, answer_id: str) -> Draft:
    """One answer. Raises NotFound."""
    async with context_of(request).db.read() as tx:
        draft = await answers.get(tx, answer_id)
    if draft is None:
        raise NotFound(say("no_such_page"))
    return draft
