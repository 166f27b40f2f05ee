"""Each part is started on loopback, with the secrets it needs and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.house import LOOPBACK, House, SettingsError, published_model
from deploy.supervise import children_of


@pytest.fixture
def house(tmp_path: Path) -> House:
    releases = tmp_path / "releases"
    releases.mkdir()
    (releases / "published").write_text("7\n", encoding="utf-8")
    return House.from_environment({"FRONT_DESK_VAR": str(tmp_path)})


def test_the_token_is_new_at_each_start_and_on_no_command_line(house: House) -> None:
    assert house.bot_token != House.from_environment({}).bot_token
    commands = [house.actions_command(), house.bot_command(), house.web_command()]
    for token in (house.bot_token, house.actions_token):
        assert not [word for command in commands for word in command if token in word]
    assert house.environ(with_token=True)["FRONT_DESK_BOT_TOKEN"] == house.bot_token
    assert "FRONT_DESK_BOT_TOKEN" not in house.environ(with_token=False)


def test_the_bot_half_listens_on_loopback_and_reports_to_nobody(house: House) -> None:
    command = house.bot_command()
    assert command[command.index("-i") + 1] == LOOPBACK
    environ = house.environ(with_token=False)
    assert environ["RASA_TELEMETRY_ENABLED"] == "false"


def test_bot_and_action_server_share_a_token_that_the_web_half_does_not_get(house: House) -> None:
    actions, web = children_of(house)
    assert actions.environ["FRONT_DESK_ACTIONS_TOKEN"] == house.actions_token
    assert house.environ(with_token=True)["FRONT_DESK_ACTIONS_TOKEN"] == house.actions_token
    assert "FRONT_DESK_ACTIONS_TOKEN" not in web.environ
    assert house.actions_token != House.from_environment({}).actions_token


def test_the_bot_starts_with_the_published_release(house: House, tmp_path: Path) -> None:
    assert house.bot_command()[-1] == str(tmp_path / "releases" / "7" / "model.tar.gz")


def test_without_a_release_there_is_no_model(tmp_path: Path) -> None:
    assert not published_model(tmp_path).exists()


def test_another_port_of_the_action_server_reaches_rasa(tmp_path: Path) -> None:
    environ = {"FRONT_DESK_VAR": str(tmp_path), "FRONT_DESK_ACTIONS_PORT": "6055"}
    house = House.from_environment(environ)
    assert "http://127.0.0.1:6055/webhook" in house.endpoints().read_text(encoding="utf-8")
    assert house.actions_command()[-1] == "6055"


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "８０"])
def test_a_wrong_port_is_named(port: str) -> None:
    with pytest.raises(SettingsError, match="FRONT_DESK_BOT_PORT"):
        House.from_environment({"FRONT_DESK_BOT_PORT": port})


@pytest.mark.parametrize(
    ("host", "page"),
    [("127.0.0.1", "http://127.0.0.1:8000/"), ("0.0.0.0", "http://127.0.0.1:8000/")],
)
def test_the_page_can_be_opened_where_it_is_served(host: str, page: str) -> None:
    assert House.from_environment({"FRONT_DESK_HOST": host}).page_url == page
