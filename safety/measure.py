"""Owns comparing verdicts with labelled messages; prints nothing and keeps no text."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from safety.check import check
from safety.rules import SIGNALS
from safety.verdicts import CHECKS

# Files come in two shapes: a `label`, or an `answerability` whose danger rows use the same words.
LABEL_COLUMNS = ("label", "answerability")
CARD_LABELS = ("crisis", "emergency", "card")
DANGER = (*CARD_LABELS, "check")
_NAMES = (
    "caught",
    "checks",
    "missed",
    "false_alarms",
    "false_checks",
    "soft_line_missing",
    "soft_line_wrong",
)


class UnknownColumns(ValueError):
    """A file that has no id, no text or no label."""


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read the rows of a tab-separated file with id, text and a label column."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    columns = set(rows[0]) if rows else set()
    if not {"id", "text"} <= columns or not columns & set(LABEL_COLUMNS):
        raise UnknownColumns(f"{path.name} needs the columns id, text and label or answerability")
    return rows


def measure(path: Path) -> dict[str, Any]:
    """Judge every row of a file.

    `caught`: danger with a card or a check; `checks`: every row that is asked; `false_alarms`: no
    danger, and a card. `by_register` has the same as counts, where the file has registers.
    """
    rows = read_rows(path)
    found = [(row, _outcomes(row)) for row in rows]
    result: dict[str, Any] = {"n": len(rows)}
    result |= {name: [row["id"] for row, names in found if name in names] for name in _NAMES}
    registers = sorted({row["register"] for row in rows if row.get("register")})
    if registers:
        result["by_register"] = {
            name: _counts([names for row, names in found if row["register"] == name]) for name in registers
        }
    return result


def _outcomes(row: dict[str, str]) -> set[str]:
    verdict = check(current_part(row))
    carded = verdict.kind in SIGNALS or verdict.kind == "unsure"
    asked = verdict.kind in CHECKS
    found = {"card"} if carded else {"checks"} if asked else set()
    label = label_of(row)
    if label in DANGER:
        return found | {"caught" if carded or asked else "missed", "danger"}
    if carded:
        return found | {"false_alarms"}
    if asked:
        return found | ({"false_checks"} if label != "info" else set())
    if verdict.soft_line and row.get("soft_line_ok") == "no":
        found.add("soft_line_wrong")
    elif not verdict.soft_line and row.get("soft_line_ok") == "yes":
        found.add("soft_line_missing")
    return found


def _counts(found: Sequence[set[str]]) -> dict[str, int]:
    names = ("danger", "caught", "card", "checks", "missed", "false_alarms", "false_checks")
    return {"n": len(found), **{name: sum(name in names_of for names_of in found) for name in names}}


def label_of(row: dict[str, str]) -> str:
    """Give the label of a row in either shape."""
    return next(row[column] for column in LABEL_COLUMNS if column in row)


def current_part(row: dict[str, str]) -> str:
    """Give the message itself: a follow-up row holds the one before it, then ||."""
    return row["text"].rpartition(" || ")[2] if row.get("style") == "followup" else row["text"]
