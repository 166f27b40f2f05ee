"""What is to be published at a time: one release at a time, by the same checks at that moment.

It is kept in the record, so it survives a restart. Whatever has changed meanwhile keeps it back: a gate
that has closed, another release that was published, words that are not the ones that were scheduled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from web.accounts import accounts, audit
from web.context import AppContext
from web.core.db import Transaction
from web.core.errors import BadRequest, NotFound, NotPossible, Refused
from web.releases import publishing
from web.releases.builds import read_report
from web.schema import new_id, scheduled_publishes
from web.studio.answers import Editor
from web.studio.teamwork import mails

SLOT = "only"
SOONEST, LATEST = timedelta(minutes=1), timedelta(days=90)
TOO_LATE = timedelta(hours=24)  # after a time at which the service did not run
LEASE = timedelta(minutes=5)  # whoever has begun and not ended by then has crashed
LEFT_OPEN = ("waiting", "publishing")


@dataclass(frozen=True)
class ScheduledPublish:
    """One release that is, or was, to be published at a time."""

    id: str
    state: str  # waiting, publishing, done, refused, cancelled
    release: str
    fingerprint: str
    before: str
    at: datetime
    scheduled_by: str
    scheduled_by_name: str
    ended_at: datetime | None
    sentence: str | None

    @property
    def is_open(self) -> bool:
        """Whether it is still to happen."""
        return self.state in LEFT_OPEN


def read_moment(text: str, zone: tzinfo, now: datetime) -> datetime:
    """A time on the clinic's clock. Raises BadRequest for one that does not exist, is over or far off."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("Choose a day and a time.") from error
    moment = local.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadRequest("The clocks are set forward then, and this time is skipped. Choose another one.")
    if not now + SOONEST <= moment <= now + LATEST:
        raise BadRequest(f"Choose a time from a minute on until {LATEST.days} days ahead.")
    return moment.astimezone(UTC)


async def schedule(context: AppContext, release: str, moment: datetime, *, by: Editor) -> None:
    """Keep that a tested release is to be published then.

    Raises GatesClosed, Refused, NotFound as a publishing now would, and NotPossible when one is scheduled.
    """
    if read_report(context.settings.releases, release) is None and context.manifests.of(release):
        raise NotPossible("This release has no report: it was never tested. Build one to schedule it.")
    await publishing.check(context, release)
    if release == publishing.published(context):
        raise NotPossible("This release is published already.")
    now = context.clock()
    row = {
        "id": new_id(), "slot": SLOT, "state": "waiting", "release": release, "at": moment,
        "fingerprint": publishing.fingerprint_of(context.settings.releases, release),
        "before": publishing.published(context), "scheduled_by": by.id, "scheduled_by_name": by.name,
        "scheduled_at": now,
    }  # fmt: skip
    try:
        async with context.db.write() as tx:
            await tx.execute(insert(scheduled_publishes).values(**row))
            await _note(tx, "publish.scheduled", release, by=by.id, now=now, at=moment.isoformat())
    except IntegrityError as error:
        raise NotPossible("A release is scheduled already. Cancel that first.") from error


async def cancel(tx: Transaction, publish_id: str, *, by: Editor, now: datetime) -> None:
    """Take it back. Raises NotPossible when it has happened, or just happens."""
    waiting = (scheduled_publishes.c.id == publish_id, scheduled_publishes.c.state == "waiting")
    values = {"state": "cancelled", "slot": None, "ended_at": now, "ended_by_name": by.name}
    if not (await tx.execute(update(scheduled_publishes).where(*waiting).values(**values))).rowcount:
        raise NotPossible("It is no longer waiting: see below what happened.")
    found = select(scheduled_publishes.c.release).where(scheduled_publishes.c.id == publish_id)
    release = str((await tx.execute(found)).scalar_one())
    await _note(tx, "publish.cancelled", release, by=by.id, now=now)


async def latest(tx: Transaction) -> ScheduledPublish | None:
    """What was scheduled last, whatever became of it."""
    return await _one(tx, order=scheduled_publishes.c.scheduled_at.desc())


async def claim(tx: Transaction, *, now: datetime) -> ScheduledPublish | None:
    """Take what is due, or was begun by a process that crashed; nobody else takes it meanwhile."""
    table = scheduled_publishes.c
    due = or_(
        (table.state == "waiting") & (table.at <= now),
        (table.state == "publishing") & (table.claimed_at < now - LEASE),
    )
    found = await _one(tx, due)
    if found is None:
        return None
    taken = update(scheduled_publishes).where(table.id == found.id, due)
    done = await tx.execute(taken.values(state="publishing", claimed_at=now))
    return found if done.rowcount else None


async def objection(context: AppContext, tx: Transaction, due: ScheduledPublish) -> str:
    """Why it is not to be published as things stand, in a sentence; nothing when it may be."""
    now, settings = context.clock(), context.settings
    if now > due.at + TOO_LATE:
        return "The service did not run at that time, and more than a day has passed."
    if publishing.published(context) != due.before:
        return "Another release was published since this one was scheduled."
    if publishing.fingerprint_of(settings.releases, due.release) != due.fingerprint:
        return f"Release {due.release} is not the one that was scheduled."
    try:
        account = await accounts.get(tx, due.scheduled_by)
    except NotFound:
        account = None
    if account is None or not account.is_open or not mails.PUBLISHES & account.roles:
        return f"{due.scheduled_by_name}, who scheduled it, may no longer publish."
    return ""


async def would_be_refused(context: AppContext, due: ScheduledPublish) -> str:
    """Why it would not be published if its time were now."""
    async with context.db.read() as tx:
        refusal = await objection(context, tx, due)
    try:
        if not refusal:
            await publishing.check(context, due.release)
    except Refused as closed:
        refusal = closed.sentence
    return refusal


async def end(
    tx: Transaction, context: AppContext, due: ScheduledPublish, *, refusal: str, now: datetime
) -> None:
    """Note what became of it, and tell people."""
    state = "refused" if refusal else "done"
    mine = scheduled_publishes.c.id == due.id
    values = {"state": state, "slot": None, "ended_at": now, "sentence": refusal or None}
    await tx.execute(update(scheduled_publishes).where(mine).values(**values))
    people, path = {due.scheduled_by}, f"/studio/releases/{due.release}"
    if refusal:
        await _note(tx, "publish.refused", due.release, by="host", now=now)
        people |= await mails.publishers(tx)
        await mails.tell(tx, context.settings, people, about="not_published", path=path, now=now)
    else:
        await mails.tell(tx, context.settings, people, about="published", path=path, now=now)


async def put_off(tx: Transaction, due: ScheduledPublish) -> None:
    """Let it wait again: its bot was not ready."""
    mine = scheduled_publishes.c.id == due.id
    await tx.execute(update(scheduled_publishes).where(mine).values(state="waiting", claimed_at=None))


async def _one(tx: Transaction, *where: Any, order: Any = None) -> ScheduledPublish | None:
    columns = [scheduled_publishes.c[name] for name in ScheduledPublish.__dataclass_fields__]
    query = select(*columns).where(*where).limit(1)
    row = (await tx.execute(query if order is None else query.order_by(order))).mappings().first()
    return ScheduledPublish(**row) if row else None


async def _note(tx: Transaction, did: str, release: str, *, by: str, now: datetime, **details: str) -> None:
    await audit.note(tx, by=by, did=did, about="releases", about_id=release, details=details, now=now)
