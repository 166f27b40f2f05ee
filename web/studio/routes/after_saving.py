"""What follows a saved answer: the step that comes next, or at once the build that was asked for with it."""

from __future__ import annotations

from urllib.parse import quote

from sanic import HTTPResponse, Request

from web.http.guard import staff_of
from web.http.requests import form_value
from web.studio.answers import Draft
from web.studio.build_snapshot import NotReady
from web.studio.forms import Sent
from web.studio.routes.common import ADMINISTRATOR, OWNER, back, begin_build, look
from web.studio.workspace import Workspace

BUILDS = ("build", "switch_on_and_build")  # what the buttons below the form ask for


def switches_on(request: Request) -> bool:
    """Whether the button that was pressed switches the answer on, whatever its tick says."""
    return form_value(request, "then") == "switch_on_and_build"


def may_build(request: Request) -> bool:
    """Whether whoever asks may build."""
    return bool(staff_of(request).roles & {OWNER, ADMINISTRATOR})


def next_step(desk: Workspace, sent: Sent) -> str:
    """What brings a saved answer to visitors: to mend it, switch it on, have it signed, or build."""
    stops = any(each.stops for each in desk.issues(sent.answer, tests=sent.tests))
    if not sent.is_on:
        return "off" if stops else "switch_on"
    if stops:
        return "mend"
    is_signed = any(desk.is_signed(each) for each in desk.drafts if each.id == sent.answer.id)
    return "sign" if desk.as_stored(sent.answer).clinical and not is_signed else "build"


async def go_on(request: Request, draft: Draft, *, said: str, key: str = "") -> HTTPResponse:
    """Back to the saved answer; or on to the build, when that was asked for and nothing stands in its way.

    `key`: under which the form was kept, so that the browser forgets its copy.
    """
    was = f"&was={quote(key)}" if key else ""
    if form_value(request, "then") not in BUILDS or not may_build(request):
        return back(f"/studio/answers/{draft.id}", said=said + was)
    sent = Sent(draft.answer, draft.tests, draft.is_on, draft.version, "")
    if next_step(await look(request), sent) != "build":
        return back(f"/studio/answers/{draft.id}", said="unbuilt" + was)
    try:
        return await begin_build(request, was=was or f"&was={draft.id}")
    except NotReady:  # another answer stops it: the page names it
        return back("/studio/releases", said="not_built" + (was or f"&was={draft.id}"))
