"""How many questions an answer needs: told by how its own stand among their neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

ENOUGH = 0.8  # of the questions that would find the answer without having been taught
A_FEW = 5
Titles = Callable[[str], str]


def advice(standing: Mapping[str, Any] | None, called: Titles, *, answers: Collection[str] = ()) -> list[str]:
    """Sentences for whoever writes; none while nothing is known. `answers`: ids, to tell them from skills."""
    if not standing or not standing.get("count"):
        return []
    count, found = int(standing["count"]), int(standing["found"])
    told = [_reached(count, found)]
    lost = Counter(str(each["to"]) for each in standing.get("lost") or ())
    if count >= A_FEW and found >= ENOUGH * count:
        told.append("That is enough: more help only in words that are not here yet.")
    else:
        told.append(_more(max(A_FEW - count, 2 * (count - found), 2)))
    told += [
        _taken(name, number, standing, called, is_answer=name in answers)
        for name, number in lost.most_common(2)
    ]
    return told + [_same(each, called) for each in standing.get("same") or ()]


def _reached(count: int, found: int) -> str:
    if count == 1:
        would = "would" if found else "would not"
        return f"The one question {would} reach this answer if it were not taught itself."
    return f"{found} of {count} questions would reach this answer even if they were not taught themselves."


def _more(number: int) -> str:
    return f"Teach about {number} more, each in other words."


def _taken(name: str, number: int, standing: Mapping[str, Any], called: Titles, *, is_answer: bool) -> str:
    example = next(str(each["question"]) for each in standing["lost"] if each["to"] == name)
    go = "goes" if number == 1 else "go"
    remedy = (
        "teach what sets the two apart, or give both answers one topic"
        if is_answer
        else ("teach more of the kind")
    )
    return f"{number} {go} to {called(name)} (“{example}”): {remedy}."


def _same(each: Mapping[str, Any], called: Titles) -> str:
    return (
        f"“{each['question']}” is nearly “{each['same']}” of {called(str(each['of']))}: one of them will do."
    )
