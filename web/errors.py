"""Everything that can go wrong, as one tree, and the one handler that answers for it.

FrontDeskError
├── Refused                 what was asked for cannot be done; the sentence is for the asker
│   ├── BadRequest          400  not JSON, a wrong type, a missing field
│   ├── NotFound            404  unknown, or somebody else's: the two look the same
│   ├── NotSignedIn         401  nobody is signed in here; leads to the page that asks
│   ├── Forbidden           403  not from our own pages, or not for this account
│   ├── Locked              423  the screen is locked; leads to the page that opens it
│   ├── NotPossible         409  not in this state, or somebody was faster
│   ├── IdTaken             409  the same client id with another text
│   ├── AskFirst            409  it acts on a live crisis: `yes` has the words of who means it
│   ├── HandoffTaken        409  somebody else has the conversation, or it is resolved
│   ├── BuildRunning        409  one build at a time
│   ├── GatesClosed         409  a gate keeps the release from being published; `gates` has the rows
│   ├── NotYours            409  only who holds the conversation may do this
│   ├── BodyTooLarge        413  more bytes than a message can need
│   ├── MessageRefused      422  empty, too long, not a text
│   ├── ChoiceRefused       422  a choice that was not offered in this conversation
│   ├── ReleaseNotReady     503  its bot is not warm yet; the published release stays
│   └── TooMany             429  faster than the limits; says when to try again
├── KeyProblem              the installation's key is missing, is another one, or is open to others
└── BotError                the bot gave no usable reply; the visitor gets a true sentence
    ├── BotUnreachable      no connection, or it broke
    ├── BotSilent           no reply in time
    └── BotFailed           an error, or a reply that does not keep the contract
"""

from __future__ import annotations

import logging
from typing import Any

from sanic import HTTPResponse, Request, Sanic, json
from sanic.exceptions import PayloadTooLarge, SanicException

from clinic.yaml_files import ProblemsError
from web.words import say

logger = logging.getLogger(__name__)


class FrontDeskError(Exception):
    """The root of the tree."""


class Refused(FrontDeskError):
    """What was asked for cannot be done. `sentence` is true and for the person who asked."""

    status = 400

    def __init__(self, sentence: str, **details: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details


class BadRequest(Refused):
    """The request is not what `docs/protocol.md` describes."""


class NotFound(Refused):
    """There is no such thing, or it belongs to somebody else."""

    status = 404


class NotSignedIn(Refused):
    """Nobody is signed in here. `page` is where that can be mended."""

    status = 401

    def __init__(self, sentence: str, *, page: str = "/sign-in") -> None:
        super().__init__(sentence)
        self.page = page


class Locked(Refused):
    """Somebody is signed in and the screen is locked."""

    status = 423


class Forbidden(Refused):
    """The request did not come from our own pages, or this account may not do it."""

    status = 403


class NotPossible(Refused):
    """The thing is not in a state in which this can be done."""

    status = 409


class IdTaken(Refused):
    """This client id already names another message of the conversation."""

    status = 409


class AskFirst(Refused):
    """It would act on a live crisis. Sent again with `sure=yes` it is done; `yes` is that button's title."""

    status = 409

    def __init__(self, sentence: str, *, yes: str) -> None:
        super().__init__(sentence, yes=yes)


class HandoffTaken(Refused):
    """Somebody else was first; the sentence says who."""

    status = 409


class NotYours(Refused):
    """Only who holds the conversation may do this."""

    status = 409


class BodyTooLarge(Refused):
    """The request has more bytes than a message can need."""

    status = 413


class MessageRefused(Refused):
    """The text cannot be a message: empty, too long, not a text."""

    status = 422


class ChoiceRefused(Refused):
    """The choice was not offered in this conversation."""

    status = 422


class BuildRunning(Refused):
    """One build at a time."""

    status = 409


class GatesClosed(Refused):
    """A gate keeps the release from being published; `details["gates"]` holds the failing rows."""

    status = 409


class ReleaseNotReady(Refused):
    """The bot of the release is not warm yet; the published release stays."""

    status = 503


class TooMany(Refused):
    """Faster than the limits; `retry_after_s` says when to try again."""

    status = 429


class KeyProblem(FrontDeskError):
    """What is sealed in the record cannot be opened here. The sentence is for the operator."""


class BotError(FrontDeskError):
    """The bot gave no usable reply. Carries no text of the visitor."""


class BotUnreachable(BotError):
    """No connection to the bot, or it broke."""


class BotSilent(BotError):
    """The bot did not reply in time."""


class BotFailed(BotError):
    """The bot answered with an error or with something that does not keep the contract."""


def install(app: Sanic) -> None:
    """Give the app its one handler."""
    app.error_handler.add(Exception, _answer)


def _answer(request: Request, error: Exception) -> HTTPResponse:
    """Answer every error in one shape, `{"ok": false, "error", "status"}`, or with the page."""
    refused = _as_refused(request, error)
    status = refused.status
    if wants_page(request):
        return request.app.ctx.pages.problem(refused.sentence, status=status)
    headers = {}
    if "retry_after_s" in refused.details:
        headers["retry-after"] = str(max(1, round(refused.details["retry_after_s"])))
    body = {"ok": False, "error": refused.sentence, "status": status, **refused.details}
    return json(body, status=status, headers=headers)


def _as_refused(request: Request, error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, ProblemsError):
        # What staff entered cannot be used; each problem is a sentence of its own.
        return MessageRefused(" ".join(problem.text for problem in error.problems))
    if isinstance(error, PayloadTooLarge):
        return BodyTooLarge(say("too_many_bytes"))
    if isinstance(error, SanicException) and error.status_code < 500:
        refused = NotFound(say("no_such_page"))
        refused.status = error.status_code
        return refused
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
