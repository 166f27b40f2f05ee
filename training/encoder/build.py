"""Write the encoder's folder: model.onnx, vocab.txt and encoder.json."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

from components.onnx_encoder import tokenizer_of
from training.encoder.graph import build_graph
from training.encoder.quantise import quantise
from training.encoder.recipe import DESCRIPTION_FILE, EVERYDAY, FILES, MODEL_FILE, recipe
from training.encoder.weights import VOCABULARY_FILE, WEIGHTS_SHA256, load_weights, sha256_of

VECTOR_SIZE = 384
MAX_TOKENS = 128  # a long message; more only costs time


def build(source: Path, folder: Path) -> None:
    """Build the encoder from the weights in `source` and put it at `folder` in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(prefix=".encoder-", dir=folder.parent))
    try:
        shutil.copyfile(source / VOCABULARY_FILE, draft / VOCABULARY_FILE)
        weights = load_weights(source)
        centre = centre_of(weights, draft / VOCABULARY_FILE)
        quantise(build_graph(weights, centre), draft / MODEL_FILE)
        _describe(draft)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def centre_of(weights: Mapping[str, np.ndarray], vocabulary: Path) -> np.ndarray:
    """Mean of `mixed` over everyday messages: what a message has of all others. (VECTOR_SIZE,)."""
    graph = build_graph(weights)
    graph.graph.output.append(helper.make_tensor_value_info("mixed", TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    tokenizer = tokenizer_of(vocabulary, MAX_TOKENS)
    rows = []
    for text in EVERYDAY.read_text(encoding="utf-8").splitlines():
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        (mixed,) = session.run(["mixed"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        rows.append(mixed[0])
    # Rounded: the last digits differ from one processor to another, and files are compared by hash.
    return np.mean(rows, axis=0).round(4)


def _describe(folder: Path) -> None:
    description = {
        "name": "all-MiniLM-L6-v2",
        "vector_size": VECTOR_SIZE,
        "max_tokens": MAX_TOKENS,
        "weights_sha256": WEIGHTS_SHA256,
        "recipe": recipe(),
        "files": {name: sha256_of(folder / name) for name in FILES},
    }
    text = json.dumps(description, indent=2) + "\n"
    (folder / DESCRIPTION_FILE).write_text(text, encoding="utf-8")
