"""`front-desk update` and `rollback`: another version, and back, with visitors away for moments.

Everything is built and tried beside the running service first. Then the service stops, folders change
places in one step, and it starts; when it is not well in time, all of it goes back by itself.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

import httpx

from deploy.cli import record, services, versions
from deploy.cli.installation import UNIT, CommandFailed, Installation, reason_of, say
from deploy.cli.next_version import NextVersion
from deploy.cli.restore import deletions, replay
from deploy.cli.swap import exchange
from deploy.settings import WEB_PYTHON

STATE, KEPT_RECORD = "update.json", "update-record"
WELL_WITHIN_S = 150.0
ASK_EVERY_S = 0.1
MIN_REASON_CHARS = 10

Ask = Callable[[str], str]


@dataclass(frozen=True)
class Update:
    """The last update, for the way back. `record` is the file of the record from before, if it changed."""

    before: str
    after: str
    at: str
    release_before: str
    record: str
    seal: str


def update(
    installation: Installation, version: str | None, *, ask: Ask, is_sure: bool = False, reason: str = ""
) -> str:
    """Bring another version; the answer is a sentence for the operator. Raises CommandFailed."""
    _refuse_unless_steady(installation)
    versions.fetch(installation.root)
    commit = versions.commit_of(installation.root, version or versions.newest(installation.root))
    new = NextVersion(installation, commit, versions.version_of(installation.root, commit))
    if commit == versions.commit_of(installation.root, "HEAD"):
        return f"This is {new.version} already."
    say(versions.notes(installation.root, commit, installation.version) or "(It says nothing of itself.)")
    if not is_sure and ask(f"Update from {installation.version} to {new.version}? [y/N] ").lower() != "y":
        return "Nothing was changed."
    say(f"Backed up to {_back_up(installation)}.")
    try:
        new.build()
        why = _ask_at_closed_gates(new, ask, reason)
        _try_on_a_copy(installation, new)
    except BaseException:
        new.discard()
        raise
    away_s = _switch(installation, new, why)
    return (
        f"Front Desk {new.version} answers. The page was away for {away_s:.1f} s."
        " `front-desk rollback` brings the version before back."
    )


def rollback(installation: Installation, *, ask: Ask, is_sure: bool = False) -> str:
    """Bring the version before the last update back. Raises CommandFailed."""
    state, previous = last_update(installation), previous_of(installation)
    if state is None or not previous.is_dir():
        raise CommandFailed("There is no version to go back to: no update was made here.")
    lost = ""
    if state.record:
        if not Path(state.record).exists():
            raise CommandFailed(
                "The record from before the update is no longer kept: put the older version in place"
                " with deploy/install, then `front-desk restore` a backup from before."
            )
        lost = (
            " The update changed the form of the record, so the one from before it comes back:"
            f" {_chats_since(installation, state)} chats with messages since then are lost."
        )
    say(f"Back from {installation.version} to {state.before}.{lost}")
    if not is_sure and ask("Go back? [y/N] ").lower() != "y":
        return "Nothing was changed."
    began_s = time.monotonic()
    known = _deletions_since(installation, state)
    services.stop()
    try:
        exchange(installation.root, previous)
        _point_at(installation, state.release_before)
        _put_encoder_back(installation)
        if state.record:
            _put_record_back(installation, Path(state.record))
            replay(installation, known, installation.database_url)
        _write_units(installation)
        (installation.var / STATE).unlink()
    finally:
        services.start()
    _wait_until_well(installation, state.before)
    shutil.rmtree(installation.var / KEPT_RECORD, ignore_errors=True)
    return f"Front Desk {state.before} answers again, after {time.monotonic() - began_s:.1f} s."


def last_update(installation: Installation) -> Update | None:
    """The last update that was made here, if one was."""
    try:
        return Update(**json.loads((installation.var / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def previous_of(installation: Installation) -> Path:
    """Where the code of the version before is kept."""
    return installation.root.with_name(f"{installation.root.name}.previous")


def _refuse_unless_steady(installation: Installation) -> None:
    if not services.state().startswith("active"):
        raise CommandFailed(f"{UNIT} does not run here: an update wants a service that is well.")
    if not (installation.root / ".git").exists():
        raise CommandFailed(
            f"{installation.root} is no git checkout: get the new version there and run deploy/install."
        )
    if changed := versions.changed_by_hand(installation.root):
        named = ", ".join(changed[:5])
        raise CommandFailed(f"Changed by hand in {installation.root}; an update would lose it: {named}.")


def _back_up(installation: Installation, *more: str) -> Path:
    """Make a backup as the owner; the answer is its file."""
    command: list[str | Path] = [WEB_PYTHON, "-m", "deploy.cli", *_settings_of(installation), "backup", *more]
    done = installation.run(command, cwd=installation.root, env=installation.child_environ())
    if done.returncode != 0:
        raise CommandFailed(reason_of(done))
    return Path(done.stdout.strip().splitlines()[-1])


def _ask_at_closed_gates(new: NextVersion, ask: Ask, reason: str) -> str:
    """A gate that is closed is passed with a reason, as in the studio; a clinician's not at all here."""
    if new.release == published(new.installation):
        return ""  # what visitors have now
    closed = new.closed_gates
    for gate in closed:
        say(f"Closed gate: {gate.get('sentence', gate.get('name', 'without a name'))}")
    if any(gate.get("needs_clinician") for gate in closed):
        raise CommandFailed(
            "Only a clinician publishes over that: fix or sign it in the studio first. Nothing was changed."
        )
    if closed and not reason.strip():
        reason = ask("Publish anyway? Then say why (Enter stops): ")
    if closed and len(reason.strip()) < MIN_REASON_CHARS:
        raise CommandFailed("A closed gate wants a reason of 10 characters or more. Nothing was changed.")
    return reason.strip() if closed else ""


