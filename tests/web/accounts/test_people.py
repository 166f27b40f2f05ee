"""People come, change and go: invitations, roles, the last administrator, the audit of it all."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError, DBAPIError

from tests.web.browsing import PAGE, fill_in, sign_in
from tests.web.conftest import NOW, client_of, signed_in
from web import cli, migrations, schema
from web.accounts import accounts, audit
from web.core.db import Database

pytestmark = pytest.mark.thorough  # long in total

NEW_PASSWORD = "forty tame otters swim"
MARKUP = '<script>alert("x")</script>'


async def id_of(service, sign_in_name: str) -> str:
    async with service.db.read() as tx:
        account = await accounts.with_sign_in_name(tx, sign_in_name)
    assert account
    return account.id


def link_in(page: str) -> str:
    found = re.search(r"/invitation/[\w-]{43}", page)
    assert found
    return found.group(0)


async def invited(administrator, **fields) -> str:
    values = {"name": "New Nurse", "sign_in_name": "new@clinic.example", "roles": ["desk"], **fields}
    return link_in((await administrator.posts("/people", **values)).text)


async def test_somebody_invited_chooses_a_password_and_is_in_once(administrator, service):
    link = await invited(administrator)
    async with client_of(service) as http:
        answer = await fill_in(http, link, password=NEW_PASSWORD)
        assert answer.status_code == 303
        assert (await http.get(answer.headers["location"], headers=PAGE)).status_code == 200
        assert (await http.get("/people", headers=PAGE)).status_code == 403
        assert (await http.get(link, headers=PAGE)).status_code == 404


@pytest.mark.parametrize("password", ["short", "Password1234", "new nurse tea"])
async def test_an_invitation_takes_no_weak_password_and_stays_good(administrator, service, password):
    link = await invited(administrator)
    async with client_of(service) as http:
        assert (await fill_in(http, link, password=password)).status_code == 400
        assert (await fill_in(http, link, password=NEW_PASSWORD)).status_code == 303


async def test_an_invitation_ends(administrator, service):
    link = await invited(administrator)
    service.clock.move(timedelta(days=7, minutes=1))
    async with client_of(service) as http:
        assert (await http.get(link, headers=PAGE)).status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"roles": []}, "at least one role"),
        ({"roles": ["boss"]}, "at least one role"),
        ({"sign_in_name": "nina"}, "already"),
        ({"sign_in_name": "two words"}, "no spaces"),
        ({"name": "  "}, "Please write a name"),
        ({"name": "x" * 101}, "at most 100"),
    ],
)
async def test_what_cannot_be_an_account_is_said(administrator, fields, sentence):
    values = {"name": "New Nurse", "sign_in_name": "new@clinic.example", "roles": ["desk"], **fields}
    answer = await administrator.posts("/people", **values)
    assert answer.status_code == 400
    assert sentence in answer.text


async def test_a_name_is_text_on_every_page(administrator, service):
    await invited(administrator, name=MARKUP, sign_in_name=MARKUP)
    person = await id_of(service, MARKUP)
    for path in ("/people", f"/people/{person}", "/audit"):
        page = (await administrator.get(path)).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page


async def test_changed_roles_count_with_the_next_sign_in(administrator, service):
    person = await id_of(service, "nina")
    async with signed_in(service, "nurse") as nurse:
        await administrator.posts(f"/people/{person}", name="Nina", roles=["owner"])
        assert (await nurse.get("/account", headers=PAGE)).status_code == 303
    async with signed_in(service, "nurse") as nurse:
        assert (await nurse.get("/desk")).status_code == 403


@pytest.mark.parametrize("how", ["disable", "roles"])
async def test_the_last_administrator_stays(administrator, how):
    path, fields = f"/people/{administrator.staff.id}", {}
    if how == "disable":
        path += "/disable"
    else:
        fields = {"name": "Ada", "roles": ["desk"]}
    answer = await administrator.posts(path, **fields)
    assert answer.status_code == 400
    assert "last administrator" in answer.text
    assert (await administrator.get("/people")).status_code == 200


async def test_a_link_for_a_lost_password_does_not_go_around_the_second_step(administrator, service):
    person = await id_of(service, "nina")
    async with service.db.write() as tx:
        change = update(schema.accounts).where(schema.accounts.c.id == person)
        await tx.execute(change.values(totp_secret="A" * 32))
    link = link_in((await administrator.posts(f"/people/{person}/link")).text)
    async with client_of(service) as http:
        answer = await fill_in(http, link, password=NEW_PASSWORD)
        assert answer.headers["location"] == "/sign-in"
        assert (await sign_in(http, "nina", NEW_PASSWORD)).headers["location"].startswith("/sign-in/code")


async def test_a_broken_glass_lets_an_administrator_in_again(administrator, service, capsys):
    async with service.db.write() as tx:
        change = update(schema.accounts).where(schema.accounts.c.sign_in_name == "ada")
        await tx.execute(change.values(totp_secret="A" * 32, disabled_at=NOW, roles=["desk"]))
    settings = replace(service.settings, database_url=str(service.db.url.render_as_string(False)))
    assert await cli.break_glass(settings, "ada") == 0
    async with client_of(service) as http:
        answer = await fill_in(http, link_in(capsys.readouterr().out), password=NEW_PASSWORD)
        assert answer.status_code == 303
        assert (await http.get("/people", headers=PAGE)).status_code == 200
    async with service.db.read() as tx:
        (noted,) = await audit.find(tx, audit.AuditFilter(did="glass.broken"), limit=5)
    assert (noted["by"], noted["about_id"]) == ("host", administrator.staff.id)


async def test_everything_is_written_down_with_who_and_about_whom(administrator, service):
    await invited(administrator)
    person = await id_of(service, "new@clinic.example")
    await administrator.posts(f"/people/{person}/disable")
    async with service.db.read() as tx:
        found = await audit.find(tx, audit.AuditFilter(about_id=person), limit=10)
        assert (await audit.verify(tx)).broken_at is None
    assert [row["did"] for row in found] == ["account.disabled", "account.invited", "account.made"]
    assert {row["by"] for row in found} == {administrator.staff.id}
    assert NEW_PASSWORD not in str(await service.rows(schema.audit))


async def test_the_audit_is_found_by_who_what_and_when(administrator, service):
    await invited(administrator)
    tomorrow = f"{service.clock() + timedelta(days=2):%Y-%m-%d}"
    for query, is_there in (
        ({"did": "account.invited"}, True),
        ({"by": administrator.staff.id}, True),
        ({"did": "account.disabled"}, False),
        ({"since": tomorrow}, False),
        ({"until": tomorrow}, True),
        ({"about_id": "nothing"}, False),
    ):
        page = (await administrator.get("/audit", params=query)).text
        assert ("<tbody>" in page) is is_there, query
    broken = await administrator.get("/audit", params={"since": "tomorrow", "before": "x"})
    assert broken.status_code == 200
    assert "is not a date" in broken.text
    assert "The audit log has not been altered" in (await administrator.get("/audit?check=yes")).text


@pytest.mark.parametrize("change", [update(schema.audit).values(did="x"), delete(schema.audit)])
async def test_the_record_refuses_to_change_the_audit(empty, change):
    db = Database(empty)
    await migrations.upgrade(db)
    async with db.write() as tx:
        for number in range(3):
            await audit.note(tx, by="host", did="thing.done", about="things", about_id=str(number), now=NOW)
    with pytest.raises((DatabaseError, DBAPIError), match="only grows"):
        async with db.write() as tx:
            await tx.execute(change)
    async with db.read() as tx:
        assert await audit.verify(tx) == audit.Checked(3, (await audit.verify(tx)).last_hash)
    await db.close()
