"""Scores understanding on messages the trainer never saw.

One row a message: id, text, topic (`a+b` for two), answerability, style (`docs/evaluation.md`). A
follow-up's text is `previous message || current message`.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sklearn.metrics import roc_auc_score

from content.scoring import OUT_OF_SCOPE, Serving, is_declined_well
from training.model_parser import Parser
from training.releases import needed_release, read_manifest


@dataclass(frozen=True)
class LabelledMessage:
    """One message of an evaluation file."""

    id: str
    text: str
    topics: tuple[str, ...]
    answerability: str
    style: str
    after: str | None = None

    @property
    def in_scope(self) -> bool:
        return OUT_OF_SCOPE not in self.topics and "oos" not in self.answerability


@dataclass(frozen=True)
class Outcome:
    """What the bot did with one row."""

    row: LabelledMessage
    outcome: str
    confidence: float
    ranking: tuple[str, ...]
    given: tuple[str, ...]
    offered: tuple[str, ...]


@dataclass
class Report:
    """Figures (shares in [0, 1]) and the rows that went wrong."""

    figures: dict[str, Any]
    misses: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> str:
        return json.dumps({**self.figures, "misses": self.misses}, indent=1, ensure_ascii=False)

    def as_table(self) -> str:
        lines = [f"{name:<24}{_worded(value)}" for name, value in self.figures.items()]
        misses = [
            f"  {miss['id']}  {miss['wanted']} -> {miss['outcome']} {' '.join(miss['got'])}"
            for miss in self.misses
        ]
        return "\n".join([*lines, f"misses ({len(misses)}):", *misses])


class Scorer:
    """Knows which intents serve which topics in the published release."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._serving = Serving(manifest["answers"])
        self._clinical = {f"faq/{name}" for name, answer in manifest["answers"].items() if answer["clinical"]}

    def serves(self, intent: str, topic: str) -> bool:
        """Whether what `intent` gives is right for `topic`, swaps included."""
        return self._serving.serves(intent, topic)

    def is_clinical(self, intent: str) -> bool:
        return intent in self._clinical

    def first_is_right(self, outcome: Outcome, within: int) -> bool:
        """Whether the ranking's first `within` serve the row (as many as it has topics, at least)."""
        topics = outcome.row.topics
        ranked = outcome.ranking[: max(within, len(topics))]
        return self._serving.all_served(topics, ranked)

    def given_is_right(self, outcome: Outcome) -> bool:
        return self._serving.all_served(outcome.row.topics, outcome.given)

    def is_kept(self, outcome: Outcome) -> bool:
        if outcome.outcome != "asked_back":
            return outcome.outcome != "declined"
        return any(self.serves(i, t) for i in outcome.offered for t in outcome.row.topics)

    def is_wrong_clinical(self, outcome: Outcome) -> bool:
        """Answered with a clinical answer that serves none of the row's topics."""
        return outcome.outcome == "answered" and any(
            self.is_clinical(intent) and not any(self.serves(intent, t) for t in outcome.row.topics)
            for intent in outcome.given
        )


