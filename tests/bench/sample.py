"""The same few questions of each intent for both, drawn by chance and always the same."""

from __future__ import annotations

import random


def sample(examples: str, most: int, *, seed: str) -> str:
    """Draw at most `most` lines of a block of examples, in their order; all of them with 0."""
    lines = [line for line in examples.splitlines() if line.strip()]
    if most and len(lines) > most:
        drawn = sorted(random.Random(seed).sample(range(len(lines)), most))
        lines = [lines[index] for index in drawn]
    return "\n".join(lines) + "\n"
