"""Who may pass a staff door. Every door says so itself, with `allow` or `open_to_all`.

A door without a rule stops the service from starting. The guard also checks the form token of
every change, and cuts a waiting request off when its session ends meanwhile.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import quote

from sanic import HTTPResponse, Request, Sanic, json, redirect

from web.accounts import navigation, sessions
from web.accounts.roles import ADMINISTRATOR, DESK, ROLES
from web.accounts.sessions import Session, Staff
from web.core.db import RECORD_AWAY
from web.core.errors import Forbidden, Locked, NotSignedIn
from web.core.i18n import say
from web.http import cookies
from web.http.error_handler import wants_page
from web.http.requests import SAFE_METHODS, context_of, form_value, is_own_page

Handler = Callable[..., Awaitable[Any]]
STAFF_PATHS = ("/desk", "/studio", "/account", "/people", "/audit", "/setup", "/staff", "/welcome")
# A waiting request looks this often whether its session is still good; cut off means within 5 s.
LOOK_EVERY_S = 2.0
# Rooms whose doors are for visitors: what opens there is decided by the conversation's own token.
VISITOR_ROOMS = (
    "web.chat.routes.conversations",
    "web.chat.routes.health",
    "web.chat.routes.ratings",
    "web.chat.routes.reply_contacts",
    "web.help_center.routes.answers_list",
    "web.help_center.routes.help_center",
    "web.help_center.routes.votes",
    "web.setup.routes.homepage",
    "web.widget.routes.widget",
)


@dataclass(frozen=True)
class AccessRule:
    """Which roles a door opens to (None: everybody), and whether passing it counts as being there."""

    roles: frozenset[str] | None
    background: bool = False
    without_second_factor: bool = False
    while_locked: bool = False


class NoRuleError(Exception):
    """A door says neither `allow` nor `open_to_all`."""


def allow(
    *roles: str,
    background: bool = False,
    without_second_factor: bool = False,
    while_locked: bool = False,
) -> Callable[[Handler], Handler]:
    """Open a door to those who have one of these roles, signed in and not locked.

    `background`: the page asks by itself, so that asking does not keep the session from locking.
    `without_second_factor`: also where one is required and not set up yet; that is where it is set up.
    `while_locked`: also for a locked screen. Such a door gives no word of anybody.
    """
    if not roles or set(roles) - set(ROLES):
        raise NoRuleError(f"allow({', '.join(roles)}): name one or more of {', '.join(ROLES)}.")
    return _guarded(AccessRule(frozenset(roles), background, without_second_factor, while_locked))


def open_to_all(handler: Handler) -> Handler:
    """Open a staff door to everybody: signing in itself. Changes need the browser's form token."""
    return _guarded(AccessRule(None))(handler)


def staff_of(request: Request) -> Staff:
    """Who passed the guard."""
    staff: Staff = request.ctx.staff
    return staff


def staff_page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTTPResponse:
    """Draw a page within the frame of all staff pages."""
    staff = staff_of(request)
    frame = {
        "staff": staff,
        "sections": navigation.sections_for(staff.roles, at=request.path),
        "theme": theme_of(request),
        "hears": staff.may(DESK, ADMINISTRATOR),
        "lock_after_minutes": context_of(request).settings.limits.lock_after_minutes,
    }
    response: HTTPResponse = request.app.ctx.pages.draw(template, status=status, **frame, **values)
    return response


async def problem_page(request: Request, sentence: str, status: int) -> HTTPResponse | None:
    """The page of an error within the frame; None for whoever is not signed in, or elsewhere."""
    if not request.path.startswith(STAFF_PATHS):
        return None
    staff = getattr(request.ctx, "staff", None) or await _staff_here(request)
    if staff is None:
        return None
    request.ctx.staff = staff
    home = navigation.home_of(staff.roles)
    return staff_page(request, "staff/problem.html", status=status, sentence=sentence, home=home)


async def _staff_here(request: Request) -> Staff | None:
    """Who is signed in on a page that no guard has looked at, or that is not theirs."""
    try:
        session = await session_of(request)
    except RECORD_AWAY:
        return None
    is_open = session is not None and session.stage == sessions.OPEN and not session.is_locked
    return session.staff if session is not None and is_open else None


def theme_of(request: Request) -> str:
    """Light or dark, as chosen on this browser; empty means as the system has it."""
    chosen = cookies.read(request, cookies.THEME)
    return chosen if chosen in {"light", "dark"} else ""


