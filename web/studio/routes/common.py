"""What the doors of the studio share: forms with empty fields, the way back, and room for long forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sanic import HTTPResponse, Request, redirect

from web.core.errors import NotFound
from web.core.i18n import say
from web.http import cookies
from web.http.requests import context_of
from web.studio import answers, workspace
from web.studio.answers import Draft
from web.studio.workspace import Workspace

OWNER, CLINICIAN, ADMINISTRATOR = "owner", "clinician", "administrator"
EDITORS = (OWNER, CLINICIAN, ADMINISTRATOR)
LONG_FORM_BYTES = 512 * 1024
UPLOAD_BYTES = 8 * 1024 * 1024


async def make_room(request: Request, **_: Any) -> None:
    """Let forms of the studio be longer than a visitor's message, for browsers that are signed in."""
    is_known = bool(cookies.read(request, cookies.SESSION))
    if is_known and request.path.startswith("/studio/") and request.stream is not None:
        is_upload = request.path.startswith("/studio/import")
        request.stream.request_max_size = UPLOAD_BYTES if is_upload else LONG_FORM_BYTES


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
        return await workspace.look(tx, context.settings, today=context.clock().date())


async def draft_of(request: Request, answer_id: str) -> Draft:
    """One answer. Raises NotFound."""
    async with context_of(request).db.read() as tx:
        draft = await answers.get(tx, answer_id)
    if draft is None:
        raise NotFound(say("no_such_page"))
    return draft
