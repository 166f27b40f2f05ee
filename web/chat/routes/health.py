"""The door for monitors: whether visitors get an answer, and which version answers."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, json

from web.chat.health import HealthCheck
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
