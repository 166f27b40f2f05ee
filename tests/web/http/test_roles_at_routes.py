"""Every staff door, tried by everybody: generated from the router, so that none is forgotten."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from sanic import Sanic

from tests.web.conftest import CAST, ON_BOTH, SharedService, async_fixture, run_shared_service, signed_in
from web.accounts.roles import ROLES
from web.http.guard import NoRuleError, allow, check_doors, is_visitors, rule_of
from web.schema import new_id

pytestmark = pytest.mark.thorough  # every door, by everybody


@async_fixture(scope="module", params=ON_BOTH)
async def shared_service(request, tmp_path_factory, template, verdicts):
    """A service of this file's own: what is tried here changes facts that others look at."""
    async with run_shared_service(request, tmp_path_factory.mktemp("doors"), template, verdicts) as shared:
        yield shared


EVERYBODY = ("stranger", *CAST)
# Passing one of these ends the session that the next door is tried with.
ENDS_A_SESSION = {"/sign-out", "/lock"}


def doors_of(app: Sanic) -> list[tuple[str, str, Any]]:
    """Every staff door: method, an address with made-up ids, its rule."""
    return [
        (method, "/" + re.sub(r"<[^>]+>", "not-there", route.path), rule_of(route))
        for route in app.router.routes
        for method in sorted(route.methods - {"HEAD", "OPTIONS"})
        if not is_visitors(route)
    ]


@pytest.mark.parametrize("who", EVERYBODY)
async def test_a_door_opens_to_its_roles_and_to_nobody_else(shared_service: SharedService, who: str) -> None:
    wrong = []
    for method, path, rule in doors_of(shared_service.service.app):
        if rule.roles is None:
            continue
        status = await tried(shared_service, who, method, path)
        may = who in CAST and bool(rule.roles & CAST[who][2])
        expected = "in" if may else "no sign-in" if who == "stranger" else "not allowed"
        if outcome(status) != expected:
            wrong.append(f"{who} at {method} {path}: {status}, expected {expected}")
    assert wrong == []


async def tried(shared_service: SharedService, who: str, method: str, path: str) -> int:
    """Try a door as a script would; the answer is the status."""
    if who == "stranger":
        return (await shared_service.http.request(method, path, data={"form_token": new_id()})).status_code
    async with signed_in(shared_service.service, who) as client:
        data = {"form_token": client.staff.form_token} if method != "GET" else None
        return (await client.request(method, path, data=data)).status_code


def outcome(status: int) -> str:
    """What a status says about the door; behind it, a made-up id may well be refused."""
    return {401: "no sign-in", 403: "not allowed", 500: "broken"}.get(status, "in")


async def test_a_change_needs_the_form_token_and_our_own_page(shared_service: SharedService) -> None:
    let_in = []
    async with signed_in(shared_service.service, "administrator") as client:
        for method, path, _rule in doors_of(shared_service.service.app):
            if method == "GET":
                continue
            ours = {"form_token": client.staff.form_token}
            for data, headers in (
                ({}, {}),
                ({"form_token": "guess"}, {}),
                (ours, {"origin": "https://evil.example"}),
                (ours, {"origin": "null"}),
                (ours, {"sec-fetch-site": "cross-site"}),
            ):
                answer = await client.request(method, path, data=data, headers=headers)
                if answer.status_code != 403:
                    let_in.append((method, path, data, headers, answer.status_code))
    assert let_in == []


async def test_no_page_changes_anything_by_being_looked_at(shared_service: SharedService) -> None:
    methods = {method for method, _path, _rule in doors_of(shared_service.service.app)}
    assert methods <= {"GET", "POST"}


async def test_a_door_without_a_rule_stops_the_start() -> None:
    def handler() -> None: ...

    bare = SimpleNamespace(path="desk/new", handler=handler)
    app: Any = SimpleNamespace(router=SimpleNamespace(routes=[bare]))
    with pytest.raises(NoRuleError, match="desk/new"):
        check_doors(app)


@pytest.mark.parametrize("roles", [(), ("boss",), ("desk", "boss")])
def test_a_rule_names_roles_that_there_are(roles: tuple[str, ...]) -> None:
    with pytest.raises(NoRuleError, match=ROLES[0]):
        allow(*roles)
