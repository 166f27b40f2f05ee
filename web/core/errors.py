"""Everything that can go wrong, as one tree; `web/http/error_handler.py` answers for it.

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
│   ├── Misdirected         421  asked for under a name that is not ours
│   ├── MessageRefused      422  empty, too long, not a text
│   ├── ChoiceRefused       422  a choice that was not offered in this conversation
│   ├── NotStored           503  the record is away; `card` holds a crisis card when one is due
│   ├── ReleaseNotReady     503  its bot is not warm yet; the published release stays
│   └── TooMany             429  faster than the limits; says when to try again
├── KeyProblem              the installation's key is missing, is another one, or is open to others
└── BotError                the bot gave no usable reply; the visitor gets a true sentence
    ├── BotUnreachable      no connection, or it broke
    ├── BotSilent           no reply in time
    └── BotFailed           an error, or a reply that does not keep the contract
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import DontWrapMixin


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
    """It would act on a live crisis. Sent again with `sure=yes` it is done; `yes` is that button's title.

    With `choices` the field `outcome` has to name one of them as well.
    """

    status = 409

    def __init__(self, sentence: str, *, yes: str, choices: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence, yes=yes, **({"choices": dict(choices)} if choices else {}))


class HandoffTaken(Refused):
    """Somebody else was first; the sentence says who."""

    status = 409


class NotYours(Refused):
    """Only who holds the conversation may do this."""

    status = 409


class Misdirected(Refused):
    """The request names a host that this service is not."""

    status = 421


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


class NotStored(Refused):
    """The record is away, locked, full or damaged: nothing can be stored; `card` is shown all the same."""

    status = 503


class TooMany(Refused):
    """Faster than the limits; `retry_after_s` says when to try again."""

    status = 429


class KeyProblem(FrontDeskError, DontWrapMixin):
    """What is sealed in the record cannot be opened here. The sentence is for the operator.

    SQLAlchemy gives it as it is, though it comes up while a statement is made.
    """


class BotError(FrontDeskError):
    """The bot gave no usable reply. Carries no text of the visitor."""


class BotUnreachable(BotError):
    """No connection to the bot, or it broke."""


class BotSilent(BotError):
    """The bot did not reply in time."""


class BotFailed(BotError):
    """The bot answered with an error or with something that does not keep the contract."""
