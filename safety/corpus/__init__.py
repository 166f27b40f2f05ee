"""Owns the corpus that the classifier learns from: one file a register, label, kind, group and text.

Written for the purpose from the meaning of the labels. A group is one writer's prompt: what is held
out is held out by group, for the messages of one prompt resemble each other.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from safety.corpus.unseen import Unseen, names_somebody, plain

CORPUS_FOLDER = Path(__file__).parent
LABELS = ("card", "check", "info", "none")
COLUMNS = ["label", "kind", "group", "text"]
KINDS = frozenset(
    {"self", "other", "child", "overdose", "medical", "violence", "abuse", "threat", "self_harm"}
    | {"idiom", "grief", "history", "topic", "leaving", "ordinary"}
)
# Which card a danger of a kind should get; of a child it depends on the message.
CARD_OF_KIND = {
    "self": "crisis",
    "self_harm": "crisis",
    "other": "crisis_other",
    "overdose": "emergency",
    "medical": "emergency",
    "violence": "harm",
    "abuse": "harm",
    "threat": "harm",
}
HELD_OUT_EVERY = 10


@dataclass(frozen=True)
class CorpusRow:
    """One message of the corpus; `file` is its register."""

    label: str
    kind: str
    group: str
    text: str
    file: str
    line: int

    @property
    def is_held_out(self) -> bool:
        """Tell whether the row is kept from training, with its whole group."""
        return hashlib.sha256(self.group.encode()).digest()[0] % HELD_OUT_EVERY == 0


class CorpusRefused(ValueError):
    """The corpus has rows that must not be learnt from; the text names each with file and line."""


def read_corpus(folder: Path = CORPUS_FOLDER, *, unseen: Unseen | None = None) -> list[CorpusRow]:
    """Read every file; `unseen` knows the texts that are kept for measuring.

    Raises CorpusRefused for a malformed row, somebody's name, a text that stands there twice, and
    one that is kept for measuring, or nearly.
    """
    rows: list[CorpusRow] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.tsv")):
        for line, cells in _cells(path):
            problem = _problem(cells)
            if problem:
                problems.append(f"{path.name}:{line}: {problem}")
            elif cells != COLUMNS:
                label, kind, group, text = cells
                rows.append(CorpusRow(label, kind, group, text, file=path.stem, line=line))
    problems += _repeated(rows)
    problems += [
        f"{row.file}.tsv:{row.line}: the text is kept for measuring; write another"
        for row in rows
        if unseen and unseen.has(row.text)
    ]
    if problems:
        raise CorpusRefused("\n".join(problems))
    return rows


def fingerprint(text: str) -> str:
    """Hash a text so that spelling of signs and capitals makes no difference."""
    return hashlib.sha256(plain(text).encode()).hexdigest()


def corpus_hash(folder: Path = CORPUS_FOLDER) -> str:
    """Hash every file of the corpus by name and content."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.tsv")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        for line, cells in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if line > 1 or cells != COLUMNS:
                yield line, cells


def _problem(cells: list[str]) -> str:
    if len(cells) != len(COLUMNS):
        return f"{len(cells)} cells instead of label, kind, group and text"
    label, kind, group, text = cells
    if label not in LABELS:
        return f"'{label}' is no label; use {', '.join(LABELS)}"
    if kind not in KINDS:
        return f"'{kind}' is no kind; use {', '.join(sorted(KINDS))}"
    if not group.strip() or not text.strip():
        return "group and text must not be empty"
    return "the text names somebody; take the name or the number out" if names_somebody(text) else ""


def _repeated(rows: Iterable[CorpusRow]) -> Iterator[str]:
    first: dict[str, CorpusRow] = {}
    for row in rows:
        before = first.setdefault(plain(row.text), row)
        if before is not row:
            yield f"{row.file}.tsv:{row.line}: stands already at {before.file}.tsv:{before.line}"
