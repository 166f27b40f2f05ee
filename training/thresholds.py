"""Sweeps the threshold for answering: what is gained in answers is paid in wrong ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from components.decision.answer_book import PREFIX, AnswerBook
from components.decision.rules import decide
from components.decision.thresholds import Thresholds
from components.keys import DECISION, READINGS, SCORED
from content.yaml_files import read_yaml
from training.evaluation import LabelledMessage, Scorer, outcome_from, read_rows, score
from training.model_parser import Parser
from training.releases import needed_release, read_manifest

ANSWER_AT = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75)
ASK_BACK_AT = (0.2, 0.25, 0.3, 0.35, 0.4)
SHOWN = ("answered_right", "asked_back", "kept_in_scope", "declined_out_of_scope", "wrong_clinical")


def sweep(var: Path, messages: Path, out_of_scope: Path | None) -> str:
    """One line for each pair of thresholds, on messages the trainer never saw."""
    manifest = read_manifest(needed_release(var))
    book = AnswerBook({PREFIX + name: answer for name, answer in manifest["answers"].items()})
    parser, scorer = Parser(var), Scorer(manifest)
    inside = [(row, parser.parse(row.text, after=row.after, whole=True)) for row in read_rows(messages)]
    rows = read_rows(out_of_scope) if out_of_scope else []
    outside = [(row, parser.parse(row.text, whole=True)) for row in rows]
    shipped, careful_topics = _in_recipe()
    lines = ["answer ask_back " + " ".join(f"{name:>21}" for name in SHOWN)]
    for answer in ANSWER_AT:
        for ask_back in (at for at in ASK_BACK_AT if at < answer):
            thresholds = replace(shipped, answer=answer, ask_back=ask_back)
            outcomes = [
                [_again(row, parsed, book, thresholds, careful_topics) for row, parsed in group]
                for group in (inside, outside)
            ]
            figures = score(outcomes[0], outcomes[1], scorer).figures
            shown = " ".join(f"{figures[name]!s:>21}" for name in SHOWN)
            lines.append(f"{answer:>6} {ask_back:>8} {shown}")
    return "\n".join(lines)


def _in_recipe() -> tuple[Thresholds, list[str]]:
    """The thresholds and the topics that need care, as `config.yml` has them."""
    steps = read_yaml(Path("config.yml"))["pipeline"]
    decider = next(step for step in steps if step["name"].endswith(".Decider"))
    names = [field.name for field in fields(Thresholds) if field.name in decider]
    return Thresholds(**{name: float(decider[name]) for name in names}), list(
        decider.get("careful_topics", ())
    )


def _again(
    row: LabelledMessage,
    parsed: dict[str, Any],
    book: AnswerBook,
    thresholds: Thresholds,
    careful_topics: Collection[str],
) -> Any:
    """Decide once more on a parsed message; what safety or language decided stays."""
    decided = parsed[DECISION]
    if decided["ranking"] and decided["intent"] not in ("safety", "inform"):
        decided = decide(
            parsed[READINGS], parsed[SCORED], book=book, thresholds=thresholds, careful_topics=careful_topics,
        )  # fmt: skip
    return outcome_from(row, decided)
