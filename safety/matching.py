"""Owns where patterns match in a row of words, at a cost that no text can drive up.

The patterns of a language stand in one tree: what several begin with in common is looked at once. A
walk through it carries, for each length matched so far, all starts that got there, as the bits of
one number. So a step costs the same however often a text repeats what a pattern begins with; a
search from each start anew (spaCy's Matcher) takes a hundred times as long on such a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from safety.pattern_syntax import END, Slot, Variant

# Where a pattern has got to: (length so far, bits of the starts that reached it).
Reached = list[tuple[int, int]]
# By length of a match, the bits of its starts.
Lengths = dict[int, int]
ANY_WORD = 0  # the number of the slot that a gap is made of


# One place in the tree: how patterns go on from here by a slot that must be filled, and by one that may
# be (up to how often), and the names of the patterns that end here. Plain, so that it can be kept.
Node: TypeAlias = "tuple[dict[int, Node], dict[tuple[int, int], Node], list[str]]"
# A matcher as it is kept: its tree, the number of each slot, the slots of each word.
Kept: TypeAlias = tuple[Node, dict[tuple[str, ...], int], dict[str, list[int]]]


def _node() -> Node:
    return {}, {}, []


class Matcher:
    """Finds every place where one of many named patterns matches."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._root, self._numbers, self._holding = kept or (_node(), {(): ANY_WORD}, {})

    @property
    def kept(self) -> Kept:
        """All of it, for a matcher made of it later."""
        return self._root, self._numbers, self._holding

    def add(self, name: str, variant: Variant) -> None:
        """Put one pattern into the tree."""
        node = self._root
        for slot in variant:
            number = self._number_of(slot)
            required, optional, _ = node
            if slot.required:
                node = required.setdefault(number, _node())
            else:
                node = optional.setdefault((number, slot.gap or 1), _node())
        if name not in node[2]:
            node[2].append(name)

    def find(self, words: Sequence[str]) -> dict[str, Lengths]:
        """Give every match of every pattern, also those inside another."""
        masks = self._masks(words)
        found: dict[str, Lengths] = {}
        walks: list[tuple[Node, Reached]] = [(self._root, [(0, (1 << len(words)) - 1)])]
        while walks:
            node, reached = walks.pop()
            for name in node[2]:
                lengths = found.setdefault(name, {})
                for length, starts in reached:
                    lengths[length] = lengths.get(length, 0) | starts
            walks += _onward(node, reached, masks)
        return found

    @property
    def words(self) -> Iterable[str]:
        """Every word of the patterns."""
        return self._holding.keys()

    def _number_of(self, slot: Slot) -> int:
        number = self._numbers.get(slot.words)
        if number is None:
            number = self._numbers[slot.words] = len(self._numbers)
            for word in set(slot.words):
                self._holding.setdefault(word, []).append(number)
        return number

    def _masks(self, words: Sequence[str]) -> dict[int, int]:
        """Give, for every slot that a word of the text may fill, the bits of the places of such words."""
        places: dict[str, int] = {}
        for at, word in enumerate(words):
            places[word] = places.get(word, 0) | 1 << at
        masks = {ANY_WORD: ((1 << len(words)) - 1) & ~places.get(END, 0)}
        for word, bits in places.items():
            for number in self._holding.get(word, ()):
                masks[number] = masks.get(number, 0) | bits
        return masks


def _onward(node: Node, reached: Reached, masks: dict[int, int]) -> Iterator[tuple[Node, Reached]]:
    """Give the places that some start reaches from a node."""
    required, optional, _ = node
    for number in required if len(required) < len(masks) else masks:
        if number in masks and number in required:
            mask = masks[number]
            after = [(length + 1, hit) for length, starts in reached if (hit := starts & (mask >> length))]
            if after:
                yield required[number], after
    for (number, times), child in optional.items():
        yield child, _up_to(times, reached, masks.get(number, 0))


def _up_to(times: int, reached: Reached, mask: int) -> Reached:
    """Let up to so many words of the mask follow."""
    after = dict(reached)
    current = reached
    for _ in range(times):
        current = [(length + 1, hit) for length, starts in current if (hit := starts & (mask >> length))]
        for length, starts in current:
            after[length] = after.get(length, 0) | starts
    return list(after.items())


def every(lengths: Lengths) -> Iterator[tuple[int, int]]:
    """Give (start, end) of every match."""
    for length, starts in lengths.items():
        yield from ((start, start + length) for start in _places(starts))


def longest(lengths: Lengths) -> Iterator[tuple[int, int]]:
    """Give (start, end) of the longest match from each start."""
    taken = 0
    for length in sorted(lengths, reverse=True):
        yield from ((start, start + length) for start in _places(lengths[length] & ~taken))
        taken |= lengths[length]


def _places(bits: int) -> Iterator[int]:
    return (at for at, bit in enumerate(reversed(f"{bits:b}")) if bit == "1")
