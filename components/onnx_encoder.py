"""Turn texts into unit vectors with the ONNX encoder; knows nothing of Rasa."""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import BertWordPieceTokenizer

CACHED_TEXTS = 4096  # 6 MB of vectors
# From so many texts on (a training, a replay; never a turn) every core works.
MANY_TEXTS = 32
EMBEDDING, FEATURES = "embedding", "features"


class EncoderMissing(Exception):
    """There is no usable encoder in the folder."""


def encoder_folder() -> Path:
    """Name the folder of the encoder in use: FRONT_DESK_ENCODER, else `encoder` in var."""
    chosen = os.environ.get("FRONT_DESK_ENCODER")
    return Path(chosen) if chosen else Path(os.environ.get("FRONT_DESK_VAR", "var"), "encoder")


@lru_cache(maxsize=1)
def shared_encoder(folder: Path) -> Encoder:
    """The encoder of a folder, loaded once in this process. Raises EncoderMissing."""
    return Encoder(folder, FEATURES)


def embedded_text(question: str) -> str:
    """What of a question is embedded: its words, on one line."""
    return " ".join(question.split())


def fingerprint_of(folder: Path) -> str:
    """What tells one encoder from another. Raises EncoderMissing."""
    return str(_description(folder)["files"]["model.onnx"])


def whole_words_of(folder: Path) -> list[str]:
    """List the vocabulary's whole words, the most frequent first (its order is by rank).

    Raises EncoderMissing.
    """
    try:
        entries = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise _missing(folder, error) from error
    return [entry for entry in entries if _is_word(entry)]


class Encoder:
    """A sentence encoder, one text at a time.

    Texts are embedded one at a time: int8 activations are scaled over the whole batch, so in a
    batch a text's vector would depend on its neighbours.
    """

    def __init__(self, folder: Path | str, output: str = EMBEDDING) -> None:
        """Load `folder`; raise EncoderMissing when its files are not there or do not fit.

        `output` is EMBEDDING for the original model's vectors, FEATURES for those answers are told
        apart by (`training/encoder/graph.py`).
        """
        folder = Path(folder)
        self._output = output
        description = _description(folder)
        try:
            self.vector_size: int = description["vector_size"]
            self.fingerprint: str = description["files"]["model.onnx"]
            self._tokenizer = tokenizer_of(folder / "vocab.txt", description["max_tokens"])
            self._session = _session(folder / "model.onnx")
        except Exception as error:
            raise _missing(folder, error) from error
        # By hash: what visitors wrote does not stay in memory, and deleting a chat deletes its words.
        self._cache: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def embed(self, texts: list[str]) -> np.ndarray:
        """Embed texts: (n, vector_size) float32 rows of length 1."""
        keys = {text: _hash(text) for text in texts}
        new = [text for text, key in keys.items() if key not in self._cache]
        fresh = dict(zip(new, self._embed_each(new), strict=True))
        rows = [self._cached(keys[text], text, fresh) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.vector_size), dtype=np.float32)

    def _cached(self, key: bytes, text: str, fresh: dict[str, np.ndarray]) -> np.ndarray:
        vector = self._cache.pop(key, None)
        if vector is None:
            vector = fresh[text] if text in fresh else self._embed_one(text)
        self._cache[key] = vector
        if len(self._cache) > CACHED_TEXTS:
            self._cache.popitem(last=False)
        return vector

    def _embed_each(self, texts: Sequence[str]) -> list[np.ndarray]:
        if len(texts) < MANY_TEXTS:
            return [self._embed_one(text) for text in texts]
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
            return list(threads.map(self._embed_one, texts))

    def _embed_one(self, text: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        (vectors,) = self._session.run(
            [self._output], {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        )
        vector: np.ndarray = vectors[0]
        vector.flags.writeable = False  # it is shared by the cache
        return vector


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _description(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / "encoder.json").read_text(encoding="utf-8")))
    except Exception as error:
        raise _missing(folder, error) from error


def _missing(folder: Path, error: Exception) -> EncoderMissing:
    return EncoderMissing(
        f"No usable encoder in {folder} ({error}). `make run` builds it, or "
        f"`.venv-bot/bin/python -m training.encoder --to {folder}` does."
    )


def tokenizer_of(vocabulary: Path, max_tokens: int) -> BertWordPieceTokenizer:
    """Read a vocabulary file; texts are cut after so many tokens."""
    entries = vocabulary.read_text(encoding="utf-8").splitlines()
    by_entry = {entry: rank for rank, entry in enumerate(entries)}
    tokenizer = BertWordPieceTokenizer(by_entry, lowercase=True)
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # two are no faster on ten tokens
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _is_word(entry: str) -> bool:
    """Whether a vocabulary entry is a word: no continuation, mark, digit or stray letter."""
    return entry.isascii() and entry.isalpha() and (len(entry) > 1 or entry in ("a", "i"))
