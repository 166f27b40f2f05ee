"""The doors for machines: whether visitors get an answer, which version answers, where to report a hole."""

from __future__ import annotations

from datetime import timedelta

from sanic import Blueprint, HTTPResponse, Request, json, text

from web.chat.health import HealthCheck
from web.core.errors import NotFound
from web.core.settings import version
from web.http.requests import context_of

bp = Blueprint("health")


@bp.route("/health", methods=["GET", "HEAD"])
async def health(request: Request) -> HTTPResponse:
    """Say 200 when a visitor who writes now is answered, 503 with the reasons when not."""
    check: HealthCheck = request.app.ctx.health_check
    problems = (await check.now()).problems
    body = {
        "ok": not problems,
        "version": version(),
        "release": context_of(request).manifests.current().release,
        "problems": list(problems),
    }
    return json(body, status=503 if problems else 200, headers={"cache-control": "no-store"})


@bp.route("/.well-known/security.txt", methods=["GET", "HEAD"])
async def security_txt(request: Request) -> HTTPResponse:
    """Say where to report a hole (RFC 9116), when the settings name a contact."""
    context = context_of(request)
    if not context.settings.security_contact:
        raise NotFound("There is no contact for security here.")
    # It must not be older than a year; it says so of itself, so that nobody has to renew it.
    expires = (context.clock() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {context.settings.security_contact}",
        f"Expires: {expires}",
        "Preferred-Languages: en",
        f"Canonical: {context.settings.public_url}/.well-known/security.txt",
    ]
    return text("\n".join([*lines, ""]), headers={"cache-control": "max-age=86400"})
