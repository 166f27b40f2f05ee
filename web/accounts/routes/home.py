"""What belongs to no page of staff in particular: where they begin, and the colours."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, redirect

from web.accounts import navigation
from web.accounts.roles import ROLES
from web.http import cookies
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import form_value, local_way

bp = Blueprint("staff_home")


@bp.get("/staff")
@allow(*ROLES, without_second_factor=True)
async def home(request: Request) -> HTTPResponse:
    """Lead to where somebody with these roles begins."""
    return redirect(navigation.home_of(staff_of(request).roles), status=303)


@bp.get("/welcome")
@allow(*ROLES, without_second_factor=True)
async def overview(request: Request) -> HTTPResponse:
    """Show everything this account opens."""
    return staff_page(request, "staff/overview.html")


@bp.post("/theme")
@allow(*ROLES, without_second_factor=True)
async def theme(request: Request) -> HTTPResponse:
    """Keep light or dark for this browser."""
    chosen = form_value(request, "theme")
    response = redirect(local_way(request, "/staff"), status=303)
    known = chosen in {"light", "dark"}
    cookies.put(
        request, response, cookies.THEME, chosen if known else "", days=cookies.DEVICE_DAYS if known else 0
    )
    return response
