"""The English words for numbers below a hundred: what each says is its place in its list."""

from __future__ import annotations

UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
VALUES = (
    {word: value for value, word in enumerate((*UNITS, *TEENS), 1)}
    | {word: 10 * value for value, word in enumerate(TENS, 2)}
)  # fmt: skip
