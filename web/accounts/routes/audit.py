"""The audit, for administrators: who did what, with filters, and whether it is whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from web.accounts import accounts, audit, audit_labels, audit_subjects
from web.accounts.audit import AuditFilter
from web.accounts.roles import ADMINISTRATOR
from web.core.errors import BadRequest
from web.http.guard import allow, staff_page
from web.http.requests import context_of, whole_number

bp = Blueprint("audit", url_prefix="/audit")
PER_PAGE = 50


@bp.get("/")
@allow(ADMINISTRATOR)
async def page(request: Request) -> HTTPResponse:
    """Show the newest entries that fit the filters."""
    context = context_of(request)
    async with context.db.read() as tx:
        zone = (await context.clinic_now(tx)).time_zone
        wanted, problem = _wanted(request, zone or UTC)
        found = await audit.find(tx, wanted, limit=PER_PAGE + 1)
        values: dict[str, Any] = {
            "things": await audit_subjects.of(tx, found, zone),
            "names": await accounts.names(tx),
            "deeds": await audit.deeds(tx),
            "checked": await audit.verify(tx) if request.args.get("check") else None,
        }
    return staff_page(
        request,
        "accounts/audit.html",
        words=audit_labels,
        problem=problem,
        entries=found[:PER_PAGE],
        older=found[PER_PAGE - 1]["seq"] if len(found) > PER_PAGE else None,
        asked={name: request.args.get(name) or "" for name in ("by", "did", "about_id", "since", "until")},
        zone=zone,
        **values,
    )


def _wanted(request: Request, zone: tzinfo) -> tuple[AuditFilter, str]:
    """What is asked for; a date that is none is left out, and said."""
    problem = ""
    days: dict[str, datetime | None] = {"since": None, "until": None}
    for name, later in (("since", timedelta(0)), ("until", timedelta(days=1))):
        text = request.args.get(name) or ""
        try:
            days[name] = datetime.combine(date.fromisoformat(text) + later, time(), zone) if text else None
        except (ValueError, OverflowError):
            problem = f"'{text[:20]}' is not a date. Write one like 2026-03-24."
    try:
        before = whole_number(request.args.get("before"), default=0)
    except BadRequest:
        before = 0
    texts = {name: (request.args.get(name) or "")[:64] for name in ("by", "did", "about_id")}
    return AuditFilter(before=before, since=days["since"], until=days["until"], **texts), problem
