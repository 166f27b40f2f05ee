"""The settings of the web half, read once from the environment (see `docs/operators.md`)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import tomllib

from web.core.client_ip import Network, read_networks
from web.core.limits import Limits
from web.core.setting_names import misspelt

ROOT = Path(__file__).resolve().parent.parent.parent
Mode = Literal["demo", "live"]
MIN_SECRET_CHARS = 24
# Of Chrome, Edge, Firefox and Safari. A dot in front: every name that ends so.
PUSH_SERVICES = "fcm.googleapis.com, .push.services.mozilla.com, .push.apple.com, .notify.windows.com"
SecondFactor = Literal["optional", "required"]


class SettingsError(Exception):
    """One or more settings cannot be used; each line names one and says what was expected."""


@lru_cache(maxsize=1)
def version() -> str:
    """Which version of Front Desk this is, as `pyproject.toml` says."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


@dataclass(frozen=True)
class Settings:
    """Everything the service is told from outside. The secrets stay out of its printed form."""

    host: str = "127.0.0.1"
    port: int = 8000
    var: Path = Path("var")
    database_url: str = field(default="", repr=False)
    mode: Mode = "demo"
    allowed_sites: tuple[str, ...] = ()
    bot_url: str = "http://127.0.0.1:5005"
    bot_token: str = field(default="", repr=False)
    desk: bool = True
    second_factor: SecondFactor = "optional"
    smtp_url: str = field(default="", repr=False)
    mail_to: str = ""
    webhook_url: str = field(default="", repr=False)
    sms_webhook_url: str = field(default="", repr=False)
    sms_webhook_secret: str = field(default="", repr=False)
    push_services: tuple[str, ...] = ()
    public_url: str = "http://127.0.0.1:8000"
    clinic_file: Path = ROOT / "clinic.yml"
    trusted_proxies: tuple[Network, ...] = ()
    metrics_port: int = 0
    listen_fd: int = -1  # of a socket that the supervisor opened; -1: we listen ourselves
    web_number: int = 0  # of several web processes; the first does what only one has to
    security_contact: str = ""
    widget_file: Path = ROOT / "widget.yml"
    limits: Limits = field(default_factory=Limits)

    @property
    def releases(self) -> Path:
        """Folder of the releases and of the pointer to the published one."""
        return self.var / "releases"

    @property
    def sqlite(self) -> Path:
        """Where the record is when no other database is named."""
        return self.var / "front-desk.sqlite3"

    @property
    def alive_file(self) -> Path:
        """What one of several web processes touches to say that it is there."""
        return self.var / f"web-{self.web_number + 1}.alive"

    @property
    def key_file(self) -> Path:
        """The installation's key, for what is sealed in the record; never in the record itself."""
        return self.var / "second-factor.key"

    @property
    def record_key_file(self) -> Path:
        """The keys of what names a person in the record; never in the record itself."""
        return self.var / "record.key"

    @property
    def push_key_file(self) -> Path:
        """The key by which push services know this installation; never in the record itself."""
        return self.var / "push.key"

    @property
    def push_subject(self) -> str:
        """Whom a push service may write to about what we send (RFC 8292)."""
        return self.public_url if self.is_https else f"mailto:{self.mail_to.partition(',')[0]}"

    @property
    def has_mailbox(self) -> bool:
        """Whether mail can leave and somebody receives it."""
        return bool(self.smtp_url and self.mail_to)

    @property
    def can_tell(self) -> bool:
        """Whether somebody can be told outside of the desk: by mail or by a webhook."""
        return self.has_mailbox or bool(self.webhook_url)

    @property
    def reply_ways(self) -> tuple[str, ...]:
        """By which ways a visitor who left can hear of an answer: "email", "sms"."""
        if not self.desk:
            return ()
        ways = (("email", self.has_mailbox), ("sms", bool(self.sms_webhook_url)))
        return tuple(way for way, is_there in ways if is_there)

    @property
    def public_origin(self) -> str:
        """The public address without a path: what browsers call our origin."""
        return origin_of(self.public_url)

    @property
    def path_prefix(self) -> str:
        """The path in front of everything ("/chat-desk"); empty when we have a name of our own."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def secure_cookies(self) -> bool:
        """Cookies need https, except on this machine itself."""
        parts = urlsplit(self.public_url)
        return parts.scheme == "https" or not is_loopback(parts.hostname or "")

    @property
    def is_https(self) -> bool:
        """Whether people come by https."""
        return self.public_url.startswith("https://")

    def doubts(self) -> list[str]:
        """What may be meant so and mostly is not, in sentences for the log of a start."""
        if self.is_https and not self.trusted_proxies:
            return [
                "FRONT_DESK_PUBLIC_URL is an https address and FRONT_DESK_TRUSTED_PROXIES is empty: all "
                "visitors seem to come from the proxy and share the limits of one address. Name the proxy, "
                "for example 127.0.0.1."
            ]
        return []

    def answers_to(self, host: str) -> bool:
        """Whether a request may name this host. In live mode: the public address, or this machine."""
        if self.mode != "live":
            return True
        try:
            named = urlsplit(f"//{host}")
            port, hostname = named.port, named.hostname or ""
        except ValueError:
            return False
        if is_loopback(hostname):  # the supervisor's watch, a check of the operator's
            return True
        own = urlsplit(self.public_url)
        usual = {"http": 80, "https": 443}[own.scheme]
        return (hostname, port or usual) == (own.hostname, own.port or usual)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read every setting. Raises SettingsError with one line for each that cannot be used."""
        reader = _Reader(environ)
        host = reader.read("FRONT_DESK_HOST", "127.0.0.1", _text)
        port = reader.read("FRONT_DESK_PORT", "8000", _port)
        var = reader.read("FRONT_DESK_VAR", "var", lambda text: Path(text).resolve())
        mode = reader.read("FRONT_DESK_MODE", "demo", _one_of("demo", "live"))
        factor = "required" if mode == "live" else "optional"
        settings = cls(
            host=host,
            port=port,
            var=var,
            database_url=reader.read("DATABASE_URL", _sqlite_in(var), _database_url),
            mode=mode,
            allowed_sites=reader.read("FRONT_DESK_ALLOWED_SITES", "", _origins),
            bot_url=reader.read("FRONT_DESK_BOT_URL", "http://127.0.0.1:5005", _bot_url),
            bot_token=reader.read("FRONT_DESK_BOT_TOKEN", "", _text),
            desk=reader.read("FRONT_DESK_DESK", "on", _one_of("on", "off")) == "on",
            second_factor=reader.read("FRONT_DESK_SECOND_FACTOR", factor, _one_of("optional", "required")),
            smtp_url=reader.read("SMTP_URL", "", _smtp_url),
            mail_to=reader.read("MAIL_TO", "", _addresses),
            webhook_url=reader.read("FRONT_DESK_WEBHOOK_URL", "", _webhook_url),
            sms_webhook_url=reader.read("FRONT_DESK_SMS_WEBHOOK_URL", "", _webhook_url),
            sms_webhook_secret=reader.read("FRONT_DESK_SMS_WEBHOOK_SECRET", "", _secret),
            push_services=reader.read("FRONT_DESK_PUSH_SERVICES", PUSH_SERVICES, _push_services),
            limits=_limits(reader),
            trusted_proxies=reader.read("FRONT_DESK_TRUSTED_PROXIES", "", _networks),
            security_contact=reader.read("FRONT_DESK_SECURITY_CONTACT", "", _contact),
            listen_fd=reader.read("FRONT_DESK_LISTEN_FD", "-1", int),
            web_number=reader.read("FRONT_DESK_WEB_NUMBER", "0", int),
            metrics_port=reader.read("FRONT_DESK_METRICS_PORT", "0", _port_or_none),
            public_url=reader.read("FRONT_DESK_PUBLIC_URL", f"http://127.0.0.1:{port}", _public_url),
        )
        reader.complain_about(settings)
        if reader.problems:
            raise SettingsError("\n".join(reader.problems))
        return settings


