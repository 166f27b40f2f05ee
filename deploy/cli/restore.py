"""`front-desk restore`: bring a backup back, or only try whether it could be (`--try`).

Everything is checked on a copy first. Then files change places by renames, the record last; what was
there before stays in `var/before-restore-...`, and goes back by itself when a step fails.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from deploy.cli import record, services
from deploy.cli.archive import ArchiveManifest, BackupDamaged, unpack
from deploy.cli.backup import (
    CLINIC_FILES,
    KEY_SUFFIX,
    KEYS,
    PUSH,
    PUSH_KEY,
    RECORD_KEY,
    SECOND_FACTOR_KEY,
    key_id,
    keys_in,
    only_one,
)
from deploy.cli.encryption import reading
from deploy.cli.installation import CommandFailed, Installation, reason_of, say
from deploy.cli.trial import try_out
from deploy.cli.undo_log import UndoLog
from deploy.os_errors import why
from deploy.preflight import StartRefused, hold

MAX_KEY_BYTES = 10_000


@dataclass(frozen=True)
class RestoreOptions:
    """Which backup, its key file, what opens them, and where PostgreSQL's trial may happen."""

    file: Path
    key: Path | None = None
    identity: Path | None = None
    database: str | None = None


def try_restore(installation: Installation, wish: RestoreOptions) -> None:
    """Do everything but the restore itself, on a copy. Raises CommandFailed."""
    with (
        _sentences("The backup cannot be restored"),
        only_one(installation.var),
        _unpacked(installation, wish) as (folder, manifest),
    ):
        _key(installation, wish, folder, manifest)
        try_out(installation, folder, manifest, wish.database)


def restore(installation: Installation, wish: RestoreOptions) -> Path | None:
    """Bring a backup back; the answer is the folder of what was there before, if anything was.

    Raises CommandFailed.
    """
    with (
        _sentences("Nothing was restored, everything is as it was"),
        _not_running(installation),
        only_one(installation.var),
        _unpacked(installation, wish) as (folder, manifest),
    ):
        _refuse_other_database(installation, manifest)
        has_key = _key(installation, wish, folder, manifest)
        try_out(installation, folder, manifest, wish.database)
        with services.stopped(installation), hold(installation.var):
            for lock in ("supervisor.lock", "backup.lock"):  # else they would be root's
                installation.give(installation.var / lock)
            return _swap(installation, folder, manifest, has_key=has_key)


@contextmanager
def _not_running(installation: Installation) -> Iterator[None]:
    """Refuse at once what would be refused after the drill: one that runs and that nobody here can stop."""
    if not services.state().startswith("active"):
        with hold(installation.var):
            pass
        installation.give(installation.var / "supervisor.lock")
    yield


