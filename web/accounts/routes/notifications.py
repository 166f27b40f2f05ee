"""Notifications on somebody's own devices (Web Push): turned on, listed, removed; and the installable app."""

from __future__ import annotations

import logging
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json, redirect

from web.accounts.roles import ADMINISTRATOR, DESK
from web.accounts.routes.login import where_of
from web.core.errors import KeyProblem, Refused
from web.http.guard import allow, open_to_all, staff_of
from web.http.prefix import prefix_of
from web.http.requests import context_of, form_value
from web.notifications.push import subscriptions
from web.notifications.push.vapid import VapidKey

bp = Blueprint("notifications", url_prefix="/account/notifications")
logger = logging.getLogger(__name__)


@bp.get("/key")
@allow(DESK, ADMINISTRATOR)
async def key(request: Request) -> HTTPResponse:
    """Give the key that a browser subscribes to."""
    _must_be_on(request)
    try:
        return json({"ok": True, "key": VapidKey(context_of(request).settings.push_key_file).public()})
    except KeyProblem as problem:
        logger.error("Alert: no device can be turned on: %s", problem)
        sentence = "Notifications cannot be turned on right now. Please tell whoever looks after Front Desk."
        raise Refused(sentence) from problem


@bp.post("/")
@allow(DESK, ADMINISTRATOR)
async def turn_on(request: Request) -> HTTPResponse:
    """Keep the device whose owner has just pressed the button."""
    _must_be_on(request)
    context, staff = context_of(request), staff_of(request)
    given = (form_value(request, name) for name in ("endpoint", "p256dh", "auth"))
    address = subscriptions.read(*given, services=context.settings.push_services)
    async with context.db.write() as tx:
        label = where_of(request).label
        await subscriptions.keep(tx, staff.id, address, label=label, now=context.clock())
    return json({"ok": True})


@bp.post("/<subscription_id:str>/remove")
@allow(DESK, ADMINISTRATOR)
async def remove(request: Request, subscription_id: str) -> HTTPResponse:
    """Forget one device of one's own; somebody else's is not found, and nothing happens."""
    context, staff = context_of(request), staff_of(request)
    async with context.db.write() as tx:
        await subscriptions.remove(tx, subscription_id, of=staff.id, now=context.clock())
    return redirect("/account?done=device#notifications", status=303)


@bp.get("/app.webmanifest")
@open_to_all
async def app_manifest(request: Request) -> HTTPResponse:
    """Describe the pages of staff as an app: phones of Apple notify only from their Home Screen."""
    prefix = prefix_of(request)
    icon = {"src": f"{prefix}/static/site/mark.svg", "sizes": "any", "type": "image/svg+xml"}
    about: dict[str, Any] = {
        "name": "Front Desk",
        "short_name": "Front Desk",
        "start_url": f"{prefix}/desk",
        "scope": f"{prefix}/",
        "display": "standalone",
        "icons": [icon],
    }
    return json(about, content_type="application/manifest+json")


def _must_be_on(request: Request) -> None:
    if not context_of(request).settings.push_services:
        raise Refused("Notifications on devices are switched off on this server.")
