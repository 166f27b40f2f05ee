"""A real message that a release would lose becomes a question of the answer it got, masked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from content.clinical import Judge
from content.questions import normalised
from web.accounts import audit
from web.core.db import Transaction
from web.core.errors import NotFound, NotPossible
from web.core.i18n import say
from web.releases import replay_samples
from web.studio import answers
from web.studio.answers import Draft, Editor


async def teach(
    tx: Transaction, message_id: str, answer_id: str, *, by: Editor, judge: Judge, now: datetime
) -> Draft:
    """Add a message to the questions of an answer. Raises NotFound, NotPossible."""
    draft = await answers.get(tx, answer_id)
    text = (await replay_samples.texts(tx, [message_id])).get(message_id)
    if draft is None or not text:
        raise NotFound(say("no_such_page"))
    question = " ".join(text.split())
    if normalised(question) in {normalised(known) for known in draft.answer.questions}:
        raise NotPossible("This answer is taught this question already. Build again.")
    taught = replace(draft.answer, questions=(*draft.answer.questions, question))
    saved = await answers.save(
        tx,
        taught,
        tests=draft.tests,
        is_on=draft.is_on,
        version=draft.version,
        by=by,
        why="taught what a release would have lost",
        now=now,
        judge=judge,
    )
    details = {"version": saved.version}
    did = "answer.changed"
    await audit.note(tx, by=by.id, did=did, about="answers", about_id=answer_id, details=details, now=now)
    return saved
