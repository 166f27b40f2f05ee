"""Accepted examples as files of safety's corpus: for a build, and for whoever trains safety anew."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from safety.corpus import COLUMNS, fingerprint, read_corpus

BUILD_FILE = "safety_examples.tsv"


def as_tsv(examples: Iterable[Mapping[str, Any]]) -> str:
    """Label, kind, group and text of each; a group of its own, for each is another voice."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n", quotechar=None)
    rows.writerow(COLUMNS)
    for each in examples:
        rows.writerow([each["label"], each["kind"], f"clinic_{each['id']}", each["text"]])
    return out.getvalue()


def write_corpus(folder: Path, examples: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Write a file for each language, without what the corpus has already; how many stand in each."""
    own = {f"{language}_clinic" for language in ("en", "es")}
    known = {fingerprint(row.text) for row in read_corpus() if row.file not in own}
    fresh: dict[str, dict[str, Mapping[str, Any]]] = {"en": {}, "es": {}}
    for each in examples:
        mark = fingerprint(each["text"])
        if mark not in known:
            fresh["es" if each["language"] == "es" else "en"].setdefault(mark, each)
    written = {}
    for language, rows in fresh.items():
        if rows:
            path = folder / f"{language}_clinic.tsv"
            path.write_text(as_tsv(rows.values()), encoding="utf-8")
            written[path.name] = len(rows)
    return written
