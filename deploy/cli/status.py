"""`front-desk status` and `doctor`: how it stands, what is wrong, and what to do about it."""

from __future__ import annotations

import shutil
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from deploy.cli import chores, services, settings_file
from deploy.cli.installation import BOT_UNIT, UNIT, Installation, reason_of

ANSWER_TIMEOUT_S = 10.0
ENOUGH_FREE_BYTES = 1_500_000_000  # a build takes up to 0.9 GB for a moment
BACKUP_AT_LEAST_EVERY = timedelta(hours=48)
CERTIFICATE_AT_LEAST_DAYS = 14
SETTINGS_WRONG = 2  # exit status of `python -m web`


@dataclass(frozen=True)
class Finding:
    """What is wrong, and what to do."""

    what: str
    do: str


def health(installation: Installation) -> dict[str, Any]:
    """What `/health` says on this machine; with the reason when nobody answers."""
    try:
        answer = httpx.get(f"{installation.local_url}/health", timeout=ANSWER_TIMEOUT_S, trust_env=False)
        return dict(answer.json())
    except (httpx.HTTPError, ValueError) as error:
        return {
            "ok": False,
            "problems": [f"Nobody answers at {installation.local_url} ({type(error).__name__})."],
        }


def lines(installation: Installation) -> Iterator[str]:
    """How it stands, a line for each thing."""
    now = health(installation)
    yield f"Front Desk     {installation.version} in {installation.root}"
    yield f"answers        {'yes' if now['ok'] else 'NO: ' + ' '.join(now['problems'])}"
    yield f"running        {now.get('version', '-')}, release {now.get('release') or '-'}"
    yield f"unit           {services.state() or 'none (started by hand)'}"
    yield f"address        {installation.environ.get('FRONT_DESK_PUBLIC_URL') or installation.local_url}"
    yield f"mode           {installation.environ.get('FRONT_DESK_MODE') or 'demo'}"
    yield f"settings       {installation.settings or 'the environment'}"
    yield f"record         {'SQLite' if installation.database_url.startswith('sqlite') else 'PostgreSQL'}"
    free = shutil.disk_usage(_there(installation.var)).free
    yield f"var            {installation.var}, {_megabytes(free)} free"
    last = last_backup(installation)
    yield f"last backup    {f'{last:%Y-%m-%d %H:%M} UTC' if last else 'none'}"


def problems(installation: Installation) -> list[Finding]:
    """Everything that is wrong, the most urgent first."""
    found: list[Finding] = []
    for look in (_settings, _unit, _answers, _disk, _proxy, _certificate, _backups, _drill, _left_over):
        found += look(installation)
    return found


def last_backup(installation: Installation) -> datetime | None:
    """When the newest backup was made."""
    newest = newest_backup(installation)
    return datetime.fromtimestamp(newest.stat().st_mtime, timezone.utc) if newest else None


def newest_backup(installation: Installation) -> Path | None:
    """The newest backup in the folder of the settings."""
    folder = Path(installation.environ.get("FRONT_DESK_BACKUP_TO") or installation.var / "backups")
    return max(folder.glob("front-desk-*.tar.gz*"), key=lambda path: path.name, default=None)


def _settings(installation: Installation) -> Iterator[Finding]:
    if installation.settings is not None and (sentence := settings_file.too_open(installation.settings)):
        yield Finding(*_halves(sentence))
    checked = installation.web("settings")
    if checked.returncode != 0:
        # One line for each wrong setting; of anything else, only the last line says something.
        is_told = checked.returncode == SETTINGS_WRONG
        for line in checked.stderr.strip().splitlines() if is_told else [reason_of(checked)]:
            yield Finding(line, f"Correct it in {installation.settings or 'the environment'}, then restart.")


def _unit(installation: Installation) -> Iterator[Finding]:
    for unit in (UNIT, BOT_UNIT):
        state = services.state(unit)
        if state and not state.startswith("active"):
            yield Finding(
                f"{unit} is {state}.", f"journalctl -u {unit} -n 50 says why; systemctl start {unit}"
            )


def _answers(installation: Installation) -> Iterator[Finding]:
    for problem in health(installation).get("problems", []):
        yield Finding(problem, "front-desk logs")


def _disk(installation: Installation) -> Iterator[Finding]:
    free = shutil.disk_usage(_there(installation.var)).free
    if free < ENOUGH_FREE_BYTES:
        yield Finding(
            f"The disk of {installation.var} has {_megabytes(free)} free; a build needs up to 1,500 MB.",
            f"Make room; {installation.var / 'cache'} may be deleted.",
        )


def _proxy(installation: Installation) -> Iterator[Finding]:
    public = installation.environ.get("FRONT_DESK_PUBLIC_URL", "")
    if public.startswith("https://") and not installation.environ.get("FRONT_DESK_TRUSTED_PROXIES"):
        yield Finding(
            "The address is https and no proxy is trusted: all visitors share the limits of one address.",
            "Set FRONT_DESK_TRUSTED_PROXIES=127.0.0.1 when the proxy is on this machine.",
        )


def _certificate(installation: Installation) -> Iterator[Finding]:
    parts = urlsplit(installation.environ.get("FRONT_DESK_PUBLIC_URL", ""))
    if parts.scheme != "https" or not parts.hostname:
        return
    try:
        days = _days_left(parts.hostname, parts.port or 443)
    except OSError as error:  # ssl's errors are among them
        yield Finding(
            f"{parts.hostname} is not reached by https: {_why(error)}.",
            "After an installation the certificate takes a minute, and the internet must reach ports 80 and "
            "443 here. Else the proxy's log says why: journalctl -u caddy (or nginx, apache2).",
        )
        return
    if days < CERTIFICATE_AT_LEAST_DAYS:
        yield Finding(
            f"The certificate of {parts.hostname} ends in {days} days.",
            "Look why the proxy does not renew it.",
        )


def _why(error: OSError) -> str:
    """What the system says, without its numbers."""
    return getattr(error, "verify_message", "") or error.strerror or str(error)


def _days_left(host: str, port: int) -> int:
    with (
        socket.create_connection((host, port), timeout=ANSWER_TIMEOUT_S) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
    ):
        ends = str((secure.getpeercert() or {}).get("notAfter"))
    seconds = ssl.cert_time_to_seconds(ends) - datetime.now(timezone.utc).timestamp()
    return int(seconds // 86400)


def _backups(installation: Installation) -> Iterator[Finding]:
    last = last_backup(installation)
    if last is None:
        yield Finding(
            "There is no backup yet.",
            "front-desk backup makes one now; front-desk-backup.timer makes one every night.",
        )
    elif datetime.now(timezone.utc) - last > BACKUP_AT_LEAST_EVERY:
        yield Finding(f"The last backup is of {last:%Y-%m-%d}.", "systemctl status front-desk-backup.timer")


def _drill(installation: Installation) -> Iterator[Finding]:
    drill = chores.last(installation).get(chores.DRILL)
    if drill and not drill.get("ok"):
        yield Finding(
            f"The newest backup could not be restored when it was tried: {drill.get('why')}",
            "front-desk restore --try; journalctl -u front-desk-drill",
        )


def _left_over(installation: Installation) -> Iterator[Finding]:
    for folder in sorted(_there(installation.var).glob("before-restore-*")):
        yield Finding(
            f"{folder} still holds the record from before a restore, with what visitors wrote.",
            f"When all is well: rm -r {folder}",
        )


def _halves(sentence: str) -> tuple[str, str]:
    what, _, do = sentence.rpartition(": ")
    return f"{what}.", do


def _there(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _megabytes(count: int) -> str:
    return f"{count // 1_000_000:,} MB"
