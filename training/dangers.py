"""What safety hears of messages that it never learnt from: the corpus' held-out rows, and real cards.

Kept with each release (`safety.json`), so that the next build can tell what is lost. Of a corpus row
stands a hash there, of a visitor's message its id: no words.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from safety.check import check
from safety.classifier import ModelRefused, model
from safety.corpus import CorpusRow, fingerprint, read_corpus
from safety.rules import SIGNALS
from safety.verdicts import CHECKS, Verdict
from training.models import CODE, file_hash

SAFETY_FILE, EXAMPLES_FILE = "safety.json", "safety_examples.tsv"
DANGER = ("card", "check")
SPANISH = "in Spanish"


@dataclass(frozen=True)
class Heard:
    """What safety makes of a message: card, check or nothing; and by rule, by model, or by a hint alone."""

    level: str = ""
    by: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether plain words or the model brought it, which no build may lose."""
        return self.by in ("rule", "model")


@dataclass(frozen=True)
class RealCard:
    """A message of a visitor that got a card or a check; its text is masked."""

    id: str
    text: str
    kind: str
    is_changed: bool = False  # by masking: it may not be what was heard


@dataclass(frozen=True)
class SafetyRecord:
    """What one release's safety heard: of which rules and weights, each caught row, figures by kind."""

    of: str
    rows: Mapping[str, str]
    cards: Mapping[str, str]
    dangers: Mapping[str, Mapping[str, int]]
    harmless: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, folder: Path | None) -> SafetyRecord | None:
        """The record of a release; None when it was built before there was one."""
        try:
            return cls(**json.loads(((folder or Path()) / SAFETY_FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        (folder / SAFETY_FILE).write_text(json.dumps(vars(self)), encoding="utf-8")


def real_cards(visitors: Iterable[Mapping[str, Any]]) -> list[RealCard]:
    """Of what the studio sends along, the messages that got a card or a check."""
    return [
        RealCard(str(each["id"]), str(each["text"]), str(each["heard"]), bool(each.get("is_changed")))
        for each in visitors
        if each.get("heard")
    ]


def hear(text: str) -> Heard:
    """Judge one message as both halves do."""
    verdict = check(text)
    if verdict.kind in SIGNALS or verdict.kind == "unsure":
        return Heard("card", _by(verdict))
    return Heard("check", _by(verdict)) if verdict.kind in CHECKS else Heard()


def listen(before: SafetyRecord | None, cards: Sequence[RealCard]) -> SafetyRecord:
    """Judge what is held out, unless the published release's safety is this very one; and real cards."""
    real = {card.id: heard for card in cards if (heard := _line(hear(card.text)))}
    of = safety_hash()
    if before is not None and before.of == of:
        return SafetyRecord(of, before.rows, real, before.dangers, before.harmless)
    judged = [(row, hear(row.text)) for row in held_out()]
    rows = {_key(row): _line(heard) for row, heard in judged if row.label in DANGER and heard.level}
    return SafetyRecord(of, rows, real, _figures(judged, dangers=True), _figures(judged, dangers=False))


def lost_rows(before: SafetyRecord | None, now: SafetyRecord) -> list[CorpusRow]:
    """Dangers of the corpus that plain words or the model caught in the published release, and not now."""
    if before is None or before.of == now.of:
        return []
    caught = {key for key, line in before.rows.items() if _heard(line).is_sure}
    return [row for row in held_out() if row.label in DANGER and _key(row) in caught - now.rows.keys()]


def lost_cards(cards: Sequence[RealCard], before: SafetyRecord | None, now: SafetyRecord) -> list[RealCard]:
    """Real cards that would not come any more; one that masking changed counts only if it came before."""
    known = before.cards if before else {}
    return [card for card in cards if card.id not in now.cards and (not card.is_changed or card.id in known)]


def caught(now: SafetyRecord) -> list[CorpusRow]:
    """Dangers of the corpus that plain words or the model catch."""
    return [row for row in held_out() if row.label in DANGER and _heard(now.rows.get(_key(row), "")).is_sure]


def own_examples(folder: Path) -> dict[str, int] | None:
    """Of the clinic's accepted false alarms: how many there are, and how many still alarm."""
    path = folder / EXAMPLES_FILE
    if not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    levels = [(row["label"], hear(row["text"]).level) for row in rows]
    checks = sum(level == "check" and label != "check" for label, level in levels)
    return {"n": len(rows), "cards": sum(level == "card" for _, level in levels), "checks": checks}


def by_kind(before: SafetyRecord | None, now: SafetyRecord) -> dict[str, list[dict[str, Any]]]:
    """Recall and false alarms of each kind, before and after."""

    def both(name: str) -> list[dict[str, Any]]:
        was = getattr(before, name) if before else {}
        return [
            {"kind": kind, "before": was.get(kind), "after": dict(counts)}
            for kind, counts in getattr(now, name).items()
        ]

    return {"dangers": both("dangers"), "harmless": both("harmless")}


@lru_cache(maxsize=1)
def held_out() -> Sequence[CorpusRow]:
    """The rows that no model learnt from."""
    return [row for row in read_corpus() if row.is_held_out]


@lru_cache(maxsize=1)
def safety_hash() -> str:
    """Hash of all that a verdict depends on."""
    room = CODE / "safety"
    paths = sorted(path for path in room.rglob("*") if path.is_file() and path.suffix != ".pyc")
    told = [(path.relative_to(room).as_posix(), file_hash(path)) for path in paths]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _figures(judged: Iterable[tuple[CorpusRow, Heard]], *, dangers: bool) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"n": 0, "card": 0, "check": 0})
    for row, heard in judged:
        if (row.label in DANGER) == dangers:
            counts = found[SPANISH if row.file.startswith("es_") else row.kind]
            counts["n"] += 1
            if heard.level:
                counts[heard.level] += 1
    return {kind: found[kind] for kind in sorted(found, key=lambda kind: (kind == SPANISH, kind))}


def _by(verdict: Verdict) -> str:
    if verdict.explicit:
        return "rule"
    return "model" if verdict.rule is None or _is_over_threshold(verdict) else "hint"


def _is_over_threshold(verdict: Verdict) -> bool:
    """Whether the model would have heard it without the rule."""
    if verdict.danger is None or verdict.card_score is None:
        return False
    try:
        limits = model().thresholds
    except ModelRefused:
        return False
    return verdict.card_score >= limits.card or verdict.danger >= limits.check


def _key(row: CorpusRow) -> str:
    return fingerprint(row.text)[:16]


def _line(heard: Heard) -> str:
    return f"{heard.level} {heard.by}" if heard.level else ""


def _heard(line: str) -> Heard:
    level, _, by = line.partition(" ")
    return Heard(level, by)
