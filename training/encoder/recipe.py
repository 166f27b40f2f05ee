"""Say what a built encoder is made of, and whether a folder holds it.

Kept free of slow imports: every `make run` asks.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from training.encoder.weights import (
    VOCABULARY_FILE,
    VOCABULARY_SHA256,
    WEIGHTS_SHA256,
    sha256_of,
)

MODEL_FILE = "model.onnx"
DESCRIPTION_FILE = "encoder.json"
FILES = (MODEL_FILE, VOCABULARY_FILE)
EVERYDAY = Path(__file__).with_name("everyday.txt")


def recipe() -> str:
    """Hash everything the result depends on: weights, vocabulary, libraries, our code."""
    parts = [WEIGHTS_SHA256, VOCABULARY_SHA256, version("onnx"), version("onnxruntime")]
    digest = hashlib.sha256("\n".join(parts).encode())
    for path in [*sorted(Path(__file__).parent.glob("*.py")), EVERYDAY]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_built(folder: Path) -> bool:
    """Whether `folder` holds what this code would build, byte for byte."""
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        files = description["files"]
        return description["recipe"] == recipe() and all(
            sha256_of(folder / name) == files[name] for name in FILES
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False  # missing or damaged: build it again
