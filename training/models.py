"""Trains a release's model, or keeps the one that was trained from the very same things."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from components.onnx_encoder import encoder_folder, fingerprint_of
from training.errors import NotDone
from training.prefit import fitting
from training.process import be_quiet, die_with_parent, get_ready_to_fork, output_to

MODEL, TRAINING_LOG = "model.tar.gz", "training.log"
CODE = Path(__file__).resolve().parent.parent
# Rooms whose code a model depends on.
CODE_ROOMS = ("components", "safety", "content")
# What the bot does with an answer. Everything else about it is words, sources and dates.
LEARNT_METADATA = ("title", "it", "next", "offer_call", "topics", "follow_ups",
                   "leads_to")  # fmt: skip
_SKIPPED = ("__pycache__", ".pyc")


class TrainingFailed(NotDone):
    """Rasa trained no model; the text is the end of what it printed."""


def model_fingerprint(project: Path) -> str:
    """Hash of all that a model learns from: the same hash, the same model.

    Wordings, sources, dates and signatures are not in it: they are read from the manifest.
    """
    learnt = {
        "recipe": [file_hash(project / name) for name in ("config.yml", "domain.yml")],
        "data": [_learnt(document) for _, document in documents(project)],
        "code": code_hash(),
        "encoder": fingerprint_of(encoder_folder()),
    }
    return hashlib.sha256(json.dumps(learnt, sort_keys=True, default=str).encode()).hexdigest()


def train_model(project: Path, folder: Path, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Train into `folder/model.tar.gz`. Raises TrainingFailed, or OSError when the disk is full.

    There are two cores. Beside the fit, which takes much memory, only imports happen; `meanwhile`
    happens beside Rasa's training, which is one thread.
    """
    log = folder / TRAINING_LOG
    with output_to(log):
        sys.path.insert(0, str(CODE))  # the pipeline's components, wherever we were started
        try:
            with fitting(project):
                be_quiet()
                from training import report, trainer  # noqa: F401

                trainer.configured(project)
            get_ready_to_fork()
            with ProcessPoolExecutor(1, get_context("fork"), die_with_parent) as beside:
                trained = beside.submit(_train, project, folder / MODEL)
                meanwhile()
                trained.result()
        except (OSError, MemoryError):
            raise
        except Exception as error:
            end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise TrainingFailed(f"{type(error).__name__}: {error}\n{end}") from error


def _train(project: Path, model: Path) -> None:
    """In the process beside: what is raised must say by itself what was wrong, its cause stays here."""
    from training.trainer import train

    try:
        train(project, model)
    except Exception as error:
        raise _root(error) from None


def keep_model(of: Path, folder: Path) -> None:
    """Take over the model of another release: the same bytes, stored once."""
    os.link(of / MODEL, folder / MODEL)


def documents(project: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Every file of the project's `data`, read fast, without lines."""
    read = YAML(typ="safe", pure=False)
    paths = sorted((project / "data").rglob("*.yml"))
    return [(path, read.load(path.read_text(encoding="utf-8")) or {}) for path in paths]


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def code_hash() -> str:
    """Hash of the code that a model depends on."""
    hashes = [file_hash(path) for room in CODE_ROOMS for path in _files(CODE / room)]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def _learnt(document: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: document[key] for key in ("stories", "rules") if key in document}
    kept["nlu"] = [_learnt_questions(item) for item in document.get("nlu") or ()]
    kept["responses"] = {
        name: sorted(str((wording.get("metadata") or {}).get("language")) for wording in wordings)
        for name, wordings in (document.get("responses") or {}).items()
    }
    return kept


def _learnt_questions(item: dict[str, Any]) -> dict[str, Any]:
    metadata = item.get("metadata") or {}
    kept = {key: metadata[key] for key in LEARNT_METADATA if key in metadata}
    return {**item, "metadata": kept}


def _files(folder: Path) -> Iterable[Path]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in found if not any(skip in path.as_posix() for skip in _SKIPPED)]


def _root(error: BaseException) -> BaseException:
    """What was raised first: Rasa wraps what goes wrong in a component."""
    return _root(error.__cause__) if error.__cause__ else error
