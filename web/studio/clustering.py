"""Groups of messages that mean the same: by the angle between their vectors, the largest group first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

# Cosine of a message to the middle of its group. Tried with the encoder that ships
# (tests/web/test_missed_real.py): fifty paraphrases of one gap stay together, other topics stay out.
ALIKE = 0.5
# What stands alone joins a group that it nearly fits, or in which a neighbour says nearly the same.
NEARLY, NEIGHBOUR = 0.42, 0.51
SAME_LETTERS = 88.0  # of 100: a spelling that the encoder does not know
PASSES = 6


def grouped(vectors: np.ndarray, texts: Sequence[str], *, alike: float = ALIKE) -> list[list[int]]:
    """Group texts by their unit vectors (n, d); every text is in exactly one group."""
    if not len(vectors):
        return []
    middles = _first_middles(vectors, alike)
    for _ in range(PASSES):
        middles = _merged(middles, vectors, alike)
        homes = _homes(vectors, middles)
        fresh = np.stack([_middle(vectors[homes == home]) for home in np.unique(homes)])
        if fresh.shape == middles.shape and np.allclose(fresh, middles, atol=1e-5):
            break
        middles = fresh
    homes = _homes(vectors, middles)
    groups = [np.flatnonzero(homes == home).tolist() for home in np.unique(homes)]
    parts = [part for group in groups for part in _apart(group, vectors, alike)]
    parts = _with_strays(parts, vectors, texts)
    return sorted(parts, key=lambda group: (-len(group), group[0]))


def nearest_to_middle(vectors: np.ndarray, group: Sequence[int]) -> list[int]:
    """The members of a group, the most typical first."""
    members = np.asarray(group)
    order = np.argsort(-(vectors[members] @ _middle(vectors[members])), kind="stable")
    return [int(index) for index in members[order]]


def _first_middles(vectors: np.ndarray, alike: float) -> np.ndarray:
    """One pass: each row joins the nearest group so far, or opens one."""
    sums: list[np.ndarray] = []
    for vector in vectors:
        scores = [float(total @ vector) / float(np.linalg.norm(total)) for total in sums]
        best = int(np.argmax(scores)) if scores else -1
        if scores and scores[best] >= alike:
            sums[best] = sums[best] + vector
        else:
            sums.append(vector)
    return np.stack([_middle(total[None]) for total in sums])


def _merged(middles: np.ndarray, vectors: np.ndarray, alike: float) -> np.ndarray:
    """Join groups whose middles point the same way."""
    sizes = np.bincount(_homes(vectors, middles), minlength=len(middles)).astype(float)
    kept = list(range(len(middles)))
    while len(kept) > 1:
        near = middles[kept] @ middles[kept].T
        np.fill_diagonal(near, -1)
        first, second = np.unravel_index(int(np.argmax(near)), near.shape)
        if near[first, second] < alike + 0.1:
            break
        one, other = kept[int(first)], kept[int(second)]
        middles[one] = _middle((middles[one] * sizes[one] + middles[other] * sizes[other])[None])
        sizes[one] += sizes[other]
        kept.remove(other)
    return middles[kept]


def _homes(vectors: np.ndarray, middles: np.ndarray) -> np.ndarray:
    return np.argmax(vectors @ middles.T, axis=1)


def _apart(group: list[int], vectors: np.ndarray, alike: float) -> list[list[int]]:
    """A group without the rows that only had no nearer one; those stand alone."""
    near = vectors[group] @ _middle(vectors[group]) >= alike
    together = [index for index, is_near in zip(group, near, strict=True) if is_near]
    alone = [[index] for index, is_near in zip(group, near, strict=True) if not is_near]
    return [*([together] if together else []), *alone]


def _with_strays(parts: list[list[int]], vectors: np.ndarray, texts: Sequence[str]) -> list[list[int]]:
    """Let each row that stands alone join the group it nearly fits."""
    groups = [part for part in parts if len(part) > 2]
    strays = [index for part in parts if len(part) <= 2 for index in part]
    if not groups:
        return parts
    middles = np.stack([_middle(vectors[group]) for group in groups])
    joined: list[list[int]] = [list(group) for group in groups]
    left = []
    for stray in strays:
        fit = middles @ vectors[stray]
        home = int(np.argmax(fit))
        neighbour = float(np.max(vectors[groups[home]] @ vectors[stray]))
        spelt = _spelt_alike(texts[stray], groups, texts)
        if spelt is not None:
            joined[spelt].append(stray)
        elif fit[home] >= NEARLY or neighbour >= NEIGHBOUR:
            joined[home].append(stray)
        else:
            left.append(stray)
    alone = set(left)
    pairs = [[index for index in part if index in alone] for part in parts if len(part) <= 2]
    return [*joined, *(pair for pair in pairs if pair)]


def _spelt_alike(text: str, groups: list[list[int]], texts: Sequence[str]) -> int | None:
    """The group in which somebody wrote the same but for a letter or two."""
    for number, group in enumerate(groups):
        others = [texts[index].lower() for index in group]
        if process.extractOne(text.lower(), others, scorer=fuzz.token_sort_ratio, score_cutoff=SAME_LETTERS):
            return number
    return None


def _middle(rows: np.ndarray) -> np.ndarray:
    total = rows.sum(axis=0)
    return np.asarray(total / (np.linalg.norm(total) or 1.0))
