"""Two releases are asked the same messages by two processes; the answers come back in order."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from training.replay import Ask, Share, Understander, compare


class Release(Understander):
    """A release that answers with its name, and tells which process asked it."""

    def __init__(self, name: str, *, is_broken: bool = False) -> None:
        self.folder = Path(name)
        self.is_broken = is_broken

    def decisions(self, asks: Sequence[Ask], share: Share = lambda done: None) -> list[dict[str, Any]]:
        if self.is_broken and any(ask.text == "message 3" for ask in asks):
            raise KeyError(self.folder.name)
        share(1.0)
        return [{"by": self.folder.name, "said": ask.text, "in": os.getpid()} for ask in asks]


ASKS = [Ask(str(number), f"message {number % 7}") for number in range(20)]


def test_every_message_gets_the_decision_of_each_release_in_order() -> None:
    shares: list[float] = []
    for name, decided in zip("ab", compare([Release("a"), Release("b")], ASKS, shares.append), strict=True):
        assert decided is not None
        assert [(each["by"], each["said"]) for each in decided] == [(name, ask.text) for ask in ASKS]
        assert len({each["in"] for each in decided}) == 2  # two cores
    assert shares == [0.5, 1.0]


def test_a_release_that_fails_at_one_message_is_not_compared_with(capfd: pytest.CaptureFixture[str]) -> None:
    good, bad = compare([Release("a"), Release("b", is_broken=True)], ASKS, lambda done: None)
    assert good is not None
    assert bad is None
    assert "b cannot be asked: KeyError" in capfd.readouterr().err
