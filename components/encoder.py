"""Turn texts into unit vectors with the ONNX encoder; knows nothing of Rasa."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import BertWordPieceTokenizer

CACHED_TEXTS = 4096  # 6 MB of vectors


class EncoderMissing(Exception):
    """There is no usable encoder in the folder."""


def encoder_folder() -> Path:
    """Name the folder of the encoder in use: FRONT_DESK_ENCODER, else `encoder` in var."""
    chosen = os.environ.get("FRONT_DESK_ENCODER")
    return Path(chosen) if chosen else Path(os.environ.get("FRONT_DESK_VAR", "var"), "encoder")


class Encoder:
    """A sentence encoder on one thread.

    Texts are embedded one at a time: int8 activations are scaled over the whole batch, so in a
    batch a text's vector would depend on its neighbours.
    """

    def __init__(self, folder: Path | str) -> None:
        """Load `folder`; raise EncoderMissing when its files are not there or do not fit."""
        folder = Path(folder)
        try:
            description = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
            self.vector_size: int = description["vector_size"]
            self.fingerprint: str = description["files"]["model.onnx"]
            self._tokenizer = _tokenizer(folder / "vocab.txt", description["max_tokens"])
            self._session = _session(folder / "model.onnx")
        except Exception as error:
            raise EncoderMissing(
                f"No usable encoder in {folder} ({error}). `make run` builds it, or "
                f"`.venv-bot/bin/python -m training.encoder --to {folder}` does."
            ) from error
        self._cache: OrderedDict[str, np.ndarray] = OrderedDict()

    def embed(self, texts: list[str]) -> np.ndarray:
        """Embed texts: (n, vector_size) float32 rows of length 1."""
        rows = [self._cached(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.vector_size), dtype=np.float32)

    def whole_words(self) -> list[str]:
        """List the vocabulary's whole words, the most frequent first (its order is by rank)."""
        by_rank = sorted(self._tokenizer.get_vocab().items(), key=lambda entry: entry[1])
        return [word for word, _ in by_rank if _is_word(word)]

    def _cached(self, text: str) -> np.ndarray:
        vector = self._cache.pop(text, None)
        if vector is None:
            vector = self._embed_one(text)
        self._cache[text] = vector
        if len(self._cache) > CACHED_TEXTS:
            self._cache.popitem(last=False)
        return vector

    def _embed_one(self, text: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        (vectors,) = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        vector: np.ndarray = vectors[0]
        vector.flags.writeable = False  # it is shared by the cache
        return vector


def _tokenizer(vocabulary: Path, max_tokens: int) -> BertWordPieceTokenizer:
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
