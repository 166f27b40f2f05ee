"""Vectors of the training questions, kept from one training to the next: most questions stay."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

logger = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Name the folder of what can be made again at any time."""
    return Path(os.environ.get("FRONT_DESK_VAR", "var"), "cache")


class KnownVectors:
    """Rows (vector_size,) float32 by text, for one encoder (its fingerprint names the file)."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._path = folder / f"vectors-{fingerprint[:16]}.npz"
        self._vectors = self._read()

    def get(self, text: str) -> np.ndarray | None:
        return self._vectors.get(text)

    def of_all(self, texts: Sequence[str], embed: Callable[[list[str]], np.ndarray]) -> np.ndarray:
        """A row for each text, those that are new made by `embed`; from now on exactly these are kept."""
        vectors = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        if new:
            vectors |= zip(new, embed(new), strict=True)
        self.keep(vectors)
        return np.stack([vectors[text] for text in texts])

    def keep(self, vectors: dict[str, np.ndarray]) -> None:
        """Keep exactly these: what is no longer taught is forgotten."""
        if not vectors or vectors.keys() == self._vectors.keys():
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        texts = np.frombuffer("\n".join(vectors).encode(), dtype=np.uint8)
        draft = self._path.with_suffix(f".{os.getpid()}.npz")
        try:
            np.savez(draft, texts=texts, vectors=np.stack(list(vectors.values())))
            draft.replace(self._path)  # two trainings at once: the last one wins, neither is torn
        finally:
            draft.unlink(missing_ok=True)  # what a full disk left of it takes the room that is wanted

    def _read(self) -> dict[str, np.ndarray]:
        if not self._path.exists():
            return {}
        try:
            with np.load(self._path, allow_pickle=False) as file:
                texts = file["texts"].tobytes().decode().split("\n")
                return dict(zip(texts, file["vectors"], strict=True))
        except Exception as error:
            logger.warning("%s cannot be read (%s): its vectors are made again.", self._path.name,
                           type(error).__name__)  # fmt: skip
            return {}
