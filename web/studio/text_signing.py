"""Facts and notices that wait for a clinician: what is laid before them, and their signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from content.clinical import in_words
from content.facts import Clinic
from content.texts import TextRules
from web.core.db import Transaction
from web.core.errors import NotFound
from web.core.i18n import say
from web.hours import clinic_facts, fact_versions, notices
from web.hours.notices import Notice
from web.studio import facts_form, signatures
from web.studio.answers import Editor
from web.studio.editing import clinical_places
from web.studio.signatures import MayNotSign

WAS_SO = "it was when it was written"
GONE = "This was changed meanwhile. Look at the page again."


@dataclass(frozen=True)
class Waiting:
    """One text that visitors do not read before it is signed."""

    id: str
    kind: str  # facts, notices
    title: str
    texts: Sequence[str]
    why: str
    until_then: str = ""  # what visitors read in its place
    words: Sequence[str] = ()  # that make it so

    @property
    def shown(self) -> list[list[dict[str, Any]]]:
        """The texts as trees, the words marked that make them clinical."""
        plain = ([{"kind": "p", "inline": [{"kind": "text", "text": text}]}] for text in self.texts)
        return [clinical_places.marked(tree, self.words) for tree in plain]


async def waiting(
    tx: Transaction, rules: TextRules, *, now: datetime, live: Clinic | None = None
) -> list[Waiting]:
    """Every fact and notice that waits, facts first; `live` is what visitors read of the facts now."""
    known = live.as_document() if live else {}
    found = []
    for version in await fact_versions.waiting(tx):
        reasons = rules.why_clinical(version.name, version.value)
        title, why = facts_form.label(version.name), in_words(reasons) or WAS_SO
        until_then, words = str(known.get(version.name) or ""), [reason.said for reason in reasons]
        found.append(Waiting(version.id, "facts", title, [str(version.value)], why, until_then, words))
    for notice in await notices.list_all(tx, now=now):
        if notices.waits(notice, rules):
            found.append(_of_notice(notice, rules))
    return found


def _of_notice(notice: Notice, rules: TextRules) -> Waiting:
    reasons = [reason for text in notice.texts.values() for reason in rules.judge.of_text(text)]
    texts, words = list(notice.texts.values()), [reason.said for reason in reasons]
    return Waiting(notice.id, "notices", "A notice", texts, in_words(reasons) or WAS_SO, words=words)


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
    if notice.removed_at or not await notices.sign(tx, notice, by=by.id, name=by.name, now=now):
        raise MayNotSign(GONE)
