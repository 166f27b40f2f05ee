"""`python -m web`: what an operator reads."""

from __future__ import annotations

import socket
import sqlite3

import pytest

from tests.web.browsing import PAGE, fill_in
from tests.web.conftest import PASSWORD, client_of
from web.__main__ import main


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


async def test_the_first_start_prints_a_link_until_somebody_has_an_account(services, empty):
    first = await services.start(database_url=empty)
    code = first.app.ctx.set_up_code
    assert code
    async with client_of(first) as http:
        path = f"/setup/start/{code}"
        made = await fill_in(http, path, name="Ada", sign_in_name="Ada@clinic.example", password=PASSWORD)
        assert (made.status_code, made.headers["location"]) == (303, "/setup/clinic")
        assert (await http.get("/desk", headers=PAGE)).status_code == 200
        assert (await http.get(path, headers=PAGE)).status_code == 404
    await services.stop(first)
    second = await services.start(database_url=empty)
    assert second.app.ctx.set_up_code is None


def test_breaking_the_glass_gives_a_link_and_is_written_down(environment, capsys):
    assert main(["break-glass"]) == 0
    assert "/setup/start/" in capsys.readouterr().out
    assert main(["break-glass", "nobody"]) == 1
    assert "Known: none yet." in capsys.readouterr().out
    assert main(["audit", "verify"]) == 0
    assert "The audit log has not been altered: 1 entries." in capsys.readouterr().out


def test_a_changed_audit_is_found(environment, capsys, tmp_path):
    for _ in range(3):
        main(["break-glass"])
    with sqlite3.connect(tmp_path / "var" / "front-desk.sqlite3") as record:
        record.execute("DROP TRIGGER audit_no_update")
        record.execute("UPDATE audit SET did = 'nothing' WHERE seq = 2")
    capsys.readouterr()
    assert main(["audit", "verify"]) == 1
    assert "entry 2 does not match" in capsys.readouterr().out
