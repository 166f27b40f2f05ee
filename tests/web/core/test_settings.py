"""Settings: what a bad one is told, and what never shows."""

from __future__ import annotations

import pytest

from web.core.settings import Settings, SettingsError


def test_nothing_set_is_a_demo_on_loopback():
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.mode) == ("127.0.0.1", 8000, "demo")
    assert settings.database_url.endswith("/var/front-desk.sqlite3")
    assert settings.public_url == "http://127.0.0.1:8000"
    assert not settings.can_tell


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("FRONT_DESK_PORT", "80a", "a port between 1 and 65535"),
        ("FRONT_DESK_PORT", "0", "a port between 1 and 65535"),
        ("FRONT_DESK_PORT", "65536", "a port between 1 and 65535"),
        ("FRONT_DESK_PORT", "\u0663", "a port between 1 and 65535"),
        ("FRONT_DESK_MODE", "prod", "demo or live"),
        ("FRONT_DESK_DESK", "yes", "on or off"),
        ("FRONT_DESK_BOT_URL", "http://bot.example.com:5005", "http://127.0.0.1:<port>"),
        ("FRONT_DESK_BOT_URL", "rasa:5005", "http://127.0.0.1:<port>"),
        ("FRONT_DESK_PUBLIC_URL", "example.com", "an address without a path"),
        ("FRONT_DESK_ALLOWED_SITES", "https://example.com/chat", "an address without a path"),
        ("DATABASE_URL", "mysql://x", "sqlite:///<path>"),
        ("SMTP_URL", "mail.example.com", "smtp://<user>"),
        ("MAIL_TO", "desk", "e-mail addresses"),
    ],
)
def test_a_bad_setting_is_named_with_what_was_expected(name, value, expected):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value})
    assert any(line.startswith(name) and expected in line for line in str(caught.value).split("\n"))


def test_every_bad_setting_has_its_line():
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"FRONT_DESK_PORT": "x", "FRONT_DESK_MODE": "y"})
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"FRONT_DESK_MODE": "live"}, "FRONT_DESK_ALLOWED_SITES"),
        (
            {"FRONT_DESK_MODE": "live", "FRONT_DESK_ALLOWED_SITES": "https://www.example.com"},
            "FRONT_DESK_PUBLIC_URL must be the https address",
        ),
        (
            {
                "FRONT_DESK_MODE": "live",
                "FRONT_DESK_ALLOWED_SITES": "https://www.example.com",
                "FRONT_DESK_PUBLIC_URL": "http://chat.example.com",
            },
            "FRONT_DESK_PUBLIC_URL must be the https address",
        ),
        ({"MAIL_TO": "desk@example.com"}, "SMTP_URL and MAIL_TO"),
        (
            {
                "MAIL_TO": "desk@example.com",
                "SMTP_URL": "smtp://mail",
                "FRONT_DESK_DESK": "off",
            },
            "nobody could read the request",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused(environment, sentence):
    with pytest.raises(SettingsError, match=sentence):
        Settings.from_environment(environment)


@pytest.mark.parametrize("name", ["SMTP_URL", "DATABASE_URL"])
def test_a_password_in_a_bad_setting_is_not_repeated(name):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: "ftp://me:secret@host"})
    assert "secret" not in str(caught.value)


def test_secrets_stay_out_of_the_printed_form():
    settings = Settings(
        bot_token="secret", smtp_url="smtp://me:secret@host", database_url="postgresql://a:secret@b"
    )
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("public_url", "secure"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("https://chat.example.com", True),
        ("http://chat.example.com", True),
    ],
)
def test_cookies_are_secure_except_on_this_machine(public_url, secure):
    assert Settings(public_url=public_url).secure_cookies is secure
