"""A seeded search for texts that cost much processor: what a stranger would look for, too.

It starts from random heaps of pieces and goes on from the dearest texts found so far: repeats a
stretch, mixes the words, puts another piece in. The same seed finds the same texts.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from tests.processor import cost_s, even_cost_s

PROVE = bool(os.environ.get("FRONT_DESK_PROVE"))  # `make prove` sets it
KEPT = 10
# Marks and letters that text handling has trouble with: quotes, stars, accents, strokes, hidden
# ones, letters that unfold into many, look-alikes, digits, signs of Markdown.
ODD = (
    *"'*,.;:!?@$|()[]{}<>#_`~\\/-+=&%\n\u2013\u2014\u2019\u200b\u200d\u202e\u0301\u0336\ufdfa\ufdfb\ufb03\u3300\u1e9b\u0390\u0130",
    "/restart ", "\u0430\u0435\u043e", "aabbccdd", "a*b", "i d i e", "iwanttodie", "1 2 3", "555 201 88",
    "a@b.c", "www.", "**a", "[a](", "- ", "> ", "1. ", "\n\n", "Anna Maria ", "12 North ", "mr. ",
)  # fmt: skip


class Dear(NamedTuple):
    """What judging a text cost, in seconds of processor, and the text."""

    cost_s: float
    text: str


def dearest(
    work: Callable[[str], object], pieces: Sequence[str], *, chars: int, seed: int, looks: int
) -> Dear:
    """Look at so many texts of so many characters and give the one that costs most."""
    chance = random.Random(seed)
    work("warm up")
    kept: list[Dear] = []
    for _ in range(looks):
        text = _changed(chance, kept, pieces) if kept and chance.random() < 0.6 else _heap(chance, pieces)
        text = (text * (chars // max(1, len(text)) + 1))[:chars]
        kept = sorted([*kept, Dear(cost_s(partial(work, text)), text)], reverse=True)[:KEPT]
    return max(Dear(min(each.cost_s, even_cost_s(partial(work, each.text))), each.text) for each in kept)


def _heap(chance: random.Random, pieces: Sequence[str]) -> str:
    count = chance.choice((1, 2, 3, 5, 10, 100))
    picked = [chance.choice(ODD if chance.random() < 0.2 else pieces) for _ in range(count)]
    words = chance.choice((" ", "", ", ", ". ", "\n")).join(picked).split(" ")
    if chance.random() < 0.5:
        chance.shuffle(words)
    text = " ".join(words)
    text = text.replace(".", "").replace("?", "") if chance.random() < 0.5 else text
    text = chance.choice(("", "/restart ")) + text if chance.random() < 0.2 else text
    return f"{text} " if chance.random() < 0.8 else text


def _changed(chance: random.Random, kept: Sequence[Dear], pieces: Sequence[str]) -> str:
    words = chance.choice(kept).text.split(" ")
    at = chance.randrange(len(words))
    how = chance.random()
    if how < 0.4:
        return " ".join(words[at : at + chance.randrange(1, 12)]) + " "
    if how < 0.8:
        return " ".join((*words[:at], chance.choice((*ODD, *pieces)), *words[at:]))
    chance.shuffle(words)
    return " ".join(words)