def read_rows(path: Path) -> list[LabelledMessage]:
    """Read one evaluation file (tab-separated, with a header)."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(kept) for kept in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def evaluate_files(var: Path, messages: Path, out_of_scope: Path | None) -> Report:
    """Evaluate the published release on one or two files."""
    rows = read_rows(messages)
    outside = read_rows(out_of_scope) if out_of_scope else []
    manifest = read_manifest(needed_release(var))
    parser = Parser(var)
    outcomes = [outcome_of(parser, row) for row in rows]
    return score(outcomes, [outcome_of(parser, row) for row in outside], Scorer(manifest))


def outcome_of(parser: Parser, row: LabelledMessage) -> Outcome:
    """Let the release understand one row."""
    return outcome_from(row, parser.parse(row.text, after=row.after)["decision"])


def outcome_from(row: LabelledMessage, decision: Mapping[str, Any]) -> Outcome:
    """What a decision gives the visitor of one row."""
    given = [part["intent"] for part in decision["parts"]] or [decision["intent"]]
    if decision["outcome"] == "safety":
        given = ["safety", *(part["intent"] for part in decision["parts"])]
    ranking = [ranked["intent"] for ranked in decision["ranking"]]
    if decision["outcome"] in ("skill", "safety", "declined"):
        ranking = [decision["intent"], *(i for i in ranking if i != decision["intent"])]
    return Outcome(
        row=row,
        outcome=decision["outcome"],
        confidence=decision["confidence"],
        ranking=tuple(ranking if row.in_scope else _threshold_kept(decision, ranking)),
        given=tuple(given),
        offered=tuple(choice["intent"] for choice in decision["choices"]),
    )


def _threshold_kept(decision: Mapping[str, Any], ranking: Sequence[str]) -> Sequence[str]:
    return [decision["intent"]] if decision["outcome"] == "declined" else ranking


def score(inside: Sequence[Outcome], outside: Sequence[Outcome], scorer: Scorer) -> Report:
    """All figures of one evaluation."""
    in_scope = [o for o in inside if o.row.in_scope]
    out = [*outside, *(o for o in inside if not o.row.in_scope)]
    figures = {
        "n": len(inside),
        "n_out_of_scope": len(out),
        "top1": _share(inside, lambda o: scorer.first_is_right(o, 1)),
        "top3": _share(inside, lambda o: scorer.first_is_right(o, 3)),
        "answered_right": _share(inside, scorer.given_is_right),
        "asked_back": _share(inside, lambda o: o.outcome == "asked_back"),
        "kept_in_scope": _share(in_scope, scorer.is_kept),
        "declined_out_of_scope": _share(outside, _is_declined_well),
        "declined": _share(outside, lambda o: o.outcome == "declined"),
        "wrong_clinical": _share([*inside, *outside], scorer.is_wrong_clinical),
        "auroc": _auroc(in_scope, out),
        "by_style": _by(inside, lambda o: o.row.style, scorer),
        "by_answerability": _by(inside, lambda o: o.row.answerability, scorer),
    }
    misses = [_miss(o) for o in inside if not scorer.given_is_right(o)]
    misses += [_miss(o) for o in outside if not _is_declined_well(o)]
    return Report(figures, misses)


def _is_declined_well(outcome: Outcome) -> bool:
    return is_declined_well(outcome.outcome, outcome.given[0])


def _row(kept: Mapping[str, str]) -> LabelledMessage:
    after, _, current = kept["text"].rpartition(" || ")
    is_followup = kept.get("style") == "followup"
    return LabelledMessage(
        id=kept["id"],
        text=current if is_followup else kept["text"],
        topics=tuple(kept["topic"].split("+")),
        answerability=kept["answerability"],
        style=kept["style"],
        after=after if is_followup and after else None,
    )


def _miss(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.row.id,
        "wanted": "+".join(outcome.row.topics),
        "outcome": outcome.outcome,
        "got": list(outcome.offered or outcome.given),
        "confidence": outcome.confidence,
    }


def _share(outcomes: Sequence[Outcome], is_so: Callable[[Outcome], bool]) -> float | None:
    return round(sum(map(is_so, outcomes)) / len(outcomes), 4) if outcomes else None


def _by(
    outcomes: Iterable[Outcome], key: Callable[[Outcome], str], scorer: Scorer
) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome)
    return {
        name: {
            "n": len(group),
            "top1": _share(group, lambda o: scorer.first_is_right(o, 1)),
            "answered_right": _share(group, scorer.given_is_right),
        }
        for name, group in sorted(groups.items())
    }


def _auroc(inside: Sequence[Outcome], outside: Sequence[Outcome]) -> float | None:
    if not inside or not outside:
        return None
    labels = [1] * len(inside) + [0] * len(outside)
    return round(float(roc_auc_score(labels, [o.confidence for o in (*inside, *outside)])), 4)


def _worded(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name} {entry['top1']} of {entry['n']}" for name, entry in value.items())
    return str(value)
