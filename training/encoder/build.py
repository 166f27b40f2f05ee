"""Write the encoder's folder: model.onnx, vocab.txt and encoder.json."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from training.encoder.graph import build_graph
from training.encoder.quantise import quantise
from training.encoder.recipe import DESCRIPTION_FILE, FILES, MODEL_FILE, recipe
from training.encoder.weights import VOCABULARY_FILE, WEIGHTS_SHA256, load_weights, sha256_of

VECTOR_SIZE = 384
MAX_TOKENS = 128  # a long message; more only costs time


def build(source: Path, folder: Path) -> None:
    """Build the encoder from the weights in `source` and put it at `folder` in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(prefix=".encoder-", dir=folder.parent))
    try:
        quantise(build_graph(load_weights(source)), draft / MODEL_FILE)
        shutil.copyfile(source / VOCABULARY_FILE, draft / VOCABULARY_FILE)
        _describe(draft)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


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
