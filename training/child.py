"""One piece of work in a process of its own: what memory it took is free again when it is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from training.process import die_with_parent

T = TypeVar("T")
_work: Callable[[], Any]


def in_a_child(work: Callable[[], T]) -> T:
    """Do it in a fork, which knows all that we know; what it returns or raises must be picklable."""
    with ProcessPoolExecutor(1, get_context("fork"), _begin, (work,)) as child:
        return child.submit(_do).result()


def _begin(work: Callable[[], Any]) -> None:
    """In the child. What to do came along with the fork, so it need not be picklable."""
    global _work
    _work = work
    die_with_parent()


def _do() -> Any:
    return _work()
