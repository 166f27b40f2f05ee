"""One real bot for all tests of this room: Rasa and the action server over HTTP."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.local_bots import LocalBot, local_bot

PROJECT = Path(__file__).parents[2]


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever starts Rasa belongs to the thorough part."""
    for item in items:
        if item.path.parent == Path(__file__).parent and "bot" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.thorough)


@pytest.fixture(scope="session")
def bot() -> Iterator[LocalBot]:
    """Run the published release; without one the tests fail and say what to do."""
    with local_bot(PROJECT, Path(os.environ.get("FRONT_DESK_VAR", PROJECT / "var"))) as running:
        yield running
