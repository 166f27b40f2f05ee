"""How much each address may ask for, decided before any work is done; all share one event loop.

A refusal comes late: a client that waits for it cannot ask faster, however many it opens.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Literal

from sanic import Request

from web.chat.rate_limits import SharedRate, rounded_up
from web.core.errors import TooMany
from web.core.i18n import say
from web.core.limits import Limits
from web.http import cookies
from web.http.guard import session_of
from web.http.requests import SAFE_METHODS, address_of, context_of

Kind = Literal["reads", "files", "sends", "logins"]
# Whoever watches the service asks here; it costs next to nothing.
FREE = ("/health", "/v1/health")
LOGINS = ("/sign-in", "/unlock")
# So many refusals may wait at once; more come at once, for waiting takes memory.
MAX_HELD = 500


class Fairness:
    """Counts requests by kind and address, in this process."""

    def __init__(self, limits: Limits, timer: Callable[[], float] = time.monotonic) -> None:
        self.timer = timer
        self.refusal_after_s = limits.refusal_after_s
        self.held = 0
        self._gates: Mapping[Kind, SharedRate] = {
            "reads": SharedRate(
                each=limits.reads_per_address, all_=limits.reads_of_all, in_a_crowd=limits.reads_in_a_crowd
            ),
            "files": SharedRate(
                each=limits.files_per_address, all_=limits.files_of_all, in_a_crowd=limits.files_in_a_crowd
            ),
            "sends": SharedRate(
                each=limits.sends_per_address, all_=limits.sends_of_all, in_a_crowd=limits.sends_in_a_crowd
            ),
            "logins": SharedRate(
                each=limits.logins_per_address, all_=limits.logins_of_all, in_a_crowd=limits.logins_in_a_crowd
            ),
        }

    def wait_s(self, kind: Kind, address: str) -> float:
        """Count a request; 0.0, or the seconds that it came too early."""
        return rounded_up(self._gates[kind].wait_s(address, self.timer()))

    async def hold(self) -> None:
        """Let somebody who is refused wait for it."""
        if self.held >= MAX_HELD:
            return
        self.held += 1
        try:
            await asyncio.sleep(self.refusal_after_s)
        finally:
            self.held -= 1


async def keep_to_rates(request: Request) -> None:
    """Refuse what is more than an address may ask for. Raises TooMany.

    Words that are refused here were not judged, so the sentence names 988 and 911 to everybody.
    """
    if request.path in FREE:
        return
    fairness: Fairness = request.app.ctx.fairness
    kind = kind_of(request)
    wait_s = fairness.wait_s(kind, address_of(request))
    if not wait_s or (kind != "logins" and await _is_staff(request)):
        return
    await fairness.hold()
    sentence = say("too_many_requests")
    if kind == "sends":
        sentence = f"{sentence} {say('plain_help')}"
    raise TooMany(sentence, retry_after_s=wait_s)


def kind_of(request: Request) -> Kind:
    """What a request asks for, as far as its cost goes."""
    if request.path.startswith("/static/"):
        return "files"
    if request.method in SAFE_METHODS:
        return "reads"
    return "logins" if request.path.startswith(LOGINS) else "sends"


async def _is_staff(request: Request) -> bool:
    """Whether somebody who is signed in asks; looked up only for those who are over a rate."""
    if not cookies.read(request, cookies.SESSION) or not context_of(request).settings.desk:
        return False
    return await session_of(request) is not None
