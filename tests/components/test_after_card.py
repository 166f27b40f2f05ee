"""What is meant after a card, measured on messages whose writer had not seen the examples."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from components.after_card import BELIEVED, STILL_HERE, FollowUps, taught_follow_ups
from components.onnx_encoder import encoder_folder, shared_encoder

MESSAGES = Path(__file__).parent / "after_card.tsv"
MIN_RIGHT = 0.85  # at first 80 %, and 61 % in Spanish; then the kinds of the misses were mended
# Simply being there is never wrong; another meaning may be.
MAX_WRONG = 0.12


@pytest.mark.thorough
def test_most_of_what_is_said_after_a_card_is_understood_and_little_is_mistaken() -> None:
    encoder = shared_encoder(encoder_folder())
    examples = taught_follow_ups()
    learnt = FollowUps.fit(examples, encoder.embed([text for text, _ in examples]))
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = []
    for row, vector in zip(rows, encoder.embed([row["text"] for row in rows]), strict=True):
        meaning, share = learnt.kind_of(row["text"], vector)
        found.append((row["id"], row["meaning"], meaning if share >= BELIEVED else STILL_HERE))
    wrong = [each for each in found if each[2] not in (each[1], STILL_HERE)]
    right = [each for each in found if each[1] == each[2]]
    assert len(right) >= MIN_RIGHT * len(rows), [each for each in found if each[1] != each[2]]
    assert len(wrong) <= MAX_WRONG * len(rows), wrong
