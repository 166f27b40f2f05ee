"""Bot answers that staff marked as wrong, with the right one: missed questions for the studio."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select

from web.accounts.staff import Person
from web.chat import turns
from web.chat.turns import GONE
from web.core.db import Transaction
from web.core.errors import MessageRefused, NotFound
from web.schema import messages, new_id, wrong_answers

MAX_REMARK_CHARS = 1000


async def mark(
    tx: Transaction,
    conversation_id: str,
    message_id: str,
    *,
    right_answer: str | None,
    remark: str,
    by: Person,
    now: datetime,
) -> None:
    """Mark one message of the bot as wrong; a second mark replaces the first.

    Raises NotFound, and MessageRefused when neither the right answer nor a remark is given.
    """
    remark = remark.strip()
    if not right_answer and not remark:
        raise MessageRefused("Please choose the right answer, or say in a few words what was wrong.")
    if len(remark) > MAX_REMARK_CHARS:
        raise MessageRefused(f"A remark has at most {MAX_REMARK_CHARS:,} characters. Nothing was kept.")
    await turns.lock_known(tx, conversation_id)
    given = await _message(tx, conversation_id, messages.c.id == message_id, messages.c.author == "bot")
    if given is None:
        raise NotFound(GONE)
    asked = await _message(tx, conversation_id, messages.c.id == given["in_reply_to"])
    await unmark(tx, conversation_id, message_id)
    await tx.execute(
        insert(wrong_answers).values(
            id=new_id(),
            conversation_id=conversation_id,
            message_id=message_id,
            question=asked["text"] if asked else "",
            language=given["language"],
            given=given["utterance"],
            right_answer=right_answer,
            remark=remark,
            by=by.id,
            name=by.name,
            created_at=now,
        )
    )


async def unmark(tx: Transaction, conversation_id: str, message_id: str) -> bool:
    """Take a mark back; False when there was none."""
    mine = (
        wrong_answers.c.conversation_id == conversation_id,
        wrong_answers.c.message_id == message_id,
    )
    return (await tx.execute(delete(wrong_answers).where(*mine))).rowcount > 0


async def of_conversation(tx: Transaction, conversation_id: str) -> dict[str, RowMapping]:
    """The marks in a conversation by the message they are about."""
    mine = wrong_answers.c.conversation_id == conversation_id
    found = (await tx.execute(select(wrong_answers).where(mine))).mappings()
    return {row["message_id"]: row for row in found}


async def since(tx: Transaction, moment: datetime) -> list[RowMapping]:
    """Every mark since a moment, the newest first."""
    found = await tx.execute(
        select(wrong_answers)
        .where(wrong_answers.c.created_at >= moment)
        .order_by(wrong_answers.c.created_at.desc())
    )
    return list(found.mappings())


async def _message(tx: Transaction, conversation_id: str, *conditions: object) -> RowMapping | None:
    mine = messages.c.conversation_id == conversation_id
    found = await tx.execute(select(messages).where(mine, *conditions))  # type: ignore[arg-type]
    return found.mappings().first()
