"""Which messages of visitors a release would answer differently from the published one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from training.readings import Readings
from training.replay import Ask, Reaction

UNANSWERED = ("declined", "asked_back")


def kind_of(was: Reaction, now: Reaction) -> str | None:
    """Name the kind of a change; None when nothing changes for the visitor."""
    if was == now:
        return None
    if was.outcome == now.outcome == "answered":
        return "other_answer"
    if was.outcome in UNANSWERED and now.outcome == "answered":
        return "now_answered"
    if was.outcome == "answered" and now.outcome in UNANSWERED:
        return "no_longer_answered"
    return "otherwise"


def impact_of(
    asks: Sequence[Ask],
    was: Sequence[Mapping[str, Any]],
    now: Sequence[Mapping[str, Any]],
    readings: tuple[Readings, Readings] | None = None,
) -> dict[str, Any]:
    """Compare both releases' decisions. Rows name the message by id: its words stay in the record.

    `readings`: the words of both, to find what is answered the same and reads differently.
    """
    rows = []
    for ask, decided_was, decided_now in zip(asks, was, now, strict=True):
        fates = Reaction.of(decided_was), Reaction.of(decided_now)
        kind = kind_of(*fates)
        reads = [words.of(fate).text for words, fate in zip(readings, fates, strict=True)] if readings else []
        if kind is None and reads and reads[0] != reads[1]:
            kind = "other_words"
        if kind:
            before, after = (_as_data(fate) for fate in fates)
            if reads:
                before["reads"], after["reads"] = reads
            rows.append({"id": ask.id, "kind": kind, "was": before, "now": after})
    counts = Counter(row["kind"] for row in rows)
    return {"n": len(asks), "changed": len(rows), "kinds": dict(counts), "rows": rows}


def _as_data(fate: Reaction) -> dict[str, Any]:
    return {"outcome": fate.outcome, "gets": list(fate.gets)}
