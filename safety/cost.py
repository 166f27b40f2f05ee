"""Owns what a message costs in processor time: rules, classifier and both."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from safety.check import check, check_by_classifier, check_by_rules, warm_up
from safety.tables import Labelled
from safety.verdicts import Verdict

ROUNDS = 5
# With the classifier alone the rules still read the message: their share is taken off.
HEADER = (
    "| messages | n | rules | classifier | both | dearest with both |\n| --- | --- | --- | --- | --- | --- |"
)


def cost_table(rows: Sequence[Labelled]) -> str:
    """Give a table in milliseconds a message: the harmless, the dangers, and the dearest one."""
    warm_up()
    groups = {"dangers": ("card", "check"), "look-alikes": ("info",), "harmless": ("none",)}
    lines = [HEADER]
    for name, labels in groups.items():
        texts = [row.text for row in rows if row.label in labels]
        if texts:
            lines.append(_line(name, texts))
    return "\n".join(lines)


def _line(name: str, texts: Sequence[str]) -> str:
    rules, other, both = (_each_ms(judge, texts) for judge in (check_by_rules, check_by_classifier, check))
    means = [sum(each) / len(texts) for each in (rules, other, both)]
    cells = (means[0], max(0.0, means[1] - means[0]), means[2], max(both))
    return f"| {name} | {len(texts)} | {' | '.join(f'{cell:.2f} ms' for cell in cells)} |"


def _each_ms(judge: Callable[[str], Verdict], texts: Sequence[str]) -> list[float]:
    """Processor of each message: the quietest round, for other work on the machine only adds."""
    return [min(_once_ms(judge, text) for _ in range(ROUNDS)) for text in texts]


def _once_ms(judge: Callable[[str], Verdict], text: str) -> float:
    start = time.process_time()
    judge(text)
    return 1000 * (time.process_time() - start)
