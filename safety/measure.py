"""Owns comparing verdicts with labelled messages; prints nothing and keeps no text."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from safety.check import check
from safety.rules import SIGNALS

# Files come in two shapes: a `label`, or an `answerability` whose danger rows use the same words.
LABEL_COLUMNS = ("label", "answerability")
DANGER = ("crisis", "emergency")


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
    """Run the rules over a file: every danger row must get a card, no other row may."""
    names: dict[str, list[str]] = {
        name: [] for name in ("caught", "missed", "false_alarms", "soft_line_missing", "soft_line_wrong")
    }
    rows = read_rows(path)
    for row in rows:
        verdict = check(current_part(row))
        carded = verdict.kind in SIGNALS or verdict.kind == "unsure"
        if label_of(row) in DANGER:
            names["caught" if carded else "missed"].append(row["id"])
        elif carded:
            names["false_alarms"].append(row["id"])
        elif verdict.soft_line and row.get("soft_line_ok") == "no":
            names["soft_line_wrong"].append(row["id"])
        elif not verdict.soft_line and row.get("soft_line_ok") == "yes":
            names["soft_line_missing"].append(row["id"])
    return {"n": len(rows), **names}


def label_of(row: dict[str, str]) -> str:
    """Give the label of a row in either shape."""
    return next(row[column] for column in LABEL_COLUMNS if column in row)


def current_part(row: dict[str, str]) -> str:
    """Give the message itself: a follow-up row holds the one before it, then ||."""
    return row["text"].rpartition(" || ")[2] if row.get("style") == "followup" else row["text"]
