"""An imported reply put into an answer that is taught its question, or nearly, instead of a second answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from content.answers import Answer
from content.questions import normalised
from web.studio.answers import Draft
from web.studio.question_index import QuestionIndex


def target_of(answer: Answer, standing: Mapping[str, Draft], book: QuestionIndex) -> Draft | None:
    """The answer that is taught a question of this one, as it would read with this one's reply.

    The same words count before other small words. None without a reply, or where no answer is taught any
    of its questions. Its title, topics, further questions and, without others, sources stay; questions that
    are taught elsewhere are left out.
    """
    taught = [book.same(question, but=None) for question in answer.questions]
    taught += [book.reworded(question) for question in answer.questions]
    owner = next((each.answer_id for each in taught if each and each.answer_id), None)
    old = standing.get(owner or "")
    if old is None or not answer.wordings:
        return None
    more = tuple(each for each in answer.questions if book.same(each, but=None) is None)
    asked = {normalised(each): each for each in reversed((*old.answer.questions, *more))}
    questions = tuple(reversed(asked.values()))
    sources = answer.sources or old.answer.sources
    made = replace(old.answer, wordings=answer.wordings, questions=questions, sources=sources)
    return replace(old, answer=made)
