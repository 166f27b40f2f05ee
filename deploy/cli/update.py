"""`front-desk update` and `rollback`: another version, and back, with visitors away for moments.

Everything is built and tried beside the running service first. Then the service stops, folders change
places in one step, and it starts; when it is not well in time, all of it goes back by itself.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from deploy.cli import record, services, versions
from deploy.cli.installation import UNIT, CommandFailed, Installation, reason_of, say
from deploy.cli.next_version import NextVersion
from deploy.cli.restore import deletions, replay
from deploy.cli.switch import (
    at_a_standstill,
    bring_record_back,
    bring_release_back,
    fresh,
    published,
    put_record_back,
    start,
    take_code,
    take_release,
)
from deploy.settings import WEB_PYTHON

STATE, KEPT = "update.json", "before-update"
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
        away_s = _switch(installation, new, why)
    except BaseException:
        new.discard()
        shutil.rmtree(installation.var / f"{KEPT}.new", ignore_errors=True)
        raise
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
    began_s, kept = time.monotonic(), installation.var / KEPT
    known = _deletions_since(installation, state)
    with at_a_standstill(installation, state.before, previous) as undo:
        take_code(installation, previous, undo)  # first: its own commands know its form of the record
        bring_release_back(installation, state.release_before, kept, undo)
        if state.record:
            bring_record_back(installation, Path(state.record), kept, undo)
            replay(installation, known, installation.database_url)
        start(installation, state.before, undo)
    (installation.var / STATE).unlink()
    shutil.rmtree(kept, ignore_errors=True)
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
    """Change places while nothing runs; the answer is how long the page was away. Raises CommandFailed."""
    before, release_before, migrates = installation.version, published(installation), new.migrates
    # What the update before kept stays until this one is well.
    kept = fresh(installation, installation.var / f"{KEPT}.new")
    path, seal = "", ""
    began_s = time.monotonic()
    with at_a_standstill(installation, new.version, new.root) as undo:
        if migrates:
            snapshot, content = record.snapshot(installation, kept)
            undo.add(lambda: put_record_back(installation, snapshot))
            path, seal = str(installation.var / KEPT / snapshot.name), content.seal
        take_release(installation, new, release_before, kept, undo)
        draft = _write(installation, Update(before, new.version, _now(), release_before, path, seal))
        take_code(installation, new.root, undo)  # new.root: the version before
        opened_s = start(installation, new.version, undo)
    _keep(installation, new, draft)
    _note(installation, before, new.version, why)
    return opened_s - began_s


def _write(installation: Installation, made: Update) -> Path:
    """Write down what the way back needs, while it can still be refused."""
    draft = installation.var / f".{STATE}.next"
    draft.write_text(json.dumps(asdict(made)), encoding="utf-8")
    draft.chmod(0o600)
    installation.give(draft)
    return draft


def _keep(installation: Installation, new: NextVersion, draft: Path) -> None:
    """Keep the version before and what the way back needs: renames, which a full disk does not stop."""
    for old, place in (
        (installation.var / f"{KEPT}.new", installation.var / KEPT),
        (new.root, previous_of(installation)),
    ):
        shutil.rmtree(place, ignore_errors=True)
        old.rename(place)
    draft.replace(installation.var / STATE)
    shutil.rmtree(new.var, ignore_errors=True)


def _note(installation: Installation, before: str, after: str, why: str) -> None:
    done = installation.web("note-update", before, after, *([f"--reason={why}"] if why else []))
    if done.returncode != 0:
        say(f"The update is not in the audit: {reason_of(done)}")


def _deletions_since(installation: Installation, state: Update) -> Path | None:
    if not state.record:
        return None
    return deletions(installation, installation.var / KEPT, state.seal)


def _chats_since(installation: Installation, state: Update) -> str:
    done = installation.web("chats-since", state.at)
    return done.stdout.strip() if done.returncode == 0 else "an unknown number of"


def _settings_of(installation: Installation) -> list[str]:
    return [f"--settings={installation.settings}"] if installation.settings else []


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
