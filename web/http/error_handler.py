"""The one handler that answers for every error: as JSON, or as the page that a browser asked for."""

from __future__ import annotations

import logging
from typing import Any

from sanic import HTTPResponse, Request, Sanic, json
from sanic.exceptions import PayloadTooLarge, SanicException

from content.yaml_files import ProblemsError
from web.core.db import RECORD_AWAY
from web.core.errors import BodyTooLarge, FrontDeskError, MessageRefused, NotStored, Refused
from web.core.i18n import reworded, say
from web.http.requests import language_of

logger = logging.getLogger(__name__)


def install(app: Sanic) -> None:
    """Give the app its one handler."""
    app.error_handler.add(Exception, _answer)


async def _answer(request: Request, error: Exception) -> HTTPResponse:
    """Answer every error in one shape, `{"ok": false, "error", "status"}`, or with the page.

    Staff who are signed in stay in their frame (`app.ctx.staff_problem`).
    """
    refused = _as_refused(request, error)
    status = refused.status
    headers = {}
    if "retry_after_s" in refused.details:
        headers["retry-after"] = str(max(1, round(refused.details["retry_after_s"])))
    if wants_page(request):
        page = await _page(request, refused)
        page.headers.update(headers)
        return page
    body = {"ok": False, "error": refused.sentence, "status": status, **refused.details}
    return json(body, status=status, headers=headers)


async def _page(request: Request, refused: Refused) -> HTTPResponse:
    sentence, status = refused.sentence, refused.status
    framed: HTTPResponse | None = await request.app.ctx.staff_problem(request, sentence, status)
    if framed:
        return framed
    sentence, language = reworded(sentence, language_of(request))
    page: HTTPResponse = request.app.ctx.pages.problem(sentence, status=status, language=language)
    return page


def _as_refused(request: Request, error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, ProblemsError):
        # What staff entered cannot be used; each problem is a sentence of its own.
        return MessageRefused(" ".join(problem.text for problem in error.problems))
    if isinstance(error, PayloadTooLarge):
        return BodyTooLarge(say("too_many_bytes"))
    is_a_folder = isinstance(error, IsADirectoryError) and request.path.startswith("/static/")
    if is_a_folder or (isinstance(error, SanicException) and error.status_code < 500):
        is_slow = isinstance(error, SanicException) and error.status_code == 408
        refused = Refused(say("too_slow" if is_slow else "no_such_page"))
        refused.status = getattr(error, "status_code", 404)
        return refused
    if isinstance(error, RECORD_AWAY):
        where = _without_text(error)
        logger.error("Alert: the record is away: %s %s", request.method, _route(request), exc_info=where)
        return NotStored(say("record_away"))
    # The text of an unknown error may quote what a visitor wrote: log where, not what.
    logger.error("Request failed: %s %s", request.method, _route(request), exc_info=_without_text(error))
    broken = Refused(say("our_fault"))
    broken.status = 500
    return broken


def wants_page(request: Request) -> bool:
    """Whether a browser asked for a page, not a script for data."""
    return not request.path.startswith("/v1/") and "text/html" in request.headers.get("accept", "")


def _route(request: Request) -> str:
    return request.route.path if request.route else "(no route)"


def _without_text(error: Exception) -> Any:
    return (FrontDeskError, FrontDeskError(type(error).__name__), error.__traceback__)
