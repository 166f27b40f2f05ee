"""Which release speaks: publish behind the gates, undo, and what there is to publish.

The pointer file is the truth; the record keeps who moved it when. Publishing is one rename between
bots that are warm, so no turn waits for it, and a crash at any point leaves one of the two serving.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from web.accounts import audit
from web.context import AppContext
from web.core.db import Transaction, upsert
from web.core.errors import BadRequest, GatesClosed, NotFound, Refused, ReleaseNotReady
from web.core.i18n import say
from web.hours import own_project
from web.releases import lost_messages, withdrawals
from web.releases.builds import being_tested, point_at_candidate, read_report
from web.schema import new_id, publications, published_release

logger = logging.getLogger(__name__)

WARM_TIMEOUT_S = 60.0
MIN_REASON_CHARS = 10
BY_TRAINING = "training"  # who published what `make train` made


@dataclass(frozen=True)
class Release:
    """One release folder as its owner sees it."""

    id: str
    built_at: datetime | None
    is_published: bool
    is_warm: bool
    failed_gates: list[dict[str, Any]]
    has_report: bool
    cannot_run: str = ""  # why this version cannot run it, as far as that is known


@dataclass(frozen=True)
class UndoTarget:
    """What an undo would bring back; `refusal` says why it cannot."""

    release: str
    refusal: str = ""


@dataclass(frozen=True)
class Publication:
    """One move of the pointer."""

    release: str
    before: str | None
    is_undo: bool
    override: str | None
    published_by: str
    published_at: datetime


def every_release(context: AppContext) -> list[Release]:
    """Every release there is, the newest first."""
    folder = context.settings.releases
    found = (path.name for path in folder.iterdir() if path.name.isdigit()) if folder.is_dir() else ()
    lost = _beyond_reach(context)
    every = (_of(context, name, lost) for name in sorted(found, key=int, reverse=True))
    return [release for release in every if release]


def published(context: AppContext) -> str:
    """Id of the published release; empty when there is none."""
    return context.manifests.published()


def failed_gates(context: AppContext, release: str) -> list[dict[str, Any]]:
    """The gates that keep a release from being published, each with its sentence and its rows."""
    report = read_report(context.settings.releases, release) or {}
    return [gate for gate in report.get("gates", ()) if not gate.get("passed")]


def needs_clinician(context: AppContext, release: str) -> bool:
    """Whether a gate is closed that only a clinician may publish over."""
    return any(gate.get("needs_clinician") for gate in failed_gates(context, release))


async def publish(
    context: AppContext, release: str, *, by: str, override: str | None = None, is_clinician: bool = False
) -> None:
    """Let a release speak from the next turn on.

    `override`: the reason for publishing over gates that fail; it is kept and audited. Over those
    about clinical words only a clinician publishes. Raises GatesClosed with the failing rows,
    NotFound, ReleaseNotReady.
    """
    await _check(context, release)
    closed = await _closed(context, release)
    if await _is_awaited(context, release, closed):
        raise GatesClosed(say("conversations_running"), gates=closed)
    reason = " ".join((override or "").split())
    if closed and not reason:
        raise _shut(closed)
    if needs_clinician(context, release) and not is_clinician:
        raise GatesClosed(say("clinician_needed"), gates=closed)
    if closed and len(reason) < MIN_REASON_CHARS:
        raise BadRequest(say("reason_needed"))
    await _switch(context, release, by=by, override=reason if closed else None, is_undo=False)


async def check(context: AppContext, release: str) -> None:
    """See that a release may be published as it is. Raises GatesClosed, NotFound, Refused."""
    await _check(context, release)
    if closed := await _closed(context, release):
        raise _shut(closed)


async def _closed(context: AppContext, release: str) -> list[dict[str, Any]]:
    """The gates that are closed now: those of its report, and that of real messages."""
    async with context.db.read() as tx:
        report = read_report(context.settings.releases, release) or {}
        real = await lost_messages.gate(tx, report, release)
    return failed_gates(context, release) + ([real] if real and not real["passed"] else [])


async def _is_awaited(context: AppContext, release: str, closed: list[dict[str, Any]]) -> bool:
    """Whether a gate will be judged in a moment: nobody publishes over what is being found out."""
    if not any(gate.get("is_awaited") for gate in closed):
        return False
    async with context.db.read() as tx:
        return await being_tested(tx, release)


def _shut(closed: list[dict[str, Any]]) -> GatesClosed:
    sentences = " ".join(str(gate["sentence"]) for gate in closed)
    return GatesClosed(say("gates_closed", reasons=sentences), gates=closed)


async def undo(context: AppContext, *, by: str) -> str:
    """Publish what was published before; returns its id. Raises NotFound when there is nothing.

    Raises Refused with a sentence when this version cannot run it.
    """
    async with context.db.read() as tx:
        target = await undo_target(tx, context)
    if target is None:
        raise NotFound(say("nothing_to_undo"))
    if target.refusal:
        raise Refused(target.refusal)
    await _check(context, target.release)
    await _switch(context, target.release, by=by, override=None, is_undo=True)
    return target.release


async def undo_target(tx: Transaction, context: AppContext) -> UndoTarget | None:
    """What an undo would bring back, and whether it can; None when there is nothing before."""
    before = await _before(tx, context)
    if before is None or not before.isdigit():  # what no build has made
        return None
    folder = context.settings.releases / before
    if context.manifests.of(before) is None or not (folder / "model.tar.gz").exists():
        return UndoTarget(before, say("release_gone", release=before))
    if not await _is_own(tx, context, before):
        return UndoTarget(before, say("release_of_another", release=before))
    if context.bot.was_given_up(before):
        return UndoTarget(before, say("release_given_up", release=before))
    return UndoTarget(before, cannot_run(context, before))


def cannot_run(context: AppContext, release: str) -> str:
    """Why this version cannot run a release; empty as long as nobody found that out.

    A build asks the published release what it would have said. One that cannot even be loaded was
    made with other code or another encoder, and its bot would never get ready.
    """
    return say("release_cannot_run", release=release) if release in _beyond_reach(context) else ""


def _beyond_reach(context: AppContext) -> set[str]:
    """The releases that a build by the published release's code could not ask any more."""
    folder = context.settings.releases
    now = _code(folder / published(context))
    lost = set()
    for path in folder.iterdir() if folder.is_dir() else ():
        report = (read_report(folder, path.name) or {}) if path.name.isdigit() else {}
        if report.get("is_compared") is False and report.get("against") and _code(path) == now:
            lost.add(str(report["against"]))
    return lost


