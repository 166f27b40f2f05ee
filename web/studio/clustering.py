"""Groups of messages that mean the same: by the angle between their vectors, the largest group first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from content.questions import normalised

# Cosine of a message to the middle of its group. Tried with the encoder that ships
# (tests/web/test_missed_real.py): fifty paraphrases of one gap stay together, other topics stay out.
ALIKE = 0.5
# What stands alone joins a group that it nearly fits, or in which a neighbour says nearly the same.
NEARLY, NEIGHBOUR = 0.42, 0.51
SAME_LETTERS = 88.0  # of 100: a spelling that the encoder does not know
PASSES = 6
NOISE = 1e-4  # of the encoder, in a cosine: it must not choose the title of a group
# From here on two wordings are one: a greeting around it, a letter or two. They are never in two groups.
ONE_MEANING, ONE_SPELLING = 0.9, 94.0


def grouped(vectors: np.ndarray, texts: Sequence[str], *, alike: float = ALIKE) -> list[list[int]]:
    """Group texts by their unit vectors (n, d); every text is in exactly one group.

    Wordings that are one are in one group. The groups are the same in whatever order the texts come.
    """
    if not len(vectors):
        return []
    order = sorted(range(len(texts)), key=lambda at: (normalised(texts[at]), texts[at]))
    vectors, texts = vectors[order], [texts[at] for at in order]
    groups = _reunited(_by_meaning(vectors, texts, alike), _wordings(vectors, texts))
    ordered = sorted(groups, key=lambda group: (-len(group), group[0]))
    return [[order[at] for at in group] for group in ordered]


def _by_meaning(vectors: np.ndarray, texts: Sequence[str], alike: float) -> list[list[int]]:
    """Groups around middles; what only had no nearer one stands alone, also beside its like."""
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
    return _with_strays(parts, vectors, texts)


def _wordings(vectors: np.ndarray, texts: Sequence[str]) -> list[list[int]]:
    """The rows that say one thing in words that are nearly the same, by chains of two."""
    words = [normalised(text) for text in texts]
    spelt = process.cdist(words, words, scorer=fuzz.ratio, score_cutoff=ONE_SPELLING)
    are_one = (vectors @ vectors.T >= ONE_MEANING) | (spelt >= ONE_SPELLING) | np.eye(len(texts), dtype=bool)
    label = np.arange(len(texts))
    while True:
        nearer = np.where(are_one, label, len(texts)).min(axis=1)
        if np.array_equal(nearer, label):
            return [np.flatnonzero(label == one).tolist() for one in np.unique(label)]
        label = nearer


def _reunited(groups: list[list[int]], wordings: Sequence[list[int]]) -> list[list[int]]:
    """The groups, with every wording where most of it is, or else in the larger group."""
    home = {at: number for number, group in enumerate(groups) for at in group}
    for rows in wordings:
        there = [home[at] for at in rows]
        best = max(there, key=lambda number: (there.count(number), len(groups[number]), -number))
        home |= dict.fromkeys(rows, best)
    filled = ([at for at in sorted(home) if home[at] == number] for number in range(len(groups)))
    return [group for group in filled if group]


def nearest_to_middle(vectors: np.ndarray, group: Sequence[int]) -> list[int]:
    """The members of a group, the most typical first; of equal ones the first (two are always equal)."""
    members = np.asarray(group)
    near = vectors[members] @ _middle(vectors[members])
    order = np.argsort(-np.minimum(near, near.max() - NOISE), kind="stable")
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
