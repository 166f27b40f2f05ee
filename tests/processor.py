"""What a piece of work costs in processor time, told so that a busy machine does not change it.

A core that is shared with others does the same work in up to twice its processor time. So a fixed
piece of work is measured right before and after, and what made that one slower is taken off.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable

# The fixed piece of work, and what it takes on the quiet machine of docs/benchmarks.md.
_YARD = " ".join(f"word{n % 997} and then some{n}" for n in range(2_000))
_YARD_S = 0.0026
TRIES = 3


def even_cost_s(work: Callable[[], object], tries: int = TRIES) -> float:
    """Give the seconds of processor of the cheapest of some tries, as on a machine that is quiet."""
    return min(_beside_the_yardstick(work) for _ in range(tries))


def cost_s(work: Callable[[], object]) -> float:
    """Give the seconds of processor of one go, as they are."""
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()


def _beside_the_yardstick(work: Callable[[], object]) -> float:
    before_s = cost_s(_yardstick)
    taken_s = cost_s(work)
    return taken_s / max(1.0, min(before_s, cost_s(_yardstick)) / _YARD_S)


def _yardstick() -> object:
    """Work of the kind that judging a text is: words cut, looked up and counted."""
    seen: dict[str, int] = {}
    for word in re.findall(r"\w+", _YARD):
        seen[word.lower()] = seen.get(word.lower(), 0) + len(word)
    return sorted(seen.items(), key=lambda each: (-each[1], each[0]))