async def history(tx: Transaction) -> list[Publication]:
    """Every move of the pointer, the newest first."""
    columns = [publications.c[name] for name in Publication.__dataclass_fields__]
    query = select(*columns).order_by(publications.c.published_at.desc())
    return [Publication(**row) for row in (await tx.execute(query)).mappings()]


async def reconcile(context: AppContext) -> None:
    """At a start: note a pointer that moved without us (`make train`, or a crash in between)."""
    async with context.db.write() as tx:
        now_published = published(context)
        if not now_published or await _is_behind(tx, context):
            return
        moves = await history(tx)
        last = moves[0].release if moves else None
        if now_published != last:
            await _note(tx, context, now_published, before=last, by=BY_TRAINING, override=None, is_undo=False)
        await _tell_other_machines(tx, context, now_published)


async def pointed_at(tx: Transaction, *, when_settled: bool = False) -> Any:
    """What the record says is published: release, fingerprint, and when; None before the first start.

    `when_settled`: waits for a publish that is under way.
    """
    query = select(published_release)
    return (await tx.execute(query.with_for_update() if when_settled else query)).first()


def fingerprint_of(releases: Path, release: str) -> str:
    """A release's manifest as one hash: another machine's copy is the same release, or is not."""
    try:
        return hashlib.sha256((releases / release / "manifest.json").read_bytes()).hexdigest()
    except OSError:
        return ""


async def _tell_other_machines(tx: Transaction, context: AppContext, release: str) -> None:
    values = {
        "release": release,
        "fingerprint": fingerprint_of(context.settings.releases, release),
        "by": context.process,
        "pointed_at": context.clock(),
    }
    before = await pointed_at(tx)
    if before is None or (before.release, before.fingerprint) != (release, values["fingerprint"]):
        await upsert(tx, published_release, {"id": "only"}, values)


async def _is_behind(tx: Transaction, context: AppContext) -> bool:
    """Whether another machine has published since this one's pointer moved: then that one counts."""
    row = await pointed_at(tx)
    if row is None or row.release == published(context):
        return False
    moved_s = (context.settings.releases / "published").stat().st_mtime
    return bool(datetime.fromtimestamp(moved_s, UTC) <= row.pointed_at)


