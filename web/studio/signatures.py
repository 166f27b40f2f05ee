"""Signatures under clinical answers: who stands for exactly which words, and until when.

A signature belongs to a fingerprint. So an edit takes it back without anybody doing anything, and a
published text stays signed while its draft is being rewritten.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import RowMapping, insert, select, update

from content.answers import Answer, fingerprint
from web.core.db import Transaction, upsert
from web.core.errors import Refused
from web.schema import new_id, signatures, studio_settings
from web.studio import answers
from web.studio.answers import Draft, Editor

Rule = Literal["another", "own"]
RULE = "who_may_sign"
DEFAULT_RULE: Rule = "another"
# A solo practice signs its own words: not in the heat of writing them, and knowing what it does.
PAUSE = timedelta(minutes=10)
CONFIRMATION = "I have read it again"
DEFAULT_TERM = timedelta(days=180)
LONGEST_TERM = timedelta(days=366)


class MayNotSign(Refused):
    """This signature cannot be given now; the sentence says why and what to do."""

    status = 409


@dataclass(frozen=True)
class Signature:
    """One person's word for one fingerprint in one language."""

    id: str
    answer_id: str
    language: str
    fingerprint: str
    signed_by: str
    name: str
    rule: str
    review_by: str
    signed_at: datetime

    def holds_on(self, today: date) -> bool:
        return today <= date.fromisoformat(self.review_by)


async def standing(tx: Transaction) -> dict[tuple[str, str, str], Signature]:
    """The newest signature of each (answer, fingerprint, language) that nobody took back."""
    rows = await tx.execute(
        select(signatures).where(signatures.c.taken_back_at.is_(None)).order_by(signatures.c.signed_at)
    )
    found = {}
    for row in rows.mappings():
        found[(row["answer_id"], row["fingerprint"], row["language"])] = Signature(
            id=row["id"],
            answer_id=row["answer_id"],
            language=row["language"],
            fingerprint=row["fingerprint"],
            signed_by=row["signed_by"],
            name=row["signed_by_name"],
            rule=row["rule"],
            review_by=row["review_by"],
            signed_at=row["signed_at"],
        )
    return found


def of(
    answer: Answer, known: dict[tuple[str, str, str], Signature], *, mark: str = ""
) -> dict[str, Signature]:
    """The signatures that stand under these very words, by language; `mark`: their fingerprint, if known."""
    mark = mark or fingerprint(answer)
    keys = {language: (answer.id, mark, language) for language in answer.languages}
    return {language: known[key] for language, key in keys.items() if key in known}


def is_signed(
    answer: Answer, known: dict[tuple[str, str, str], Signature], *, today: date, mark: str = ""
) -> bool:
    """Whether every language of an answer is signed and not overdue."""
    under = of(answer, known, mark=mark)
    return all(lang in under and under[lang].holds_on(today) for lang in answer.languages)


async def rule(tx: Transaction) -> Rule:
    """Who may sign: another person than the author, or (a solo practice) the author too."""
    chosen = await tx.execute(select(studio_settings.c.value).where(studio_settings.c.name == RULE))
    return "own" if chosen.scalar_one_or_none() == "own" else DEFAULT_RULE


async def set_rule(tx: Transaction, chosen: Rule, *, by: str, now: datetime) -> None:
    """Choose who may sign."""
    values = {"value": chosen, "set_by": by, "set_at": now}
    await upsert(tx, studio_settings, {"name": RULE}, values)


