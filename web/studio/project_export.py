"""A Rasa project made of the drafts: skills and settings from the files, answers from the record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from content import packs
from content.answer_yaml import dump
from web.safety.example_files import BUILD_FILE, as_tsv
from web.studio.answers import Draft
from web.studio.signatures import Signature, of

# Messages that no answer is taught, by answer: the gates of a build try them (training/report.py).
TESTS = "test_messages.json"
# The clinic's own conversations (training/own_tests.py).
OWN_TESTS = Path("tests") / "own" / "own_tests.jsonl"


def write(
    base: Path,
    folder: Path,
    drafts: Sequence[Draft],
    signed: Mapping[tuple[str, str, str], Signature],
    examples: Sequence[Mapping[str, Any]] = (),
    own: Path | None = None,
    own_tests: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write the project to build from: stock Rasa trains it as it is.

    `own`: where the clinic's own files are, if not in `base`. `examples`: accepted false alarms.
    `own_tests`: conversations that every build holds.
    """
    folder.mkdir(parents=True)
    own = own or base
    packs.lay_skills(base, folder)
    packs.lay_own(own, folder)
    if (own / packs.MARK).is_file():
        shutil.copyfile(own / packs.MARK, folder / packs.MARK)
        packs.set_recipe(folder)
    data = folder / "data"
    (data / "answers").mkdir()
    live = [draft for draft in drafts if draft.is_on]
    ids = {draft.id for draft in live}
    for draft in live:
        path = data / "answers" / f"{draft.id}.yml"
        path.write_text(dump(_as_published(draft, ids, dict(signed)).answer), encoding="utf-8")
    _write_tests(folder, live)
    if own_tests:
        (folder / OWN_TESTS).parent.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(each, ensure_ascii=False) for each in own_tests)
        (folder / OWN_TESTS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    if examples:
        (folder / BUILD_FILE).write_text(as_tsv(examples), encoding="utf-8")


def _write_tests(folder: Path, live: Sequence[Draft]) -> None:
    tests = {draft.id: list(draft.tests) for draft in live if draft.tests}
    (folder / TESTS).write_text(json.dumps(tests, ensure_ascii=False, indent=1), encoding="utf-8")


def _as_published(draft: Draft, ids: set[str], signed: dict[tuple[str, str, str], Signature]) -> Draft:
    """With its signatures, and without offers of answers that are switched off."""
    answer = draft.answer
    under = of(answer, signed)
    names = {lang: under[lang].name if lang in under else None for lang in answer.languages}
    own = {lang: name for lang, name in answer.reviewed_by.items() if name}
    dates = [signature.review_by for signature in under.values()]
    return replace(
        draft,
        answer=replace(
            answer,
            reviewed_by={**names, **own},
            review_by=min(dates, default=answer.review_by),
            next=tuple(name for name in answer.next if name in ids),
        ),
    )
