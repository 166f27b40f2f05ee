"""Missed questions: what visitors asked and did not get, and what was done about it.

Nothing is copied: the words stay with their conversation and go with it. What is shown is masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select

from web.db import Transaction
from web.schema import missed_marks, new_id

Mark = Literal["drafted", "added", "not_ours", "ignored"]


async def mark(
    tx: Transaction,
    messages: Sequence[tuple[str, str]],
    how: Mark,
    *,
    by: str | None,
    now: datetime,
    answer_id: str | None = None,
) -> str:
    """Say what was done about some messages, (conversation, message) each; returns the batch, to undo it."""
    batch = new_id()
    done = set((await tx.execute(select(missed_marks.c.message_id))).scalars())
    for conversation_id, message_id in messages:
        if message_id not in done:
            await tx.execute(
                insert(missed_marks).values(
                    id=new_id(),
                    conversation_id=conversation_id,
                    message_id=message_id,
                    batch=batch,
                    mark=how,
                    answer_id=answer_id,
                    marked_by=by,
                    marked_at=now,
                )
            )
    return batch
