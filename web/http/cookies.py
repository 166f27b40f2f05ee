"""The two cookies of staff: the session's, and the one that tells this browser from others."""

from __future__ import annotations

import hashlib
import re

from sanic import HTTPResponse, Request

from web.accounts.devices import Tokens
from web.http.requests import context_of

SESSION, DEVICE, THEME = "front_desk_staff", "front_desk_device", "front_desk_theme"
DEVICE_DAYS = 400  # browsers keep none longer
_TOKEN = re.compile(r"[\w-]{43}")


def name_of(request: Request, name: str) -> str:
    """A cookie's name; with https it begins so that no other site of the domain can set it.

    Below a path of the website it is for this path alone, which the stronger beginning does not allow.
    """
    settings = context_of(request).settings
    if not settings.secure_cookies:
        return name
    return f"__Secure-{name}" if settings.path_prefix else f"__Host-{name}"


def read(request: Request, name: str) -> str:
    """A cookie's value; empty when there is none."""
    return request.cookies.get(name_of(request, name)) or ""


def put(
    request: Request, response: HTTPResponse, name: str, value: str, *, days: float | None = None
) -> None:
    """Set a cookie that no script and no other site can use; without days it goes with the browser."""
    response.add_cookie(
        name_of(request, name),
        value,
        httponly=True,
        samesite="Strict",
        secure=context_of(request).settings.secure_cookies,
        path=context_of(request).settings.path_prefix or "/",
        max_age=None if days is None else int(days * 86400),
    )


def put_entry(request: Request, response: HTTPResponse, entry: Tokens) -> None:
    """Set both cookies after a full sign-in."""
    put(request, response, SESSION, entry.session)
    put(request, response, DEVICE, entry.device, days=DEVICE_DAYS)


def device_token(request: Request) -> str:
    """What this browser has been told to be; empty when it was told nothing, or says something odd."""
    token = read(request, DEVICE)
    return token if _TOKEN.fullmatch(token) else ""


def form_token_of_device(token: str) -> str:
    """The form token of somebody who is not signed in: only our page of this browser knows it."""
    return hashlib.sha256(b"form\0" + token.encode()).hexdigest() if token else ""


def label_of(request: Request) -> str:
    """Name a browser for people: "Firefox on Windows"."""
    agent = request.headers.get("user-agent", "")
    browsers = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Android", "Android"), ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Windows", "Windows"),
        ("Mac OS", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for sign, name in browsers if sign in agent), "A browser")
    system = next((name for sign, name in systems if sign in agent), "an unknown system")
    return f"{browser} on {system}"
