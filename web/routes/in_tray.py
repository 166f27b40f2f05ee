"""The staff's door, `/in-tray`: open callbacks, handoffs, transcripts; behind one password."""

from __future__ import annotations

import asyncio
import hmac
import time
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json, redirect

from web import callbacks, handoffs, in_tray, staff
from web.errors import Forbidden, NotFound
from web.limits import Buckets
from web.routes.requests import form_value, house_of
from web.staff import Session
from web.words import say

doors = Blueprint("in_tray", url_prefix="/in-tray")

SIGN_IN = "/in-tray/sign-in"


def cookie_name(request: Request) -> str:
    """The session's cookie; with https its name keeps other sites of the domain from setting it."""
    is_secure = house_of(request).settings.secure_cookies
    return "__Host-front_desk_staff" if is_secure else "front_desk_staff"


@doors.listener("before_server_start")
async def set_up(app: Any) -> None:
    """Make the buckets for guesses."""
    limits = app.ctx.house.settings.limits
    app.ctx.guesses = Buckets(limits.sign_ins_per_address)
    app.ctx.all_guesses = Buckets(limits.sign_ins_of_all)


@doors.get("/sign-in")
async def sign_in_page(request: Request) -> HTTPResponse:
    """Ask for the password."""
    return request.app.ctx.pages.draw("in_tray/sign_in.html", problem="")


@doors.post("/sign-in")
async def sign_in(request: Request) -> HTTPResponse:
    """Open a session for the right password, at a rate that guessing cannot use."""
    house = house_of(request)
    pages = request.app.ctx.pages
    wait_s = _guess_wait(request)
    if wait_s:
        problem = f"Too many tries. Please wait {round(wait_s)} seconds, then try again."
        response: HTTPResponse = pages.draw("in_tray/sign_in.html", problem=problem, status=429)
        response.headers["retry-after"] = str(max(1, round(wait_s)))
        return response
    guess = form_value(request, "password")[:200].strip()
    async with house.db.read() as tx:
        known_hash = await staff.password_hash(tx)
    # Argon2 is slow on purpose: in a thread, so that visitors do not wait for it.
    if not await asyncio.to_thread(staff.is_password, known_hash, guess):
        problem = "This is not the password. `python -m web new-password` makes a new one."
        return pages.draw("in_tray/sign_in.html", problem=problem, status=403)
    async with house.db.write() as tx:
        token = await staff.sign_in(tx, now=house.clock())
    response = redirect("/in-tray", status=303)
    _set_cookie(request, response, token, days=house.settings.limits.session_days)
    return response


@doors.post("/sign-out")
async def sign_out(request: Request) -> HTTPResponse:
    """End the session."""
    session = await _signed_in(request)
    _check_form(request, session)
    async with house_of(request).db.write() as tx:
        await staff.sign_out(tx, session)
    response = redirect(SIGN_IN, status=303)
    _set_cookie(request, response, "", days=0)
    return response


@doors.get("/")
async def tray(request: Request) -> HTTPResponse:
    """Show what is open."""
    return await _draw_tray(request, "in_tray/tray.html")


@doors.get("/list")
async def tray_list(request: Request) -> HTTPResponse:
    """Give the list alone, for the page to refresh itself."""
    return await _draw_tray(request, "in_tray/_list.html")


@doors.get("/conversations/<conversation_id:str>")
async def transcript(request: Request, conversation_id: str) -> HTTPResponse:
    """Show one conversation from its beginning."""
    session = await _signed_in(request)
    house = house_of(request)
    async with house.db.read() as tx:
        shown = await in_tray.transcript(tx, conversation_id, zone=(await house.clinic_now(tx)).time_zone)
    if shown is None:
        raise NotFound(say("no_such_page"))
    return request.app.ctx.pages.draw("in_tray/transcript.html", shown=shown, session=session)


@doors.post("/callbacks/<request_id:str>/done")
async def callback_done(request: Request, request_id: str) -> HTTPResponse:
    """Mark a callback as done."""
    return await _close(request, request_id, callbacks.finish)


@doors.post("/handoffs/<request_id:str>/done")
async def handoff_done(request: Request, request_id: str) -> HTTPResponse:
    """Mark a handoff as resolved."""
    return await _close(request, request_id, handoffs.resolve_one)


async def _close(request: Request, request_id: str, close: Any) -> HTTPResponse:
    session = await _signed_in(request)
    _check_form(request, session)
    house = house_of(request)
    async with house.db.write() as tx:
        await close(tx, request_id, now=house.clock())
    return redirect("/in-tray", status=303)


async def _draw_tray(request: Request, template: str) -> HTTPResponse:
    session = await _signed_in(request)
    house = house_of(request)
    async with house.db.read() as tx:
        entries = await in_tray.entries(tx, zone=(await house.clinic_now(tx)).time_zone, now=house.clock())
    return request.app.ctx.pages.draw(template, entries=entries, session=session)


async def _signed_in(request: Request) -> Session:
    """The session of this browser; without one, the way leads to the password."""
    house = house_of(request)
    token = request.cookies.get(cookie_name(request)) or ""
    async with house.db.write() as tx:
        limits = house.settings.limits
        session = await staff.session(tx, token, limits=limits, now=house.clock())
    if session is None:
        raise NotSignedIn(say("no_such_page"))
    return session


class NotSignedIn(Forbidden):
    """Nobody is signed in here."""


async def to_sign_in(request: Request, _error: Exception) -> HTTPResponse:
    """Lead to the password page; a script is told that the session is over."""
    if request.path == "/in-tray/list":
        return json({"ok": False, "error": "Please sign in again.", "status": 401}, status=401)
    return redirect(SIGN_IN, status=303)


def _set_cookie(request: Request, response: HTTPResponse, token: str, *, days: float) -> None:
    response.add_cookie(
        cookie_name(request),
        token,
        httponly=True,
        samesite="Strict",
        secure=house_of(request).settings.secure_cookies,
        path="/",
        max_age=int(days * 86400),
    )


def _check_form(request: Request, session: Session) -> None:
    """Only our own pages know the form token. Raises Forbidden."""
    sent = form_value(request, "form_token")
    if not hmac.compare_digest(sent.encode(), session.form_token.encode()):
        raise Forbidden(say("foreign_page"))


def _guess_wait(request: Request) -> float:
    now_s = time.monotonic()
    ctx = request.app.ctx
    wait_s: float = ctx.guesses.take(request.ip, now_s=now_s)
    return wait_s or ctx.all_guesses.take("all", now_s=now_s)
