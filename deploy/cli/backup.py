"""`front-desk backup`: one file with everything that cannot be made again, while Front Desk runs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from deploy.cli import encryption, record
from deploy.cli.archive import ArchiveManifest, pack
from deploy.cli.installation import CommandFailed, Installation, say
from deploy.os_errors import why

KEY_SUFFIX, KEYS = ".key", "keys"
SECOND_FACTOR_KEY, RECORD_KEY, PUSH_KEY = "second-factor.key", "record.key", "push.key"
# Their line in the file of the keys says whose it is: it opens nothing, and a backup may be without it.
PUSH = b"push: "
# Made by hand in the checkout, or put there by somebody: not in the record.
CLINIC_FILES = ("clinic.yml", "widget.yml", "help_center.yml")
LOGOS = ("*.svg", "*.png", "*.jpg", "*.webp")
ROLLBACK_KEPT_S = 7 * 86_400
SPARE_BYTES = 5_000_000
TRIES = 3  # a release may be published while the record is copied


@dataclass(frozen=True)
class BackupOptions:
    """Where a backup goes, for whom it is encrypted, how many are kept, and where the key goes."""

    to: Path
    recipient: str = ""
    keep: int = 14
    keys_to: Path | None = None


def wish_of(
    installation: Installation,
    *,
    to: Path | None,
    recipient: str | None,
    keep: int | None,
    keys_to: Path | None,
    is_plain: bool = False,
) -> BackupOptions:
    """What was asked for, and else what the settings say. Raises CommandFailed."""
    settings = dict(installation.environ)
    if is_plain:
        settings.pop("FRONT_DESK_BACKUP_RECIPIENT", None)
    number = settings.get("FRONT_DESK_BACKUP_KEEP") or "14"
    if not number.isdecimal() or int(number) < 1:
        raise CommandFailed(f"FRONT_DESK_BACKUP_KEEP is '{number}': expected a number of backups to keep.")
    folder = to or Path(settings.get("FRONT_DESK_BACKUP_TO") or installation.var / "backups")
    if recipient == "":  # --encrypt without a name
        recipient = settings.get("FRONT_DESK_BACKUP_RECIPIENT", "")
        if not recipient:
            raise CommandFailed("For whom? Name an age recipient or gpg key: --encrypt age1..., or set "
                                "FRONT_DESK_BACKUP_RECIPIENT.")  # fmt: skip
    if recipient is None:
        recipient = settings.get("FRONT_DESK_BACKUP_RECIPIENT", "")
    return BackupOptions(
        folder.absolute(), recipient, keep or int(number), keys_to.absolute() if keys_to else None
    )


def back_up(installation: Installation, wish: BackupOptions) -> Path:
    """Make one backup and its key file; the answer is where it is. Raises CommandFailed."""
    try:
        return _back_up(installation, wish)
    except OSError as error:
        raise CommandFailed(f"No backup was made: {why(error)}. Earlier ones are as they were.") from error


def _back_up(installation: Installation, wish: BackupOptions) -> Path:
    wish.to.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_one(installation.var), _staging(installation.var) as folder:
        _check_room(installation, folder, wish.to)
        release, keys, copy, content = _moment(installation, folder)
        stamp = datetime.now(timezone.utc)
        manifest = ArchiveManifest(
            version=installation.version,
            made_at=stamp.isoformat(timespec="seconds"),
            record=copy.name,
            release=release,
            key_id=key_id(keys),
            seal=content.seal,
            rows=content.rows,
        )
        name = f"front-desk-{stamp:%Y%m%dT%H%M%SZ}"
        path = wish.to / f"{name}.tar.gz{encryption.suffix_for(wish.recipient)}"
        files = {copy.name: copy, **_others(installation, release)}
        with _whole_or_nothing(path) as part, encryption.writing(part, wish.recipient) as stream:
            pack(stream, manifest, files)
        _copy_keys(keys, wish, name)
    _forget_old(wish)
    _forget_record_before_update(installation.var)
    return path


def keys_in(folder: Path) -> bytes:
    """The keys of an installation as one file: of second steps, of the record, and of push services."""
    names = {SECOND_FACTOR_KEY: b"", RECORD_KEY: b"", PUSH_KEY: PUSH}
    found = [(start, folder / name) for name, start in names.items()]
    return b"".join(start + path.read_bytes().strip() + b"\n" for start, path in found if path.exists())


def key_id(keys: bytes) -> str:
    """A name for the keys that open something, which gives nothing of them away; empty without any."""
    opening = b"".join(line for line in keys.splitlines(keepends=True) if not line.startswith(PUSH))
    return hashlib.sha256(b"front desk key " + opening.strip()).hexdigest()[:16] if opening else ""


def _moment(installation: Installation, folder: Path) -> tuple[str, bytes, Path, record.Content]:
    """The release that is published, the keys, and the record that belongs to both."""
    for _ in range(TRIES):
        release, keys = _published(installation), keys_in(installation.var)
        copy, content = record.snapshot(installation, folder)
        if (_published(installation), keys_in(installation.var)) == (release, keys):
            return release, keys, copy, content
        copy.unlink()
    raise CommandFailed(
        "No backup was made: releases are published or keys are changed all the time. Try again in a minute."
    )


def _published(installation: Installation) -> str:
    pointer = installation.releases / "published"
    return pointer.read_text(encoding="utf-8").strip() if pointer.exists() else ""


def _others(installation: Installation, release: str) -> dict[str, Path]:
    """The files beside the record, by their names in the backup."""
    found = {f"clinic/{name}": installation.root / name for name in CLINIC_FILES}
    found |= {f"var/{path.name}": path for pattern in LOGOS for path in installation.var.glob(pattern)}
    if installation.settings is not None:
        found["settings"] = installation.settings
    found["releases/trained-from"] = installation.releases / "trained-from"
    folder = installation.releases / release
    if release:
        found |= {
            f"releases/{path.relative_to(installation.releases)}": path
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
    return {name: path for name, path in found.items() if path.is_file()}


def _copy_keys(keys: bytes, wish: BackupOptions, name: str) -> None:
    if not keys:
        return
    folder = wish.keys_to or wish.to / KEYS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}{KEY_SUFFIX}{encryption.suffix_for(wish.recipient)}"
    with _whole_or_nothing(path) as part, encryption.writing(part, wish.recipient) as stream:
        stream.write(keys)
    say(f"The keys are apart from it, in {path}: keep a copy of them at another place than the backup.")


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[Path]:
    """A name to write to, which becomes the real one when all is on the disk."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Refuse a second backup or restore on one var folder."""
    with (var / "backup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandFailed("Another backup or restore is at work here; wait for it.") from error
        yield


@contextmanager
def _staging(var: Path) -> Iterator[Path]:
    """A folder for the open copy, where the record is anyway; one of a broken-off backup goes first."""
    for left in var.glob(".backup-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=var))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_room(installation: Installation, folder: Path, to: Path) -> None:
    """Say that there is too little room before anything is written."""
    release = installation.releases / _published(installation)
    needed = sum(path.stat().st_size for path in release.rglob("*") if path.is_file())
    copied = 0
    if record.is_sqlite(installation.database_url):
        path = record.sqlite_path(installation.database_url)
        copied = path.stat().st_size if path.exists() else 0
    for place, bytes_ in ((folder, copied), (to, needed + copied // 3)):
        free = shutil.disk_usage(place).free
        if free < bytes_ + SPARE_BYTES:
            raise CommandFailed(
                f"No backup was made: {place} has {free // 1_000_000} MB free and about"
                f" {bytes_ // 1_000_000 + 1} MB are needed. Earlier ones are as they were."
            )


def _forget_old(wish: BackupOptions) -> None:
    """Delete the oldest backups over the number that is kept, with their keys."""
    found = sorted(wish.to.glob("front-desk-*.tar.gz*"), key=lambda path: path.name)
    for old in found[: -wish.keep]:
        old.unlink()
        name = old.name.partition(".")[0]
        for key in (wish.keys_to or wish.to / KEYS).glob(f"{name}{KEY_SUFFIX}*"):
            key.unlink()


def _forget_record_before_update(var: Path) -> None:
    """Delete the record from before an update when its time is over: it holds what visitors wrote."""
    for kept in (var / "before-update").glob("record.*"):
        if datetime.now(timezone.utc).timestamp() - kept.stat().st_mtime > ROLLBACK_KEPT_S:
            kept.unlink()