def _try_on_a_copy(installation: Installation, new: NextVersion) -> None:
    """The drill of a restore, with the next version: it migrates a copy of the record and opens a chat."""
    say("Trying it on a copy of the record ...")
    plain = _back_up(installation, "--plain", f"--to={new.var / 'drill'}")
    command: list[str | Path] = [new.root / "deploy/front-desk", *_settings_of(installation)]
    command += ["restore", "--try", plain]
    done = installation.run(command, cwd=new.root, env=installation.child_environ())
    if done.returncode != 0:
        raise CommandFailed(
            f"{new.version} does not run on a copy of the record: {reason_of(done)} Nothing was changed."
        )
    shutil.rmtree(plain.parent)


def _switch(installation: Installation, new: NextVersion, why: str) -> float:
    """Change places while nothing runs; the answer is how long nobody was answered."""
    before, release_before, migrates = installation.version, published(installation), new.migrates
    # That of the update before stays until this one is well.
    kept = installation.var / f"{KEPT_RECORD}.new"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(mode=0o700)
    installation.give(kept)
    is_switched, snapshot, seal = False, None, ""
    _write_units(installation, new.root)
    began_s = time.monotonic()
    services.stop()
    try:
        if migrates:
            snapshot, content = record.snapshot(installation, kept)
            seal = content.seal
        _take_release(installation, new, release_before)
        exchange(installation.root, new.root)  # new.root now holds the version before
        is_switched = True
        services.start()
        away_s = _wait_for_page(installation, began_s)
        _wait_until_well(installation, new.version)
    except BaseException as error:
        said = str(error) or type(error).__name__
        say(f"{new.version} is not well: {said} Going back ...")
        services.stop()
        if is_switched:
            exchange(installation.root, new.root)
        _go_back(installation, release_before, snapshot)
        new.discard()
        shutil.rmtree(kept, ignore_errors=True)
        _wait_until_well(installation, before)
        if isinstance(error, (CommandFailed, OSError)):
            raise CommandFailed(f"{new.version} was not well: {said} {before} answers again.") from error
        raise
    shutil.rmtree(installation.var / KEPT_RECORD, ignore_errors=True)
    kept.rename(installation.var / KEPT_RECORD)
    path = installation.var / KEPT_RECORD / snapshot.name if snapshot else ""
    _keep(installation, new, Update(before, new.version, _now(), release_before, str(path), seal), why)
    return away_s


def _go_back(installation: Installation, release: str, snapshot: Path | None) -> None:
    """Put everything but the code back as it was, and start."""
    try:
        _point_at(installation, release)
        _put_encoder_back(installation)
        if snapshot is not None:
            _put_record_back(installation, snapshot)
        _write_units(installation)
    finally:
        services.start()


