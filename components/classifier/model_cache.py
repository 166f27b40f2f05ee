"""Fitted classifiers, kept from one training to the next: the same questions find the same files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from components.classifier.fit_cache import KeptFit
from components.classifier.fits import Questions
from components.classifier.model import AnswerModel

MAX_KEPT = 3
_MATHEMATICS = ("fits.py", "incremental.py", "incremental_ridge.py", "kernel_ridge.py", "nearest.py",
                "similarities.py", "tfidf.py")  # fmt: skip


class KnownModels:
    """Folders of files by the hash of everything that a fit depends on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, questions: Questions, topics: Mapping[str, Sequence[str]]) -> str:
        """Hash of what is learnt, and of the mathematics that learns it."""
        digest = _hash_of_code("model.py", *_MATHEMATICS)
        known_topics = {name: list(values) for name, values in topics.items()}
        taught = [list(questions.texts), list(questions.names), known_topics]
        digest.update(json.dumps(taught, sort_keys=True).encode())
        digest.update(np.ascontiguousarray(questions.vectors).tobytes())
        return digest.hexdigest()[:32]

    def fitted(self, questions: Questions, topics: Mapping[str, Sequence[str]]) -> Path:
        """Folder with the files of this fit, made before or now."""
        key = self.key(questions, topics)
        folder = self.find(key)
        if folder is None:
            with TemporaryDirectory(dir=self._made(), prefix="draft-") as draft:
                AnswerModel.of(kept_fit(self._folder).fitted(questions), topics=topics).save(Path(draft))
                folder = self.keep(key, Path(draft))
        return folder

    def find(self, key: str) -> Path | None:
        """Folder with the files of a fit that was made before."""
        folder = self._folder / f"classifier-{key}"
        return folder if folder.is_dir() else None

    def keep(self, key: str, files: Path) -> Path:
        """Keep a copy of the files; the oldest go."""
        target = self._made() / f"classifier-{key}"
        if not target.exists():
            draft = self._folder / f"draft-{os.getpid()}"
            shutil.rmtree(draft, ignore_errors=True)
            try:
                shutil.copytree(files, draft)
                draft.rename(target)
            finally:
                shutil.rmtree(draft, ignore_errors=True)  # what a full disk left of it
        kept = sorted(self._folder.glob("classifier-*"), key=lambda path: path.stat().st_mtime)
        for old in kept[:-MAX_KEPT]:
            shutil.rmtree(old)
        return target

    def _made(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder


def kept_fit(folder: Path) -> KeptFit:
    """The last whole fit by this mathematics, to move on from."""
    return KeptFit(folder, _hash_of_code(*_MATHEMATICS).hexdigest()[:16])


def _hash_of_code(*names: str) -> hashlib._Hash:
    digest = hashlib.sha256()
    for name in names:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest
