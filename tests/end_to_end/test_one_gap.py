"""Fifty people ask for one thing in fifty ways: the real encoder puts them into one group."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import numpy as np

from web.studio.clustering import grouped

PROJECT = Path(__file__).parents[2]
GAP = (PROJECT / "tests" / "web" / "fixtures" / "one_gap.txt").read_text(encoding="utf-8").splitlines()
EMBED = """
import json, sys
from components.onnx_encoder import Encoder, encoder_folder
print(json.dumps(Encoder(encoder_folder()).embed(json.load(sys.stdin)).tolist()))
"""


def others(count: int) -> list[str]:
    with (PROJECT / "tests" / "evaluation" / "messages.tsv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file, delimiter="\t")][:count]


def test_fifty_paraphrases_of_one_gap_are_one_group() -> None:
    texts = [*GAP, *others(120)]
    ran = subprocess.run(
        [PROJECT / ".venv-bot" / "bin" / "python", "-c", EMBED],
        input=json.dumps(texts), capture_output=True, text=True, check=True, cwd=PROJECT,
    )  # fmt: skip
    first, *_ = grouped(np.asarray(json.loads(ran.stdout)), texts)
    assert len(GAP) == 50
    assert set(range(50)) <= set(first)
    assert len(first) <= 53
