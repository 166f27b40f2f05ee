"""Owns the table of what rules, classifier and both hear, by register; keeps no text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from safety.check import check, check_by_classifier, check_by_rules
from safety.corpus import CARD_OF_KIND, read_corpus
from safety.measure import DANGER, current_part, label_of, read_rows
from safety.rules import SIGNALS
from safety.verdicts import CHECKS, Verdict

HEADER = (
    "| register | label | n | rules: card / either | classifier: card / either | both: card / either "
    "| right card |\n| --- | --- | --- | --- | --- | --- | --- |"
)
Judge = Callable[[str], Verdict]
JUDGES: tuple[Judge, ...] = (check_by_rules, check_by_classifier, check)


@dataclass(frozen=True)
class Labelled:
    """A message with its label; `card` is the card it should get, "" when that is not known."""

    text: str
    label: str
    register: str
    card: str = ""


def of_file(path: Path) -> list[Labelled]:
    """Read labelled messages from a file of `python -m safety check`."""
    return [
        Labelled(current_part(row), label_of(row), row.get("register") or "all", row.get("card") or "")
        for row in read_rows(path)
    ]


def held_out() -> list[Labelled]:
    """Give what the corpus keeps from training, by language and kind."""
    return [
        Labelled(
            row.text,
            row.label,
            f"{row.file[:2]} {row.kind}",
            CARD_OF_KIND.get(row.kind, "") if row.label == "card" else "",
        )
        for row in read_corpus()
        if row.is_held_out
    ]


def table(rows: Sequence[Labelled]) -> str:
    """Give a table with a line for every register and label, and one for every label."""
    groups = sorted({(row.register, row.label) for row in rows})
    judged = {row: tuple(judge(row.text).kind for judge in JUDGES) for row in rows}
    lines = [HEADER]
    for register, label in [*groups, *(("all", label) for label in sorted({row.label for row in rows}))]:
        chosen = [row for row in rows if row.label == label and register in (row.register, "all")]
        lines.append(_line(register, label, chosen, [judged[row] for row in chosen]))
    return "\n".join(dict.fromkeys(lines))


def _line(register: str, label: str, rows: Sequence[Labelled], kinds: Sequence[tuple[str, ...]]) -> str:
    cells = [f"{_carded(each)} / {_either(each)}" for each in zip(*kinds, strict=True)]
    known = [(row.card, each[-1]) for row, each in zip(rows, kinds, strict=True) if row.card]
    shown = [(wanted, kind) for wanted, kind in known if kind in SIGNALS]
    right = _percent(wanted == kind for wanted, kind in shown) if shown and label in DANGER else ""
    return f"| {register} | {label} | {len(rows)} | {' | '.join(cells)} | {right} |"


def _carded(kinds: Iterable[str]) -> str:
    return _percent(kind in (*SIGNALS, "unsure") for kind in kinds)


def _either(kinds: Iterable[str]) -> str:
    return _percent(kind in (*SIGNALS, *CHECKS, "unsure") for kind in kinds)


def _percent(found: Iterable[bool]) -> str:
    every = list(found)
    return f"{100 * sum(every) / len(every):.0f} %"
