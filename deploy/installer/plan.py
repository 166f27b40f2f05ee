"""What is to be installed, and where everything of it goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CODE = Path(__file__).resolve().parents[2]
USER, BOT_USER = "front-desk", "front-desk-bot"
# In the files of deploy/systemd and deploy/proxies these stand for what the plan says.
STANDS_FOR_CODE, STANDS_FOR_HOST, STANDS_FOR_PORT = "/opt/front-desk", "desk.clinic.example", "127.0.0.1:8000"
UNITS = (
    "front-desk.service",
    "front-desk-bot.service",
    "front-desk-backup.service",
    "front-desk-backup.timer",
    "front-desk-drill.service",
    "front-desk-drill.timer",
)
PROXIES = ("caddy", "nginx", "apache", "none")


@dataclass(frozen=True)
class Plan:
    """One installation. `root` is the machine's own, or a folder that stands for it."""

    host: str = ""
    sites: tuple[str, ...] = ()
    proxy: str = "caddy"
    port: int = 8000
    bot_port: int = 5005
    actions_port: int = 5055
    root: Path = Path("/")
    code: Path = CODE

    @property
    def is_real(self) -> bool:
        """Whether this is about the machine itself, and not a folder to look at."""
        return self.root == Path("/")

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.root / "etc/front-desk/settings"

    @property
    def bot_token(self) -> Path:
        """What the two halves know each other by; root's alone, systemd hands it to both."""
        return self.settings.with_name("bot-token")

    @property
    def var(self) -> Path:
        """The folder of everything that is made."""
        return self.root / "var/lib/front-desk"

    @property
    def serving(self) -> Path:
        """What of it the bot half is given to read."""
        return self.var / "serving"

    @property
    def temporary(self) -> Path:
        """On the disk: Debian 13 keeps /tmp in memory, and an installation does not fit there."""
        return self.var / "tmp"

    @property
    def backups(self) -> Path:
        """Where the nightly backups go."""
        return self.root / "var/backups/front-desk"

    @property
    def units(self) -> Path:
        """Where systemd looks."""
        return self.root / "etc/systemd/system"

    @property
    def command(self) -> Path:
        """The command `front-desk`, on everybody's path."""
        return self.root / "usr/local/bin/front-desk"

    @property
    def proxy_file(self) -> Path | None:
        """Where the proxy's file goes; None without one."""
        places = {
            "caddy": "etc/caddy/front-desk.caddy",
            "nginx": "etc/nginx/sites-available/front-desk",
            "apache": "etc/apache2/sites-available/front-desk.conf",
        }
        return self.root / places[self.proxy] if self.proxy in places else None

    @property
    def url(self) -> str:
        """Where people reach it."""
        return f"https://{self.host}"

    @property
    def local_url(self) -> str:
        """Where it listens, on this machine alone."""
        return f"http://127.0.0.1:{self.port}"