async def sign(
    tx: Transaction,
    draft: Draft,
    *,
    version: int,
    by: Editor,
    review_by: date,
    now: datetime,
    confirmation: str = "",
) -> list[Signature]:
    """Sign every language of an answer as it stands. Raises MayNotSign, or EditedMeanwhile.

    `version` is the one that was read: nobody signs words that changed under their eyes.
    """
    if draft.version != version:
        rows = await answers.versions(tx, draft.id)
        raise answers.EditedMeanwhile(draft, rows[0]["changed_by_name"])
    used = await _rule_for(tx, draft, by=by, now=now, confirmation=confirmation)
    if not draft.answer.sources:
        raise MayNotSign("This answer names no source yet. Add one, then sign it.")
    if not now.date() < review_by <= now.date() + LONGEST_TERM:
        raise MayNotSign("Choose a review date after today and within one year.")
    mark = fingerprint(draft.answer)
    for language in draft.answer.languages:
        await tx.execute(
            insert(signatures).values(
                id=new_id(),
                answer_id=draft.id,
                language=language,
                fingerprint=mark,
                signed_by=by.id,
                signed_by_name=by.name,
                rule=used,
                review_by=review_by.isoformat(),
                signed_at=now,
            )
        )
    return list(of(draft.answer, await standing(tx)).values())


async def check_may_release(tx: Transaction, draft: Draft, *, by: Editor, now: datetime) -> None:
    """See that a clinician may say of these words that they are not clinical. Raises MayNotSign.

    As with a signature: not of one's own words, or in a practice with one clinician not at once.
    """
    await _rule_for(tx, draft, by=by, now=now, confirmation=CONFIRMATION)


async def check_author(
    tx: Transaction, author: str | None, written_at: datetime, *, by: Editor, now: datetime
) -> None:
    """See that somebody may sign a fact or a notice that `author` wrote. Raises MayNotSign."""
    if author != by.id:
        return
    if await rule(tx) != "own":
        raise MayNotSign("You wrote this yourself, so another clinician signs it.")
    if written_at + PAUSE > now:
        raise MayNotSign("You wrote this a moment ago. Read it again in ten minutes, then sign.")


async def take_back(tx: Transaction, draft: Draft, *, by: Editor, now: datetime) -> None:
    """Take the signatures under an answer's present words back."""
    mine = (signatures.c.answer_id == draft.id, signatures.c.fingerprint == fingerprint(draft.answer))
    values = {"taken_back_at": now, "taken_back_by": by.id}
    await tx.execute(update(signatures).where(*mine, signatures.c.taken_back_at.is_(None)).values(**values))


async def _rule_for(tx: Transaction, draft: Draft, *, by: Editor, now: datetime, confirmation: str) -> Rule:
    """The rule under which this person signs. Raises MayNotSign."""
    if by.id not in await authors(tx, draft):
        return "another"
    if await rule(tx) != "own":
        raise MayNotSign(
            "You changed these words yourself, so another clinician signs them. "
            "A practice with one clinician can allow this under Settings."
        )
    wait = draft.changed_at + PAUSE - now
    if wait > timedelta():
        minutes = max(1, round(wait.total_seconds() / 60))
        raise MayNotSign(f"You changed this a moment ago. Read it again in {minutes} minutes, then sign.")
    if " ".join(confirmation.lower().split()).rstrip(".") != CONFIRMATION.lower():
        raise MayNotSign(f"These are your own words. Type “{CONFIRMATION}” to sign them.")
    return "own"


async def authors(tx: Transaction, draft: Draft) -> set[str]:
    """Who had a hand in the present words: all editors since they were last signed."""
    signed = {mark for answer_id, mark, _ in await standing(tx) if answer_id == draft.id}
    rows = await answers.versions(tx, draft.id)
    return hands(rows, signed)


def hands(versions: Sequence[RowMapping], signed: Collection[str]) -> set[str]:
    """Who changed words since those that were signed; to switch an answer off and on is no writing.

    `versions`: the newest first.
    """
    found: set[str] = set()
    before = [row["fingerprint"] for row in versions[1:]] + [""]
    for row, older in zip(versions, before, strict=True):
        if row["fingerprint"] in signed:
            break
        if row["changed_by"] and row["fingerprint"] != older:
            found.add(row["changed_by"])
    return found