def check_doors(app: Sanic) -> None:
    """Look for a door without a rule. Raises NoRuleError."""
    for route in app.router.routes:
        if rule_of(route) is None and not is_visitors(route):
            raise NoRuleError(f"{route.path} ({route.handler.__module__}) needs @allow or @open_to_all.")


def rule_of(route: Any) -> AccessRule | None:
    """The rule of a route, as its door says it."""
    return getattr(route.handler, "rule", None)


def is_visitors(route: Any) -> bool:
    """Whether a route is for visitors, or a file of ours that anybody may have."""
    return route.path.startswith("static/") or route.handler.__module__ in VISITOR_ROOMS


async def session_of(request: Request) -> Session | None:
    """The session of this browser, at whatever stage."""
    context = context_of(request)
    async with context.db.read() as tx:
        token = cookies.read(request, cookies.SESSION)
        return await sessions.find(tx, token, limits=context.settings.limits, now=context.clock())


async def to_sign_in(request: Request, error: Exception) -> HTTPResponse:
    """Lead a browser to the page that asks for what is missing; tell a script what it is."""
    sentence, status = getattr(error, "sentence", ""), getattr(error, "status", 401)
    if not wants_page(request):
        return json({"ok": False, "error": sentence, "status": status}, status=status)
    page = "/unlock" if isinstance(error, Locked) else getattr(error, "page", "/sign-in")
    back = f"?next={quote(request.path)}" if request.method == "GET" and request.path != "/" else ""
    return redirect(f"{page}{back}", status=303)


def _guarded(rule: AccessRule) -> Callable[[Handler], Handler]:
    def around(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request, *args: Any, **kwargs: Any) -> Any:
            await _admit(request, rule)
            if rule.roles is None:
                return await handler(request, *args, **kwargs)
            return await _until_cut_off(request, rule, handler(request, *args, **kwargs))

        guarded.rule = rule  # type: ignore[attr-defined]
        return guarded

    return around


async def check_before_body(request: Request, rule: AccessRule) -> Session | None:
    """Ask all that a door asks, but for the form token, which stands in the body.

    The session, or None at a door for everybody. Raises NotSignedIn, Locked or Forbidden.
    """
    _check_origin(request)
    if rule.roles is None:
        return None
    session = await session_of(request)
    _check_session(request, session, rule)
    return session


async def _admit(request: Request, rule: AccessRule) -> None:
    """Let in who may come in. Raises NotSignedIn, Locked or Forbidden."""
    session = await check_before_body(request, rule)
    if session is None:
        _check_form(request, cookies.form_token_of_device(cookies.device_token(request)))
        return
    _check_form(request, session.staff.form_token)
    request.ctx.staff, request.ctx.is_locked = session.staff, session.is_locked
    context = context_of(request)
    if not rule.background and sessions.is_worth_noting(session, now=context.clock()):
        async with context.db.write() as tx:
            await sessions.use(tx, session.staff.session_id, now=context.clock())


def _check_session(request: Request, session: Session | None, rule: AccessRule) -> None:
    if session is None or session.stage != sessions.OPEN:
        raise NotSignedIn("Please sign in.")
    if session.is_locked and not rule.while_locked:
        raise Locked("This screen is locked. Your password opens it.")
    is_required = context_of(request).settings.second_factor == "required"
    if is_required and not session.has_second_factor and not rule.without_second_factor:
        raise NotSignedIn("Please set up your second step first.", page="/account/second-factor")
    if rule.roles is not None and not session.staff.roles & rule.roles:
        raise Forbidden("Your account does not have access to this page. An administrator can change that.")


def _check_origin(request: Request) -> None:
    if request.method not in SAFE_METHODS and not is_own_page(request):
        raise Forbidden(say("foreign_page"))


def _check_form(request: Request, expected: str) -> None:
    """Only our own pages know the form token. Raises Forbidden."""
    if request.method in SAFE_METHODS:
        return
    sent = request.headers.get("x-form-token") or form_value(request, "form_token")
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise Forbidden(say("foreign_page"))


async def _until_cut_off(request: Request, rule: AccessRule, work: Awaitable[Any]) -> Any:
    """Wait for the answer as long as the session is good. Raises what the session lacks."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({task}, timeout=LOOK_EVERY_S))[0]:
            _check_session(request, await session_of(request), rule)
        return await task
    finally:
        task.cancel()