def _put_record_back(installation: Installation, snapshot: Path) -> None:
    if not record.is_sqlite(installation.database_url):
        record.put_into_postgres(installation, snapshot, installation.database_url)
        return
    path = record.sqlite_path(installation.database_url)
    for end in ("-wal", "-shm"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
    snapshot.replace(path)
    installation.give(path)


def published(installation: Installation) -> str:
    """The release that visitors have."""
    return (installation.releases / "published").read_text(encoding="utf-8").strip()


def _take_release(installation: Installation, new: NextVersion, present: str) -> None:
    """Bring the release and the encoder that were built beside."""
    if new.release == present:
        return
    if published(installation) != present or (installation.releases / new.release).exists():
        raise CommandFailed("a release was built or published meanwhile: update once more.")
    (new.var / "releases" / new.release).rename(installation.releases / new.release)
    installation.give(installation.releases / new.release)
    stamp = new.var / "releases" / "trained-from"
    installation.give(stamp)
    stamp.replace(installation.releases / "trained-from")
    shutil.rmtree(installation.var / "encoder.previous", ignore_errors=True)
    (installation.var / "encoder").rename(installation.var / "encoder.previous")
    (new.var / "encoder").rename(installation.var / "encoder")
    _point_at(installation, new.release)


def _put_encoder_back(installation: Installation) -> None:
    previous, encoder = installation.var / "encoder.previous", installation.var / "encoder"
    if previous.is_dir():
        shutil.rmtree(encoder, ignore_errors=True)
        previous.rename(encoder)


def _point_at(installation: Installation, release: str) -> None:
    pointer = installation.releases / "published"
    if published(installation) == release:
        return
    draft = pointer.with_name(".published.next")
    draft.write_text(f"{release}\n", encoding="utf-8")
    installation.give(draft)
    draft.replace(pointer)
    (installation.releases / "candidate").unlink(missing_ok=True)


def _keep(installation: Installation, new: NextVersion, made: Update, why: str) -> None:
    """Keep the version before and what the way back needs; write the update into the audit."""
    shutil.rmtree(previous_of(installation), ignore_errors=True)
    new.root.rename(previous_of(installation))
    if not made.record:
        shutil.rmtree(installation.var / KEPT_RECORD, ignore_errors=True)
    path = installation.var / STATE
    path.write_text(json.dumps(asdict(made)), encoding="utf-8")
    path.chmod(0o600)
    installation.give(path)
    shutil.rmtree(new.var, ignore_errors=True)
    told = [made.before, made.after, *([f"--reason={why}"] if why else [])]
    done = installation.web("note-update", *told)
    if done.returncode != 0:
        say(f"The update is not in the audit: {reason_of(done)}")


def _write_units(installation: Installation, by: Path | None = None) -> None:
    """Let the code that is in place, or will be, write its units for where it will run."""
    environ = installation.child_environ() | {"PYTHONDONTWRITEBYTECODE": "1"}
    command: list[str | Path] = [Path(sys.executable), "-m", "deploy.installer", "units"]
    command.append(f"--code={installation.root}")
    done = installation.run_as_root(command, cwd=by or installation.root, env=environ)
    if done.returncode != 0:
        raise CommandFailed(f"the units could not be written: {reason_of(done)}")


def _wait_for_page(installation: Installation, began_s: float) -> float:
    while time.monotonic() - began_s < WELL_WITHIN_S:
        try:
            httpx.get(f"{installation.local_url}/v1/now", timeout=5, trust_env=False).raise_for_status()
            return time.monotonic() - began_s
        except httpx.HTTPError:
            _refuse_when_ended()
            time.sleep(ASK_EVERY_S)
    raise CommandFailed("its page does not open.")


def _wait_until_well(installation: Installation, version: str) -> None:
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


def _deletions_since(installation: Installation, state: Update) -> Path | None:
    if not state.record:
        return None
    return deletions(installation, installation.var / KEPT_RECORD, state.seal)


def _chats_since(installation: Installation, state: Update) -> str:
    done = installation.web("chats-since", state.at)
    return done.stdout.strip() if done.returncode == 0 else "an unknown number of"


def _settings_of(installation: Installation) -> list[str]:
    return [f"--settings={installation.settings}"] if installation.settings else []


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
