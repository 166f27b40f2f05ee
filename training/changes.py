"""What a release changes against the published one, answer by answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.models import documents, file_hash

ANSWER, MORE = "utter_faq/", "utter_more/"
OF_ANSWERS = (ANSWER, MORE)


def changes(
    folder: Path, before: Path | None, now: Mapping[str, Any], was: Mapping[str, Any]
) -> dict[str, Any]:
    """Answers added, removed and changed, and whether skills or facts changed."""
    taught, taught_before = _questions(folder), _questions(before) if before else {}
    both = sorted(now["answers"].keys() & was["answers"].keys())
    changed = {name: _of_answer(name, now, was, taught, taught_before) for name in both}
    return {
        "added": sorted(now["answers"].keys() - was["answers"].keys()),
        "removed": sorted(was["answers"].keys() - now["answers"].keys()),
        "changed": {name: what for name, what in changed.items() if what},
        "skills": _skills(now) != _skills(was) or _other_questions(taught) != _other_questions(taught_before),
        "clinic": bool(before) and _hash(folder, "clinic.yml") != _hash(before, "clinic.yml"),
    }


def _of_answer(
    name: str,
    now: Mapping[str, Any],
    was: Mapping[str, Any],
    taught: Mapping[str, set[str]],
    taught_before: Mapping[str, set[str]],
) -> dict[str, Any]:
    intent = f"faq/{name}"
    what: dict[str, Any] = {}
    if _said_of(name, now) != _said_of(name, was):
        what["reply"] = True
    meta, meta_before = now["answers"][name], was["answers"][name]
    different = sorted(
        k
        for k in meta.keys() | meta_before.keys()
        if k not in ("fingerprint", "taught") and meta.get(k) != meta_before.get(k)
    )
    if different:
        what["about"] = different
    if taught_before:
        new = len(taught.get(intent, set()) - taught_before.get(intent, set()))
        gone = len(taught_before.get(intent, set()) - taught.get(intent, set()))
        if new or gone:
            what["questions"] = {"added": new, "removed": gone}
    return what


def _said_of(name: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The reply of an answer and its further passages."""
    mine = (f"{ANSWER}{name}", *(f"{MORE}{name}_{aspect}" for aspect in _aspects(manifest)))
    return {each: manifest["utterances"][each] for each in mine if each in manifest["utterances"]}


def _aspects(manifest: Mapping[str, Any]) -> set[str]:
    start = "utter_follow_up/"
    return {name.removeprefix(start) for name in manifest["utterances"] if name.startswith(start)}


def _questions(folder: Path) -> dict[str, set[str]]:
    """Training questions by intent."""
    found: dict[str, set[str]] = {}
    for _, document in documents(folder):
        for item in document.get("nlu") or ():
            lines = (line.strip() for line in str(item.get("examples") or "").splitlines())
            questions = {line.removeprefix("-").strip() for line in lines if line}
            found.setdefault(str(item.get("intent")), set()).update(questions)
    return found


def _other_questions(taught: Mapping[str, set[str]]) -> dict[str, set[str]]:
    return {intent: questions for intent, questions in taught.items() if not intent.startswith("faq/")}


def _skills(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in manifest["utterances"].items() if not k.startswith(OF_ANSWERS)}


def _hash(folder: Path | None, name: str) -> str | None:
    path = folder / name if folder else None
    return file_hash(path) if path and path.exists() else None
