"""Work in a child: it knows what we know, and what it returns or raises comes back."""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool

import pytest

from training.child import in_a_child
from training.errors import NotDone


def test_it_is_another_process_that_knows_what_we_know() -> None:
    known = {"words": lambda: "of ours"}  # could not be sent
    process, told = in_a_child(lambda: (os.getpid(), known["words"]()))
    assert told == "of ours"
    assert process != os.getpid()


def test_what_is_raised_comes_back() -> None:
    def work() -> None:
        raise NotDone("No disk is left.")

    with pytest.raises(NotDone, match="No disk is left"):
        in_a_child(work)


def test_a_child_that_is_killed_is_an_error() -> None:
    with pytest.raises(BrokenProcessPool):
        in_a_child(lambda: os._exit(1))
