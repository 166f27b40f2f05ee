"""What holds at once, without a build: signatures given or taken back, and what was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from web.bot.manifest import Manifest
from web.core.db import Transaction
from web.schema import signatures, withdrawals

Key = tuple[str, str, str]  # answer, language, fingerprint of the words that were signed

# Read with every turn, so made once.
_WITHDRAWN = select(withdrawals.c.answer_id).where(withdrawals.c.until.is_(None))
_SIGNED = select(
    signatures.c.answer_id,
    signatures.c.language,
    signatures.c.fingerprint,
    signatures.c.signed_by_name,
    signatures.c.review_by,
    signatures.c.taken_back_at,
).order_by(signatures.c.signed_at)


@dataclass(frozen=True)
class Live:
    """The record's word on the published answers."""

    withdrawn: frozenset[str] = frozenset()
    is_off: bool = False
    # Name and review date under these words; None: the signature was taken back.
    signed: Mapping[Key, tuple[str, str] | None] = field(default_factory=dict)

    def over(self, manifest: Manifest) -> Manifest:
        """The manifest as it holds now."""
        if not (self.withdrawn or self.signed):
            return manifest
        answers = {name: self._signed(name, answer) for name, answer in manifest.answers.items()}
        return replace(manifest, answers=answers, withdrawn=self.withdrawn)

    def _signed(self, name: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        written = str(answer.get("fingerprint") or "")
        reviewers = dict(answer.get("reviewed_by") or {})
        dates = []
        for (answer_id, language, fingerprint), signature in self.signed.items():
            if answer_id != name or fingerprint != written:
                continue
            reviewers[language] = signature[0] if signature else None
            dates += [signature[1]] if signature else []
        if reviewers == (answer.get("reviewed_by") or {}) and not dates:
            return answer
        review_by = min(dates) if dates else answer.get("review_by")
        return {**answer, "reviewed_by": reviewers, "review_by": review_by}


async def read(tx: Transaction) -> Live:
    """Read it for this moment; every turn does."""
    found = await tx.execute(_WITHDRAWN)
    taken_away = list(found.scalars())
    return Live(
        withdrawn=frozenset(name for name in taken_away if name is not None),
        is_off=None in taken_away,
        signed=await _signatures(tx),
    )


async def _signatures(tx: Transaction) -> dict[Key, tuple[str, str] | None]:
    given: dict[Key, tuple[str, str] | None] = {}
    for row in await tx.execute(_SIGNED):
        key = (row.answer_id, row.language, row.fingerprint)
        given[key] = None if row.taken_back_at else (row.signed_by_name, row.review_by)
    return given
