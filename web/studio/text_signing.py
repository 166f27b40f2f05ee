"""Facts and notices that wait for a clinician: what is laid before them, and their signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from content.clinical import in_words
from content.texts import TextRules
from web.core.db import Transaction
from web.core.errors import NotFound
from web.core.i18n import say
from web.hours import clinic_facts, fact_versions, notices
from web.hours.notices import Notice
from web.studio import facts_form, signatures
from web.studio.answers import Editor
from web.studio.signatures import MayNotSign

GONE = "This was changed meanwhile. Look at the page again."


@dataclass(frozen=True)
class Waiting:
    """One text that visitors do not read before it is signed."""

    id: str
    kind: str  # facts, notices
    title: str
    texts: Sequence[str]
    why: str


async def waiting(tx: Transaction, rules: TextRules, *, now: datetime) -> list[Waiting]:
    """Every fact and notice that waits, facts first."""
    found = [
        Waiting(
            version.id,
            "facts",
            facts_form.label(version.name),
            [str(version.value)],
            in_words(rules.why_clinical(version.name, version.value)) or "it was so when it was written",
        )
        for version in await fact_versions.waiting(tx)
    ]
    for notice in await notices.list_all(tx, now=now):
        if notices.waits(notice, rules):
            found.append(_of_notice(notice, rules))
    return found


def _of_notice(notice: Notice, rules: TextRules) -> Waiting:
    reasons = [reason for text in notice.texts.values() for reason in rules.judge.of_text(text)]
    why = in_words(reasons) or "it was so when it was written"
    return Waiting(notice.id, "notices", "A notice", list(notice.texts.values()), why)


async def sign_fact(tx: Transaction, version_id: str, *, by: Editor, now: datetime) -> str:
    """Sign a fact, which is live from now on; returns its name. Raises NotFound, MayNotSign."""
    version = await fact_versions.get(tx, version_id)
    if version is None:
        raise NotFound(say("no_such_page"))
    newest = (await fact_versions.newest(tx))[version.name]
    if newest.id != version.id or not version.waits:
        raise MayNotSign(GONE)
    await signatures.check_author(tx, version.set_by, version.set_at, by=by, now=now)
    if not await fact_versions.note_signature(tx, version, by=by.id, name=by.name, now=now):
        raise MayNotSign(GONE)
    await clinic_facts.put(
        tx, version.name, version.value, by=version.set_by, now=now, signed_by_name=by.name
    )
    return version.name


async def sign_notice(tx: Transaction, notice_id: str, *, by: Editor, now: datetime) -> None:
    """Sign a notice, which visitors see in its time. Raises NotFound, MayNotSign."""
    notice = await notices.get(tx, notice_id)
    if notice is None:
        raise NotFound(say("no_such_page"))
    await signatures.check_author(tx, notice.made_by, notice.made_at or now, by=by, now=now)
    if notice.removed_at or not await notices.sign(tx, notice_id, by=by.id, name=by.name, now=now):
        raise MayNotSign(GONE)
