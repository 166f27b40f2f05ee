"""Builds a release: an immutable folder with model, manifest and the hash of everything."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from clinic.wording import Wording
from clinic.yaml_files import ProblemsError, read_yaml
from components.encoder import Encoder, encoder_folder
from training.answer_files import AnswerFile, read_answers
from training.checks import check_project
from training.quiet import be_quiet, output_to

MODEL, MANIFEST, POINTER = "model.tar.gz", "manifest.json", "published"
TRAINING_LOG = "training.log"
# What a release is made from: change any of it and there is a new release.
SOURCES = ("config.yml", "domain.yml", "data", "components", "safety", "clinic")
KEPT_RELEASES = 5
_SKIPPED = ("__pycache__", ".pyc")


class TrainingFailed(Exception):
    """Rasa trained no model; the text is the end of what it printed."""


def build(project: Path, var: Path, *, force: bool = False) -> str:
    """Check, train and publish what stands in `project`; returns the release id.

    Raises ProblemsError when the content is not in order. Nothing is trained when a published
    release was already made from the very same sources.
    """
    problems = check_project(project)
    if problems:
        raise ProblemsError(problems)
    hashes = hashes_of_sources(project)
    published = read_published(var)
    if published and not force and published["sources"] == _hash_of(hashes):
        return str(published["release"])
    folder = _new_folder(var)
    try:
        _say(f"Training release {folder.name} (about a minute) ...")
        train_model(project, folder)
        manifest = make_manifest(project, folder, hashes)
        _write(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # a half-made release must not look like one
        raise
    publish(var, folder.name)
    _drop_old(var)
    return folder.name


def publish(var: Path, release: str) -> None:
    """Point at a release; readers see the old one or the new one, never nothing."""
    pointer = var / "releases" / POINTER
    _write(pointer.with_suffix(".next"), f"{release}\n")
    pointer.with_suffix(".next").replace(pointer)


def published_folder(var: Path) -> Path | None:
    """Folder of the published release, when there is one with a manifest."""
    pointer = var / "releases" / POINTER
    if not pointer.exists():
        return None
    folder = var / "releases" / pointer.read_text(encoding="utf-8").strip()
    return folder if (folder / MANIFEST).exists() else None


def read_published(var: Path) -> dict[str, Any] | None:
    """Manifest of the published release."""
    folder = published_folder(var)
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8")) if folder else None


def train_model(project: Path, folder: Path) -> None:
    """Train with Rasa's own trainer into `folder/model.tar.gz`."""
    log = folder / TRAINING_LOG
    with output_to(log):
        be_quiet()
        import rasa.api

        sys.path.insert(0, str(project.resolve()))
        result = rasa.api.train(
            domain=str(project / "domain.yml"),
            config=str(project / "config.yml"),
            training_files=[str(project / "data")],
            output=str(folder),
            force_training=True,  # Rasa's cache would retrain the classifier for a changed reply
            fixed_model_name=MODEL.removesuffix(".tar.gz"),
        )
    if result.model is None:
        raise TrainingFailed(log.read_text(encoding="utf-8", errors="replace")[-2000:])


def make_manifest(project: Path, folder: Path, hashes: dict[str, str]) -> dict[str, Any]:
    """Everything the web half needs to word what the bot names."""
    answers, _ = read_answers(project)
    return {
        "release": folder.name,
        "built_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "utterances": _utterances(project),
        "answers": {answer.id: _answer(answer) for answer in answers},
        "starters": [f"faq/{answer.id}" for answer in answers if answer.metadata.get("starter")],
        "sources": _hash_of(hashes),
        "files": {**hashes, MODEL: _file_hash(folder / MODEL)},
    }


def hashes_of_sources(project: Path) -> dict[str, str]:
    """SHA-256 of every source file by its path, and of the encoder in use."""
    hashes = {
        path.relative_to(project).as_posix(): _file_hash(path)
        for source in SOURCES
        for path in _files(project / source)
    }
    hashes["encoder"] = Encoder(encoder_folder()).fingerprint
    return hashes


def _files(source: Path) -> Iterable[Path]:
    if source.is_file():
        return [source]
    found = (path for path in sorted(source.rglob("*")) if path.is_file())
    return [path for path in found if not any(skip in path.as_posix() for skip in _SKIPPED)]


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _hash_of(hashes: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()


def _utterances(project: Path) -> dict[str, list[dict[str, str]]]:
    utterances: dict[str, list[dict[str, str]]] = {}
    for path in sorted((project / "data").rglob("*.yml")):
        responses = read_yaml(path).get("responses") or {}
        for name, variations in responses.items():
            wordings = [Wording.of(variation) for variation in variations]
            utterances[str(name)] = [{"text": w.text, "language": w.language} for w in wordings]
    return utterances


def _answer(answer: AnswerFile) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(json.dumps(answer.metadata))
    return {"offer_call": False, "it": None, **kept}


def _new_folder(var: Path) -> Path:
    releases = var / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    numbers = [int(path.name) for path in releases.iterdir() if path.name.isdigit()]
    folder = releases / str(max(numbers, default=0) + 1)
    folder.mkdir()
    return folder


def _drop_old(var: Path) -> None:
    folders = [path for path in (var / "releases").iterdir() if path.name.isdigit()]
    for folder in sorted(folders, key=lambda path: int(path.name))[:-KEPT_RELEASES]:
        shutil.rmtree(folder)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _say(text: str) -> None:
    print(text, flush=True)