@contextmanager
def _unpacked(installation: Installation, wish: RestoreOptions) -> Iterator[tuple[Path, ArchiveManifest]]:
    for left in installation.var.glob(".restore-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=installation.var))
    try:
        with reading(wish.file, wish.identity) as stream:
            manifest = unpack(stream, folder)
        say(
            f"{wish.file.name}: made {manifest.made_at} by Front Desk {manifest.version},"
            f" {len(manifest.files)} files, each whole."
        )
        (folder / "releases").mkdir(exist_ok=True)
        installation.give(folder)
        yield folder, manifest
    except BackupDamaged as error:
        raise CommandFailed(f"{wish.file.name} cannot be used: {error}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _sentences(otherwise: str) -> Iterator[None]:
    """Say in a sentence what the system refused."""
    try:
        yield
    except StartRefused as error:
        raise CommandFailed(f"{otherwise}. {error}") from error
    except OSError as error:
        raise CommandFailed(f"{otherwise}: {why(error)}.") from error


def _refuse_other_database(installation: Installation, manifest: ArchiveManifest) -> None:
    was_sqlite = manifest.record == record.SQLITE_FILE
    if was_sqlite != record.is_sqlite(installation.database_url):
        kinds = ("SQLite", "PostgreSQL") if was_sqlite else ("PostgreSQL", "SQLite")
        raise CommandFailed(
            f"The backup is of a record on {kinds[0]} and DATABASE_URL names {kinds[1]}: set it as it was."
        )


def _key(installation: Installation, wish: RestoreOptions, folder: Path, manifest: ArchiveManifest) -> bool:
    """Find the key that belongs to the backup; False when there was none, or it is lost."""
    if not manifest.key_id:
        if wish.key:
            say(f"Nothing in this backup is sealed, so {wish.key} is not used.")
        return False
    found = wish.key or _key_beside(wish.file)
    if found is None:
        if key_id(keys_in(installation.var)) == manifest.key_id:
            return False  # they are in their place
        say("The keys of this backup are not beside it: name their file with --key. Without them nobody's "
            "second step opens, and `front-desk reset-second-factor --unreadable` takes those away; and "
            "names and numbers of callbacks and staff's notes stay sealed.")  # fmt: skip
        return False
    with reading(found, wish.identity) as stream:
        keys = stream.read(MAX_KEY_BYTES)
    if key_id(keys) != manifest.key_id:
        raise CommandFailed(f"{found} is not the key of this backup: it would open nothing sealed in it.")
    _lay_out(keys, folder)
    say("The key belongs to it.")
    return True


def _lay_out(keys: bytes, folder: Path) -> None:
    """Make the files of what the backup keeps in one; it need not have each."""
    lines = keys.splitlines(keepends=True)
    push = [line for line in lines if line.startswith(PUSH)]
    others = [line for line in lines if line not in push]
    parts = {
        SECOND_FACTOR_KEY: [line for line in others if b" " not in line.strip()],
        RECORD_KEY: [line for line in others if b" " in line.strip()],
        PUSH_KEY: [line.removeprefix(PUSH) for line in push],
    }
    for name, mine in parts.items():
        if part := b"".join(mine):
            path = folder / name
            path.write_bytes(part)
            path.chmod(0o600)


def _key_beside(file: Path) -> Path | None:
    name = file.name.partition(".")[0]
    near = [
        path for folder in (file.parent / KEYS, file.parent) for path in folder.glob(f"{name}{KEY_SUFFIX}*")
    ]
    return near[0] if near else None


def _swap(
    installation: Installation, folder: Path, manifest: ArchiveManifest, *, has_key: bool
) -> Path | None:
    """Put everything in its place, the record last."""
    before = installation.var / f"before-restore-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}"
    before.mkdir(mode=0o700)
    undo = UndoLog()
    try:
        known = deletions(installation, before, manifest.seal)
        for new, old in _places(installation, folder, manifest, has_key=has_key):
            _exchange(installation, new, old, before, undo)
        (installation.releases / "candidate").unlink(missing_ok=True)
        if manifest.record == record.SQLITE_FILE:
            replay(installation, known, f"sqlite:///{folder / manifest.record}")
            exchange_sqlite(installation, folder / manifest.record, before, undo)
        else:
            # One that cannot be read cannot be kept either.
            kept = before if known is not None else None
            exchange_postgres(installation, folder / manifest.record, kept, undo)
            replay(installation, known, installation.database_url)
    except BaseException:
        if undo.all():
            shutil.rmtree(before, ignore_errors=True)
        else:
            say(f"Not everything could be restored; what was here before is in {before}.")
        raise
    _keep_settings(installation, folder)
    if not any(before.iterdir()):  # a new machine: there was nothing
        before.rmdir()
        return None
    installation.give(before)
    return before


def _places(
    installation: Installation, folder: Path, manifest: ArchiveManifest, *, has_key: bool
) -> Iterator[tuple[Path, Path]]:
    """What goes where, but for the record."""
    if manifest.release:
        yield folder / "releases" / manifest.release, installation.releases / manifest.release
        pointer = folder / "published"
        pointer.write_text(f"{manifest.release}\n", encoding="utf-8")
        yield pointer, installation.releases / "published"
    yield folder / "releases" / "trained-from", installation.releases / "trained-from"
    for name in CLINIC_FILES:
        yield folder / "clinic" / name, installation.root / name
    for path in (folder / "var").glob("*"):
        yield path, installation.var / path.name
    if has_key:  # those that the backup has
        yield folder / SECOND_FACTOR_KEY, installation.key
        yield folder / RECORD_KEY, installation.record_key
        yield folder / PUSH_KEY, installation.push_key


def _exchange(installation: Installation, new: Path, old: Path, before: Path, undo: UndoLog) -> None:
    """Put one file or folder in the place of another, which is kept."""
    if not new.exists() or _is_same(new, old):
        return
    if old.parent.is_symlink():  # root would write wherever the service's user wants
        raise CommandFailed(f"{old.parent} is a link to another place: put the folder itself there.")
    kept = before / old.relative_to(old.parents[1] if old.parent == installation.releases else old.parent)
    owner = old.stat() if old.exists() else None
    if owner is not None:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _move_aside(old, kept, undo)
    old.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    undo.add(lambda: _remove(old))
    shutil.move(new, old)
    if old.is_relative_to(installation.var):
        installation.give(old)
    else:  # a file of the project: the service has to read it
        old.chmod(owner.st_mode & 0o777 if owner else 0o644)


def _is_same(new: Path, old: Path) -> bool:
    if new.is_dir() and old.is_dir():  # a release is never changed: its own list says what it is
        new, old = new / "manifest.json", old / "manifest.json"
    return new.is_file() and old.is_file() and new.read_bytes() == old.read_bytes()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def exchange_sqlite(installation: Installation, new: Path, before: Path, undo: UndoLog) -> None:
    """Put the record in its place. The old one's log would be read into the new one: it goes."""
    old = record.sqlite_path(installation.database_url)
    _fold_log(old)
    _fold_log(new)
    old.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if old.exists():  # until the very rename there is a record in its place
        os.link(old, before / old.name)
        undo.add(lambda: (before / old.name).replace(old))
    for path in _logs_of(old):
        if path.exists():
            _move_aside(path, before / path.name, undo)
    undo.add(lambda: remove_sqlite_log(old))  # the new one's
    new.replace(old)
    installation.give(old)


def remove_sqlite_log(record_file: Path) -> None:
    """Take away the log beside a record that another one is put in the place of."""
    for path in _logs_of(record_file):
        path.unlink(missing_ok=True)


def _logs_of(record_file: Path) -> list[Path]:
    return [record_file.with_name(f"{record_file.name}{end}") for end in ("-wal", "-shm")]


def _move_aside(path: Path, kept: Path, undo: UndoLog) -> None:
    shutil.move(path, kept)
    undo.add(lambda: shutil.move(kept, path))


def _fold_log(path: Path) -> None:
    """Bring the log of the present record into its file, as far as it can be read."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        pass  # damaged: file and log are kept as they are


def exchange_postgres(installation: Installation, dump: Path, before: Path | None, undo: UndoLog) -> None:
    """Replace the database's content in one transaction; the present one is kept in a folder first."""
    url = installation.database_url
    kept = record.snapshot(installation, before)[0] if before is not None else None
    record.put_into_postgres(installation, dump, url)
    if kept is not None:
        undo.add(lambda: record.put_into_postgres(installation, kept, url))


def deletions(installation: Installation, before: Path, seal: str) -> Path | None:
    """Ask the present record what was deleted since; None when it cannot say."""
    url = installation.database_url
    if record.is_sqlite(url) and not record.sqlite_path(url).exists():
        say("There is no present record: deletions since the backup are not known.")
        return None
    path = before / "deletions.json"
    installation.give(before)
    done = installation.web("deletions", str(path), f"--seal={seal}")
    if done.returncode != 0:
        say(f"The present record cannot be read ({reason_of(done)}).")
        say("So deletions since the backup are not known: who deleted a chat since then must be asked again.")
        return None
    return path


def replay(installation: Installation, known: Path | None, url: str) -> None:
    """Delete in a record what is known to be deleted since. Raises CommandFailed."""
    done = installation.web("replay-deletions", *([str(known)] if known else []), DATABASE_URL=url)
    if done.returncode != 0:
        raise CommandFailed(f"Deletions since the backup could not be done again: {reason_of(done)}")
    emptied, gone, disabled = done.stdout.split()[-3:]
    say(f"Deleted again: {emptied} chats that visitors deleted since, {gone} whose time was over. "
        f"{disabled} accounts stay disabled. Everybody signs in again.")  # fmt: skip


def _keep_settings(installation: Installation, folder: Path) -> None:
    """Settings belong to the machine: the backup's are laid beside them when they differ."""
    saved, present = folder / "settings", installation.settings
    if present is None or not saved.exists() or saved.read_bytes() == present.read_bytes():
        return
    beside = present.with_name(f"{present.name}.from-backup")
    shutil.move(saved, beside)
    say(f"The settings in the backup differ from yours and were not used: see {beside}.")
