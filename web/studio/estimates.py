"""What the drafts would make of a message, told from the nearest questions: an estimate, not a trial.

The next release's model does not exist yet. Where nothing near the message has changed, today's
result stands; where a new question is nearer than all that stay, its answer is named; where the two
are about as near, both are. In 28 of 30 messages over three drafts the build then did what was told
(`tests/web/studio/test_estimates.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from web.bot.client import Similar

# Cosines. Below NEAR a nearest question says little: such messages are mostly asked back or declined.
NEAR, CLOSE = 0.6, 0.04
NOT_OURS = "out_of_scope"  # the skill that teaches what is none of the clinic's business


@dataclass(frozen=True)
class Estimate:
    """Ids of the answers (or names of skills) that would win; none: it would not be answered."""

    answers: tuple[str, ...]
    is_close: bool = False
    is_as_today: bool = False


def estimate(
    today: Sequence[str],
    known: Sequence[Similar],
    fresh: Sequence[Similar],
    *,
    stays: Callable[[Similar], bool],
) -> Estimate:
    """Weigh what is taught and stays against the drafts' new questions (`fresh`), each nearest first.

    `today`: who wins now. `stays`: whether a known question is still taught in the drafts.
    """
    kept = [each for each in known if stays(each)]
    old, new = next(iter(kept), None), next(iter(fresh), None)
    stands = all(_best(kept, name) > _best(known, name) - CLOSE for name in today)
    lead = (new.similarity if new else 0.0) - (old.similarity if old else 0.0)
    if new is None or new.similarity < NEAR or lead < -CLOSE:
        if stands:
            return Estimate(tuple(today), is_as_today=True)
        is_answered = old is not None and old.similarity >= NEAR and old.answer != NOT_OURS
        return Estimate((old.answer,) if old and is_answered else ())
    if old is not None and lead < CLOSE and old.answer != new.answer and old.similarity >= NEAR:
        return Estimate((new.answer, old.answer), is_close=True)
    return Estimate((new.answer,))


def _best(hits: Sequence[Similar], name: str) -> float:
    """The nearest of an answer's questions; an answer that has none among the hits counts as far."""
    return max((each.similarity for each in hits if each.answer == name), default=-1.0)