async def _switch(context: AppContext, release: str, *, by: str, override: str | None, is_undo: bool) -> None:
    await warm_up(context, release)
    async with context.db.write() as tx:
        before = published(context) or None
        if before == release:
            return
        await _note(tx, context, release, before=before, by=by, override=override, is_undo=is_undo)
        await _tell_other_machines(tx, context, release)
        if await _is_own(tx, context, release):
            await withdrawals.begin_to_speak(tx, by=by, now=context.clock())
        # Last, so that a failure before leaves the old one; a crash behind it is seen by `reconcile`.
        point(context.settings.releases, release)
    logger.info("Release %s is published", release)


async def _is_own(tx: Transaction, context: AppContext, release: str) -> bool:
    """Whether a release was made of what this clinic began with."""
    pack = own_project.pack_of(await own_project.parts(tx))
    folder = context.settings.releases / release
    return await asyncio.to_thread(own_project.release_pack, folder) == pack


async def prepare(context: AppContext, release: str) -> bool:
    """See to it that a bot gets ready to serve a release, without waiting; whether it is.

    So whoever publishes can be shown that it gets ready, and no request hangs. Raises NotFound, Refused.
    """
    await _check(context, release)
    if not context.bot.is_supervised or context.bot.is_warm(release):
        return True
    point_at_candidate(context.settings.releases, release)
    return False


async def warm_up(context: AppContext, release: str) -> None:
    """Wait until a bot can serve a release. Raises ReleaseNotReady."""
    if not context.bot.is_supervised or context.bot.is_warm(release):
        return
    point_at_candidate(context.settings.releases, release)
    if not await context.bot.wait_until_warm(release, timeout_s=WARM_TIMEOUT_S):
        raise ReleaseNotReady(say("release_not_ready"))


async def _note(
    tx: Transaction,
    context: AppContext,
    release: str,
    *,
    before: str | None,
    by: str,
    override: str | None,
    is_undo: bool,
) -> None:
    now = context.clock()
    row = {"id": new_id(), "release": release, "before": before, "is_undo": is_undo, "override": override}
    await tx.execute(insert(publications).values(**row, published_by=by, published_at=now))
    did = "release.undone" if is_undo else "release.published"
    details = {"before": before, "over_failed_gates": bool(override)}
    await audit.note(tx, by=by, did=did, about="releases", about_id=release, details=details, now=now)


async def _before(tx: Transaction, context: AppContext) -> str | None:
    """What an undo goes back to: the release before, going back one further with each undo."""
    now_published = published(context)
    for move in await history(tx):
        if move.release == now_published and not move.is_undo:
            return move.before
    return None


async def _check(context: AppContext, release: str) -> None:
    """See that a release is there and that not a byte of it has changed since it was built."""
    folder = context.settings.releases / release
    manifest = context.manifests.of(release) if release.isdigit() else None
    if manifest is None:
        raise NotFound(say("no_such_release"))
    if not await asyncio.to_thread(is_whole, folder):
        raise Refused(say("release_broken", release=release))
    if refusal := await asyncio.to_thread(cannot_run, context, release):
        raise Refused(refusal)


def is_whole(folder: Path) -> bool:
    """Whether every file of a release is the one that was built."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        files = manifest.get("files", {})
        return "model.tar.gz" in files and all(
            _hash(folder / name) == wanted for name, wanted in files.items()
        )
    except (OSError, ValueError):
        return False


def point(releases: Path, release: str) -> None:
    """Move the pointer in one step that survives a power cut."""
    draft = releases / "published.next"
    with draft.open("w", encoding="utf-8") as file:
        file.write(f"{release}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(releases / "published")
    descriptor = os.open(releases, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _code(folder: Path) -> str | None:
    """Hash of the code that a release was built by."""
    try:
        return str(json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("code"))
    except (OSError, ValueError):
        return None


def _moment(written: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(written))
    except ValueError:
        return None


def _of(context: AppContext, release: str, lost: set[str]) -> Release | None:
    folder = context.settings.releases / release
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Release(
        id=release,
        built_at=_moment(manifest.get("built_at")),
        is_published=release == published(context),
        is_warm=not context.bot.is_supervised or context.bot.is_warm(release),
        failed_gates=failed_gates(context, release),
        has_report=read_report(context.settings.releases, release) is not None,
        cannot_run=say("release_cannot_run", release=release) if release in lost else "",
    )
