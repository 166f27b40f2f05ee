"""Whether a backup would bring Front Desk back: tried on a copy, with the real web half."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.engine import make_url

from deploy.cli import record
from deploy.cli.archive import ArchiveManifest
from deploy.cli.backup import RECORD_KEY, SECOND_FACTOR_KEY
from deploy.cli.installation import CommandFailed, Installation, reason_of, say
from deploy.settings import SMS, WEB_PYTHON

READY_WITHIN_S = 120.0
ASK_EVERY_S = 0.2
# What a trial must not use: nothing is mailed or told to anybody, and nothing is asked of the real bot.
LEFT_OUT = ("SMTP_URL", "MAIL_TO", "FRONT_DESK_WEBHOOK_URL", "FRONT_DESK_MODE", "FRONT_DESK_PUBLIC_URL",
            "FRONT_DESK_ALLOWED_SITES", "FRONT_DESK_HOST", "FRONT_DESK_BOT_URL",
            "FRONT_DESK_METRICS_PORT", *SMS)  # fmt: skip


def try_out(
    installation: Installation, folder: Path, manifest: ArchiveManifest, database: str | None = None
) -> None:
    """Count, check the audit and open a chat on a copy of what was unpacked. Raises CommandFailed."""
    scratch = folder / "trial"
    shutil.copytree(folder / "releases", scratch / "releases", copy_function=os.link)
    for name in (SECOND_FACTOR_KEY, RECORD_KEY):
        if (keys := _first_of(folder / name, installation.var / name)) is not None:
            shutil.copy(keys, scratch / name)
    (scratch / "releases" / "published").write_text(f"{manifest.release}\n", encoding="utf-8")
    with _copy_of_record(installation, folder, scratch, manifest, database) as url:
        _check_counts(record.content_of(url), manifest)
        installation.give(scratch)
        settings = _settings(installation, scratch, url)
        checked = installation.web("audit", "verify", **settings)
        if checked.returncode != 0:
            raise CommandFailed(f"The backup's audit: {reason_of(checked)}")
        say(checked.stdout.strip())
        _open_a_chat(installation, scratch, settings)
        say("A chat was opened and a message was stored.")


def _first_of(*paths: Path) -> Path | None:
    return next((path for path in paths if path.exists()), None)


@contextmanager
def _copy_of_record(
    installation: Installation, folder: Path, scratch: Path, manifest: ArchiveManifest, database: str | None
) -> Iterator[str]:
    source = folder / manifest.record
    if manifest.record == record.SQLITE_FILE:
        copy = scratch / "front-desk.sqlite3"
        shutil.copy(source, copy)
        yield f"sqlite:///{copy}"
        return
    if database is not None:
        _refuse_unless_empty(database)
        record.put_into_postgres(installation, source, database)
        yield database
        return
    if record.is_sqlite(installation.database_url):
        raise CommandFailed(
            "The backup is of PostgreSQL and DATABASE_URL names none: set it, or name an empty one"
            " with --database."
        )
    with record.scratch_database(installation, f"front_desk_trial_{secrets.token_hex(4)}") as url:
        record.put_into_postgres(installation, source, url)
        yield url


def _refuse_unless_empty(database: str) -> None:
    if record.is_sqlite(database) or record.content_of(database).rows:
        shown = make_url(database).render_as_string()
        raise CommandFailed(
            f"{shown} is not an empty PostgreSQL database; a trial would overwrite what is there."
        )


def _check_counts(found: record.Content, manifest: ArchiveManifest) -> None:
    wrong = [
        f"{name} has {found.rows.get(name, 0)} rows and had {count}"
        for name, count in manifest.rows.items()
        if found.rows.get(name) != count
    ]
    if wrong or found.seal != manifest.seal:
        raise CommandFailed(
            f"The record in the backup is not what was put in: {'; '.join(wrong) or 'its audit'}."
        )
    chats, messages = manifest.rows.get("conversations", 0), manifest.rows.get("messages", 0)
    say(
        f"The record is intact: {chats} conversations, {messages} messages,"
        f" {sum(manifest.rows.values())} rows."
    )


def _settings(installation: Installation, scratch: Path, url: str) -> dict[str, str]:
    left_out = dict.fromkeys(LEFT_OUT, "")
    return left_out | {
        "FRONT_DESK_VAR": str(scratch),
        "DATABASE_URL": url,
        "FRONT_DESK_PORT": str(_free_port()),
    }


def _open_a_chat(installation: Installation, scratch: Path, settings: dict[str, str]) -> None:
    """Start the web half on the copy, and be its visitor."""
    log = scratch / "web.log"
    owner = installation.owner()
    as_owner: dict[str, Any] = {}
    if owner is not None:
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [WEB_PYTHON, "-m", "web"],
            cwd=installation.root,
            env=installation.child_environ() | settings,
            stdout=out,
            stderr=out,
            **as_owner,
        )
    try:
        url = f"http://127.0.0.1:{settings['FRONT_DESK_PORT']}"
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
            _wait_for(http, process, log)
            _chat(http)
    except httpx.HTTPError as error:
        raise CommandFailed(
            f"The web half does not serve what was restored: {type(error).__name__}."
        ) from error
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(http: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    until_s = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until_s:
        try:
            if http.get("/v1/health").is_success:
                return
        except httpx.TransportError:
            pass  # not up yet
        if process.poll() is not None:
            break
        time.sleep(ASK_EVERY_S)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    raise CommandFailed(f"The web half does not start on it: {lines[-1] if lines else 'it says nothing'}")


def _chat(http: httpx.Client) -> None:
    opened = http.post("/v1/conversations")
    opened.raise_for_status()
    chat = opened.json()
    sent = http.post(
        f"/v1/conversations/{chat['id']}/messages",
        json={"client_id": secrets.token_hex(8), "text": "hello"},
        headers={"authorization": f"Bearer {chat['token']}"},
    )
    sent.raise_for_status()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
