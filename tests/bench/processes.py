"""Start processes and measure what they take: time, memory (PSS: shared pages counted once)."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

WATCH_EVERY_S = 0.5
MB = 1_000_000
BUSY = ("user", "nice", "system", "irq", "softirq", "steal")  # `guest` is in `user` already


@dataclass(frozen=True)
class Memory:
    """Memory of one process or of several together."""

    name: str
    rss_mb: float
    pss_mb: float


@dataclass(frozen=True)
class Ran:
    """A command that has ended well."""

    seconds: float
    peak_mb: float


@dataclass
class Watch:
    """Notes the highest memory of a process and all below it, until stopped."""

    process_id: int
    peak_mb: float = 0.0
    _stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self._stopped.wait(WATCH_EVERY_S):
            self.peak_mb = max(self.peak_mb, sum(each.pss_mb for each in memory_of(self.process_id)))

    def stop(self) -> None:
        self._stopped.set()


@contextmanager
def watching(process_id: int) -> Iterator[Watch]:
    """Watch the memory of a process tree for the length of a `with` block."""
    watch = Watch(process_id)
    thread = threading.Thread(target=watch.run, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.stop()
        thread.join()


def run(command: Sequence[str], *, folder: Path, environ: Mapping[str, str], log: Path) -> Ran:
    """Run a command to its end. Raises RuntimeError with the end of its log."""
    started_s = time.monotonic()
    with (
        log.open("wb") as file,
        subprocess.Popen(command, cwd=folder, env=dict(environ), stdout=file, stderr=file) as process,
        watching(process.pid) as watch,
    ):
        status = process.wait()
    if status != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {status}:\n{log.read_text()[-2000:]}")
    return Ran(time.monotonic() - started_s, watch.peak_mb)


def memory_of(process_id: int) -> list[Memory]:
    """Memory of a process and of each below it."""
    try:
        root = psutil.Process(process_id)
        found = [_memory(each) for each in (root, *root.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []
    return [each for each in found if each is not None]


def cpu_s(process_id: int) -> float:
    """Processor time of a process and all below it so far, of those that have ended too."""
    root = psutil.Process(process_id)
    ended = root.cpu_times()
    total = ended.children_user + ended.children_system
    for each in (root, *root.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended meanwhile
            times = each.cpu_times()
            total += times.user + times.system
    return total


def machine_cpu_s() -> float:
    """Processor time of everything on this machine so far."""
    return sum(value for name, value in psutil.cpu_times()._asdict().items() if name in BUSY)


def cpu_by_process(process_id: int) -> dict[str, float]:
    """Processor time so far of a process and of each below it, by name; several of a name are numbered."""
    found: dict[str, list[float]] = {}
    root = psutil.Process(process_id)
    for each in sorted((root, *root.children(recursive=True)), key=lambda process: process.pid):
        with contextlib.suppress(psutil.Error):  # it ended meanwhile
            times = each.cpu_times()
            found.setdefault(_name_of(each.cmdline()), []).append(times.user + times.system)
    return {
        f"{name} {place}" if len(spent) > 1 else name: spent_s
        for name, spent in found.items()
        for place, spent_s in enumerate(spent, start=1)
    }


def _memory(process: psutil.Process) -> Memory | None:
    try:
        full = process.memory_full_info()
        return Memory(_name_of(process.cmdline()), full.rss / MB, full.pss / MB)
    except psutil.Error:
        return None  # it ended meanwhile


def _name_of(command: list[str]) -> str:
    """Which part a process is, by its command line."""
    words = " ".join(command)
    parts = {
        "deploy.supervise": "supervisor",
        "components.rasa_patches.action_server": "action server",
        "rasa run": "bot",
        "rasa_patches.no_tensorflow": "bot",
        "safety.worker": "safety worker",
        "-m web": "web half",
    }
    return next((name for key, name in parts.items() if key in words), "other")
