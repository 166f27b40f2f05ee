"""Each part is started on loopback, with the secrets it needs and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.release_pointers import WantedRelease
from deploy.settings import LOOPBACK, Settings, SettingsError, published_model
from deploy.supervise import bots_of, children_of


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    releases = tmp_path / "releases"
    releases.mkdir()
    (releases / "published").write_text("7\n", encoding="utf-8")
    return Settings.from_environment({"FRONT_DESK_VAR": str(tmp_path)})


def test_the_token_is_new_at_each_start_and_on_no_command_line(settings: Settings) -> None:
    assert settings.bot_token != Settings.from_environment({}).bot_token
    commands = [settings.actions_command(), settings.bot_command(), settings.web_command()]
    for token in (settings.bot_token, settings.actions_token):
        assert not [word for command in commands for word in command if token in word]
    assert settings.environ(with_token=True)["FRONT_DESK_BOT_TOKEN"] == settings.bot_token
    assert "FRONT_DESK_BOT_TOKEN" not in settings.environ(with_token=False)


def test_the_bot_half_listens_on_loopback_and_reports_to_nobody(settings: Settings) -> None:
    command = settings.bot_command()
    assert command[command.index("-i") + 1] == LOOPBACK
    environ = settings.environ(with_token=False)
    assert environ["RASA_TELEMETRY_ENABLED"] == "false"


def test_bot_and_action_server_share_a_token_that_the_web_half_does_not_get(settings: Settings) -> None:
    actions, web = children_of(settings)
    assert actions.environ["FRONT_DESK_ACTIONS_TOKEN"] == settings.actions_token
    assert settings.environ(with_token=True)["FRONT_DESK_ACTIONS_TOKEN"] == settings.actions_token
    assert "FRONT_DESK_ACTIONS_TOKEN" not in web.environ
    assert settings.actions_token != Settings.from_environment({}).actions_token


def test_the_bot_starts_with_the_published_release(settings: Settings, tmp_path: Path) -> None:
    assert settings.bot_command()[-1] == str(tmp_path / "releases" / "7" / "model.tar.gz")


def test_without_a_release_there_is_no_model(tmp_path: Path) -> None:
    assert not published_model(tmp_path).exists()


def test_another_port_of_the_action_server_reaches_rasa(tmp_path: Path) -> None:
    environ = {"FRONT_DESK_VAR": str(tmp_path), "FRONT_DESK_ACTIONS_PORT": "6055"}
    settings = Settings.from_environment(environ)
    assert "http://127.0.0.1:6055/webhook" in settings.endpoints().read_text(encoding="utf-8")
    assert settings.actions_command()[-1] == "6055"


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "８０"])
def test_a_wrong_port_is_named(port: str) -> None:
    with pytest.raises(SettingsError, match="FRONT_DESK_BOT_PORT"):
        Settings.from_environment({"FRONT_DESK_BOT_PORT": port})


@pytest.mark.parametrize(
    ("host", "page"),
    [("127.0.0.1", "http://127.0.0.1:8000/"), ("0.0.0.0", "http://127.0.0.1:8000/")],
)
def test_the_page_can_be_opened_where_it_is_served(host: str, page: str) -> None:
    assert Settings.from_environment({"FRONT_DESK_HOST": host}).page_url == page


def test_the_bot_half_is_told_no_secret_of_the_record_or_the_mail(monkeypatch) -> None:
    secrets = {"DATABASE_URL": "postgresql://u:p@h/d", "SMTP_URL": "smtp://u:p@h", "MAIL_TO": "a@b.c"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment({})
    actions, web = children_of(settings)
    wanted = WantedRelease("7", "7", Path("model.tar.gz"))
    bot = bots_of(settings)._start_bot(lambda: wanted, 1, False)
    assert secrets.items() <= web.environ.items()
    for part in (actions, bot):
        assert not secrets.keys() & part.environ.keys()
