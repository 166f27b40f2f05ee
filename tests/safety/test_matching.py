"""The matcher finds every match of every pattern: what trying each place in turn would find."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from safety.matching import Matcher, every, longest
from safety.pattern_syntax import END, Slot, Variant

words = st.lists(st.sampled_from(["a", "b", "c", END]), max_size=12)
slots = st.one_of(
    st.builds(Slot, words=st.sampled_from([("a",), ("b",), ("a", "b"), (END,)]), optional=st.booleans()),
    st.builds(Slot, gap=st.integers(1, 3)),
)
patterns = st.lists(
    st.lists(slots, min_size=1, max_size=5).map(tuple).filter(lambda row: any(slot.required for slot in row)),
    min_size=1,
    max_size=4,
)


def ends(variant: Variant, text: list[str], at: int) -> Iterator[int]:
    """Try a pattern from one place on, slot after slot."""
    if not variant:
        yield at
        return
    slot, rest = variant[0], variant[1:]
    if not slot.required:
        yield from ends(rest, text, at)
    fits = at < len(text) and (text[at] in slot.words if slot.words else text[at] != END)
    if fits:
        yield from ends(rest, text, at + 1)
        if slot.gap > 1:
            yield from ends((Slot(gap=slot.gap - 1), *rest), text, at + 1)


@given(patterns, words)
def test_it_finds_what_trying_each_place_in_turn_finds(found_by: list[Variant], text: list[str]) -> None:
    matcher = Matcher()
    for number, variant in enumerate(found_by):
        matcher.add(str(number), variant)
    expected = {
        (str(number), start, end)
        for number, variant in enumerate(found_by)
        for start in range(len(text))
        for end in ends(variant, text, start)
    }
    found = matcher.find(text)
    assert {(name, *place) for name in found for place in every(found[name])} == expected
    furthest = {(name, start): end for name, start, end in sorted(expected)}
    assert {(name, start): end for name in found for start, end in longest(found[name])} == furthest


def test_it_knows_the_words_of_its_patterns() -> None:
    matcher = Matcher()
    matcher.add("rule", (Slot(words=("want", "wish")), Slot(gap=2), Slot(words=("die",), optional=True)))
    assert set(matcher.words) == {"want", "wish", "die"}
