"""What the drafts teach that the published release does not: whole answers, as the classifier learns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from content.answers import Answer, taught_mark
from web.bot.manifest import Manifest
from web.studio.answers import Draft

# Of an answer what the decision goes by, beside its questions.
_ABOUT = ("title", "it", "topics", "clinical", "offer_call", "next", "follow_ups")


def changed_answers(
    drafts: Sequence[Draft], published: Manifest, *, instead: Answer | None = None
) -> dict[str, dict[str, Any] | None]:
    """By id: questions and metadata of each changed or new answer, None for one that goes.

    `instead` stands for the draft of its id: what somebody is writing and has not saved.
    """
    wanted = {draft.id: draft.answer for draft in drafts if draft.is_on}
    if instead is not None:
        wanted[instead.id] = instead
    gone = {name: None for name in published.answers if name not in wanted}
    return {**gone, **{name: _taught(a) for name, a in wanted.items() if _differs(a, published)}}


def _differs(answer: Answer, published: Manifest) -> bool:
    known = published.answers.get(answer.id)
    if known is None or known.get("taught") != taught_mark(answer):
        return any(answer.questions)
    return any(_plain(getattr(answer, name)) != _plain(known.get(name)) for name in ("title", "topics"))


def _taught(answer: Answer) -> dict[str, Any]:
    metadata = {name: _plain(value) for name in _ABOUT if (value := getattr(answer, name))}
    return {"questions": [text for text in answer.questions if text.strip()], "metadata": metadata}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple | list) else value
