"""The moment of an update or a rollback: code, release, encoder and record change places.

Each change says how it is taken back before the next one is made. When a step fails, or what was
started is not well, all of them go back; that takes no room on the disk, except for PostgreSQL's.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from deploy.cli import record, services
from deploy.cli.installation import UNIT, CommandFailed, Installation, reason_of, say
from deploy.cli.next_version import NextVersion
from deploy.cli.restore import exchange_postgres, exchange_sqlite, remove_sqlite_log
from deploy.cli.swap import exchange
from deploy.cli.undo_log import UndoLog, put
from deploy.os_errors import why

STAMP, ENCODER = "trained-from", "encoder"
WELL_WITHIN_S = 150.0
ASK_EVERY_S = 0.1


@contextmanager
def at_a_standstill(installation: Installation, version: str, units_of: Path) -> Iterator[UndoLog]:
    """Stop the service for what is done inside; the version before comes back when that fails.

    `units_of`: whose units the service has from now on. Raises CommandFailed.
    """
    undo, present = UndoLog(), installation.version
    try:
        undo.add(services.start)
        undo.add(lambda: write_units(installation, installation.root))
        write_units(installation, units_of)
        services.stop()
        yield undo
    except BaseException as error:
        said = f"{why(error)}." if isinstance(error, OSError) else str(error) or type(error).__name__
        say(f"{version} is not well: {said} Going back ...")
        is_whole = undo.all()
        wait_until_well(installation, present)
        if not is_whole:
            say("Not everything is as it was: see front-desk doctor, and journalctl -u front-desk.")
        if isinstance(error, (CommandFailed, OSError)):
            raise CommandFailed(f"{version} was not well: {said} {present} answers again.") from error
        raise


def take_code(installation: Installation, other: Path, undo: UndoLog) -> None:
    """Let the code change places with `other`."""
    exchange(installation.root, other)
    undo.add(lambda: exchange(installation.root, other))


def start(installation: Installation, version: str, undo: UndoLog) -> float:
    """Start the service; the answer is when its page opened. Raises CommandFailed when it is not well."""
    undo.add(services.stop)
    services.start()
    opened_s = wait_for_page(installation)
    wait_until_well(installation, version)
    return opened_s


def published(installation: Installation) -> str:
    """The release that visitors have."""
    return (installation.releases / "published").read_text(encoding="utf-8").strip()


def take_release(
    installation: Installation, new: NextVersion, present: str, kept: Path, undo: UndoLog
) -> None:
    """Bring the release and the encoder that were built beside. Raises CommandFailed."""
    if new.release == present:
        return
    place = installation.releases / new.release
    if published(installation) != present or place.exists():
        raise CommandFailed("a release was built or published meanwhile: update once more.")
    installation.give(new.var)
    put(new.var / "releases" / new.release, place, kept / "release", undo)
    put(new.var / "releases" / STAMP, installation.releases / STAMP, kept / STAMP, undo)
    put(new.var / ENCODER, installation.var / ENCODER, kept / ENCODER, undo)
    point_at(installation, new.release, undo)


def bring_release_back(installation: Installation, release: str, kept: Path, undo: UndoLog) -> None:
    """Point at the release from before the update, with its encoder and what it was trained from."""
    aside = fresh(installation, kept / "undone")
    for name, place in ((STAMP, installation.releases / STAMP), (ENCODER, installation.var / ENCODER)):
        if (kept / name).exists():  # else the update brought none
            put(kept / name, place, aside / name, undo)
    point_at(installation, release, undo)


def point_at(installation: Installation, release: str, undo: UndoLog) -> None:
    """Let visitors have this release; what was to be tried is not, for it is the other version's."""
    if published(installation) == release:
        return
    pointer, candidate = installation.releases / "published", installation.releases / "candidate"
    draft, before = (pointer.with_name(f".published.{name}") for name in ("next", "before"))
    draft.write_text(f"{release}\n", encoding="utf-8")
    installation.give(draft)
    before.unlink(missing_ok=True)
    os.link(pointer, before)  # at every moment there is one
    draft.replace(pointer)
    undo.add(lambda: _bring_pointer_back(before, pointer))
    if candidate.exists():
        aside = candidate.with_name(".candidate.before")
        candidate.replace(aside)
        undo.add(lambda: aside.replace(candidate))


def _bring_pointer_back(before: Path, pointer: Path) -> None:
    before.replace(pointer)
    os.utime(pointer)  # web halves on other machines go by when it was moved


def bring_record_back(installation: Installation, snapshot: Path, kept: Path, undo: UndoLog) -> None:
    """Put a copy of the record from before in the place of the present one, which is kept aside."""
    before = fresh(installation, kept / "undone-record")
    if record.is_sqlite(installation.database_url):
        copy = before / "copy.sqlite3"  # should this fail, the snapshot is there for the next time
        shutil.copy(snapshot, copy)
        exchange_sqlite(installation, copy, before, undo)
    else:
        exchange_postgres(installation, snapshot, before, undo)


def put_record_back(installation: Installation, snapshot: Path) -> None:
    """Let a copy of the record be the record again; on SQLite that takes no room."""
    if not record.is_sqlite(installation.database_url):
        record.put_into_postgres(installation, snapshot, installation.database_url)
        return
    path = record.sqlite_path(installation.database_url)
    remove_sqlite_log(path)
    snapshot.replace(path)
    installation.give(path)


def fresh(installation: Installation, folder: Path) -> Path:
    """An empty folder for the owner alone, in the place of one that was left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    installation.give(folder)
    return folder


def write_units(installation: Installation, by: Path) -> None:
    """Let the code in a folder write its units for where it will run. Raises CommandFailed."""
    environ = installation.child_environ() | {"PYTHONDONTWRITEBYTECODE": "1"}
    command: list[str | Path] = [Path(sys.executable), "-m", "deploy.installer", "units"]
    command.append(f"--code={installation.root}")
    done = installation.run_as_root(command, cwd=by, env=environ)
    if done.returncode != 0:
        raise CommandFailed(f"the units could not be written: {reason_of(done)}")


def wait_for_page(installation: Installation) -> float:
    """Return when the page opens, and when that was. Raises CommandFailed."""
    until_s = time.monotonic() + WELL_WITHIN_S
    while time.monotonic() < until_s:
        try:
            httpx.get(f"{installation.local_url}/v1/now", timeout=5, trust_env=False).raise_for_status()
            return time.monotonic()
        except httpx.HTTPError:
            _refuse_when_ended()
            time.sleep(ASK_EVERY_S)
    raise CommandFailed("its page does not open.")


def wait_until_well(installation: Installation, version: str) -> None:
    """Return when a version answers a real turn. Raises CommandFailed."""
    until_s, said = time.monotonic() + WELL_WITHIN_S, "nobody answers"
    while time.monotonic() < until_s:
        try:
            now = httpx.get(f"{installation.local_url}/health", timeout=10, trust_env=False).json()
            if now.get("ok") and now.get("version") == version:
                return
            said = " ".join(now.get("problems", [])) or f"version {now.get('version')} answers"
        except (httpx.HTTPError, ValueError):
            _refuse_when_ended()
        time.sleep(ASK_EVERY_S)
    raise CommandFailed(f"{said}.")


def _refuse_when_ended() -> None:
    if not services.state().startswith(("active", "activating", "reloading")):
        raise CommandFailed(f"it ended; journalctl -u {UNIT} says why.")