# First parts of our own addresses: in front of them the same word would have two meanings.
OWN_PATHS = (
    "account", "answers", "answers.js", "audit", "chat", "desk", "health", "here", "invitation", "lock",
    "people", "robots.txt", "setup", "sign-in", "sign-out", "sitemap.xml", "staff", "static", "studio",
    "theme", "unlock", "v1", "welcome", "widget", "widget.js",
)  # fmt: skip
_SECRETS = {
    "SMTP_URL", "DATABASE_URL", "FRONT_DESK_BOT_TOKEN", "FRONT_DESK_WEBHOOK_URL",
    "FRONT_DESK_SMS_WEBHOOK_URL", "FRONT_DESK_SMS_WEBHOOK_SECRET",
}  # fmt: skip


class _Reader:
    """Reads one setting after the other and collects what is wrong."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.names: set[str] = set()
        self.problems: list[str] = []

    def read(self, name: str, default: str, read: Callable[[str], Any]) -> Any:
        self.names.add(name)
        text = self.environ.get(name, "").strip() or default
        try:
            return read(text)
        except ValueError as error:
            # These may hold a password: their value is not repeated.
            shown = "" if name in _SECRETS else f" is '{text}'"
            self.problems.append(f"{name}{shown}: expected {error}.")
            return read(default)

    def complain_about(self, settings: Settings) -> None:
        """Collect what is wrong between settings that are each right, and names that are none."""
        self.problems += misspelt(self.environ, known=self.names)
        if settings.mode == "live" and not settings.allowed_sites:
            self.problems.append(
                "FRONT_DESK_MODE is 'live': FRONT_DESK_ALLOWED_SITES must name the clinic's "
                "website, for example https://www.example.com."
            )
        if settings.mode == "live" and not settings.is_https:
            self.problems.append(
                "FRONT_DESK_MODE is 'live': FRONT_DESK_PUBLIC_URL must be the https address at which people "
                "reach Front Desk, for example https://chat.example.com. Without https passwords and what "
                "patients write could be read on their way."
            )
        if bool(settings.smtp_url) != bool(settings.mail_to):
            self.problems.append("SMTP_URL and MAIL_TO belong together: set both, or neither.")
        if bool(settings.sms_webhook_url) != bool(settings.sms_webhook_secret):
            self.problems.append(
                "FRONT_DESK_SMS_WEBHOOK_URL and FRONT_DESK_SMS_WEBHOOK_SECRET belong together: set both, or "
                "neither."
            )
        if settings.can_tell and not settings.desk:
            self.problems.append(
                "MAIL_TO or FRONT_DESK_WEBHOOK_URL is set and FRONT_DESK_DESK is 'off': what is told "
                "is only a link to the desk, so nobody could read the request. Switch the desk on."
            )


def _limits(reader: _Reader) -> Limits:
    chat_days = reader.read("FRONT_DESK_CHAT_DAYS", "30", _days)
    handoff_days = reader.read("FRONT_DESK_HANDOFF_DAYS", str(chat_days), _days)
    return Limits(chat_days=chat_days, handoff_days=handoff_days)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> str:
    """The origin of an address as browsers write it; empty when it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_usual = port in {None, {"http": 80, "https": 443}[parts.scheme]}
    return f"{parts.scheme}://{host}" if is_usual else f"{parts.scheme}://{host}:{port}"


