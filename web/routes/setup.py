"""The first start: the one-time link makes the administrator."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, redirect

from web import invitations, set_up
from web.errors import Refused
from web.routes import cookies
from web.routes.guard import open_to_all
from web.routes.requests import form_value, house_of
from web.routes.sign_in import draw_outside, where_of

doors = Blueprint("setup", url_prefix="/setup")


@doors.get("/start/<code:str>")
@open_to_all
async def start_page(request: Request, code: str) -> HTTPResponse:
    """Ask who the administrator is."""
    house = house_of(request)
    async with house.db.read() as tx:
        await invitations.find(tx, code, now=house.clock())
    return draw_outside(request, "setup/administrator.html", code=code, sign_in_name="")


@doors.post("/start/<code:str>")
@open_to_all
async def start(request: Request, code: str) -> HTTPResponse:
    """Make the administrator and sign them in."""
    house = house_of(request)
    name, sign_in_name = form_value(request, "name"), form_value(request, "sign_in_name")
    try:
        token = await set_up.make_administrator(
            house.db,
            code,
            name=name,
            sign_in_name=sign_in_name,
            password=form_value(request, "password"),
            clinic=house.clinic.name,
            where=where_of(request),
            now=house.clock(),
        )
    except Refused as error:
        values = {"code": code, "name": name, "sign_in_name": sign_in_name, "problem": error.sentence}
        return draw_outside(request, "setup/administrator.html", status=error.status, **values)
    response = redirect("/staff", status=303)
    cookies.put(request, response, cookies.SESSION, token)
    return response
