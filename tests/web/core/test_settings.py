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
        ("FRONT_DESK_PUBLIC_URL", "example.com", "an address"),
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


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("FRONT_DESK_PUBIC_URL", " Did you mean FRONT_DESK_PUBLIC_URL?"),
        ("FRONT_DESK_TRUSTED_PROXY", " Did you mean FRONT_DESK_TRUSTED_PROXIES?"),
        ("FRONT_DESK_ZZZZ", ""),
    ],
)
def test_a_name_that_is_no_setting_is_named_without_its_value(name, meant):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: "secret"})
    assert str(caught.value) == f"{name} is no setting of Front Desk.{meant}"


def test_settings_of_the_other_parts_are_known():
    Settings.from_environment(
        {"FRONT_DESK_BOT_PORT": "5005", "FRONT_DESK_ENCODER": "e", "FRONT_DESK_PROVE": "1"}
    )


def test_https_without_a_trusted_proxy_is_doubted():
    https = {"FRONT_DESK_PUBLIC_URL": "https://chat.example.com"}
    (doubt,) = Settings.from_environment(https).doubts()
    assert "FRONT_DESK_TRUSTED_PROXIES is empty" in doubt
    assert Settings.from_environment({**https, "FRONT_DESK_TRUSTED_PROXIES": "127.0.0.1"}).doubts() == []
    assert Settings.from_environment({}).doubts() == []