def _sqlite_in(var: Path) -> str:
    return f"sqlite:///{var / 'front-desk.sqlite3'}"


def _text(text: str) -> str:
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError("a port between 1 and 65535")
    return int(text)


def _port_or_none(text: str) -> int:
    return 0 if text == "0" else _port(text)


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return read_networks(text)
    except ValueError as error:
        raise ValueError("addresses or networks with commas between, like 127.0.0.1, 10.0.0.0/8") from error


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 3650:
        raise ValueError("a number of days between 1 and 3650")
    return int(text)


def _one_of(*accepted: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in accepted:
            raise ValueError(" or ".join(accepted))
        return text

    return read


def _database_url(text: str) -> str:
    if not re.match(r"(sqlite:///|postgresql://|postgres://).+", text):
        raise ValueError("sqlite:///<path> or postgresql://<user>:<password>@<host>/<database>")
    return text


def _origin(text: str) -> str:
    parts = urlsplit(text)
    is_site = parts.scheme in {"http", "https"} and parts.hostname and parts.path in {"", "/"}
    if text and (not is_site or parts.query or parts.fragment or parts.username):
        raise ValueError("an address without a path, for example https://www.example.com")
    return origin_of(text)


def _public_url(text: str) -> str:
    """Read where people reach us: an origin, or a path of the clinic's website that leads to us alone."""
    parts = urlsplit(text)
    path = parts.path.rstrip("/")
    first = path.lstrip("/").split("/")[0]
    if not re.fullmatch(r"(/[A-Za-z0-9][A-Za-z0-9._-]*)*", path) or first in OWN_PATHS:
        taken = ", ".join(OWN_PATHS)
        raise ValueError(
            "an address like https://chat.example.com or https://www.example.com/chat-desk; its path may not "
            f"begin with one of ours ({taken})"
        )
    return f"{_origin(parts._replace(path='').geturl())}{path}"


def _origins(text: str) -> tuple[str, ...]:
    """Read addresses with commas between them, each once."""
    return tuple(dict.fromkeys(_origin(part.strip()) for part in text.split(",") if part.strip()))


def _bot_url(text: str) -> str:
    parts = urlsplit(text)
    # The bot trusts whoever has its token and speaks plain http: it stays on this machine.
    if parts.scheme != "http" or not is_loopback(parts.hostname or "") or parts.path not in {"", "/"}:
        raise ValueError("http://127.0.0.1:<port>")
    return text.rstrip("/")


def _webhook_url(text: str) -> str:
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if text and not (is_safe and parts.hostname):
        raise ValueError('https://<host>/<path> of a chat that takes {"text": ...}')
    return text


def _push_services(text: str) -> tuple[str, ...]:
    """Read the names of push services; one on this machine itself is an http address."""
    if text == "off":
        return ()
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for name in names:
        is_here = name.startswith("http://") and is_loopback(urlsplit(name).hostname or "")
        if not is_here and not re.fullmatch(r"\.?([a-z0-9-]+\.)+[a-z][a-z0-9-]*", name):
            raise ValueError("off, or names of push services with commas between, like fcm.googleapis.com")
    return names


def _secret(text: str) -> str:
    if text and len(text) < MIN_SECRET_CHARS:
        raise ValueError(f"at least {MIN_SECRET_CHARS} characters that nobody can guess")
    return text


def _contact(text: str) -> str:
    """Read where to report a hole, as RFC 9116 wants it."""
    if text and not re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https://[^\s]+|tel:\+[\d-]+)", text):
        raise ValueError("mailto:<address>, https://<page> or tel:+<number>")
    return text


def _smtp_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise ValueError("smtp://<user>:<password>@<host>:<port> (or smtps://)")
    return text


def _addresses(text: str) -> str:
    for address in filter(None, (part.strip() for part in text.split(","))):
        if not re.fullmatch(r"[^@\s,<>]+@[^@\s,<>]+", address):
            raise ValueError("e-mail addresses with commas between them")
    return text
