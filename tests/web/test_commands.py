"""`python -m web`: what an operator reads."""

from __future__ import annotations

import asyncio
import socket

import pytest

from web import staff
from web.__main__ import main
from web.db import Database


@pytest.fixture
def environment(monkeypatch, tmp_path):
    monkeypatch.setenv("FRONT_DESK_VAR", str(tmp_path / "var"))
    return monkeypatch


def test_a_bad_setting_ends_the_start_with_its_name(environment, capsys):
    environment.setenv("FRONT_DESK_PORT", "eighty")
    assert main([]) == 2
    expected = "FRONT_DESK_PORT is 'eighty': expected a port between 1 and 65535."
    assert capsys.readouterr().err.strip() == expected


def test_a_taken_port_is_said_by_name(environment, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment.setenv("FRONT_DESK_PORT", str(port))
        assert main([]) == 1
    assert f"Port {port} on 127.0.0.1 is taken." in capsys.readouterr().err


def test_a_new_password_is_printed_once_and_works(environment, capsys, tmp_path):
    assert main(["new-password"]) == 0
    password = capsys.readouterr().out.splitlines()[0].rpartition(" ")[2]
    found = (tmp_path / "var" / "front-desk.sqlite3").stat().st_mode & 0o777
    assert found & 0o077 == 0

    async def known_hash():
        db = Database(f"sqlite:///{tmp_path / 'var' / 'front-desk.sqlite3'}")
        async with db.read() as tx:
            known = await staff.password_hash(tx)
        await db.close()
        return known

    known = asyncio.run(known_hash())
    assert staff.is_password(known, password)
    assert not staff.is_password(known, password[:-1])


async def test_the_first_start_makes_the_password_once(services, settings):
    (settings.var / "front-desk.sqlite3").unlink()
    first = await services.start()
    assert first.app.ctx.first_password
    await services.stop(first)
    second = await services.start()
    assert second.app.ctx.first_password is None
