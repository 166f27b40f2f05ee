"""Manners of a process: Rasa's many lines out of the way, no memory kept, gone with its parent."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def be_quiet() -> None:
    """Only errors, and no debug lines: Rasa's quote what visitors wrote."""
    os.environ["LOG_LEVEL"] = os.environ["LOG_LEVEL_LIBRARIES"] = "ERROR"
    warnings.simplefilter("ignore")
    from rasa.utils.log_utils import configure_structlog

    logging.getLogger().setLevel(logging.ERROR)
    logging.getLogger("rasa").setLevel(logging.ERROR)
    configure_structlog(logging.ERROR)


@contextmanager
def output_to(path: Path) -> Iterator[None]:
    """Send everything printed, by C libraries and progress bars too, to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    with path.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, original in zip((1, 2), kept, strict=True):
                os.dup2(original, descriptor)
                os.close(original)


def silence() -> None:
    """In a process of our own making: print nothing, and end when the one that made it ends."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    die_with_parent()


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends, even by SIGKILL."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def give_memory_back() -> None:
    """Return to the system what was used once."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it
    if trim:
        trim(0)


def get_ready_to_fork() -> None:
    """Have a fork share as much memory as it can: the collector's marks would copy nearly all of it."""
    give_memory_back()
    gc.freeze()
