"""Write measured figures into `docs/benchmarks.md`, between the markers of their part."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

from deploy.settings import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def stamp(command: str, *, note: str = "") -> str:
    """Which machine, when, with which command, and how busy the machine was."""
    cpu = _cpu()
    memory_gb = psutil.virtual_memory().total / 1e9
    load = os.getloadavg()[2]
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    line = f"`{command}`, {when}; {psutil.cpu_count()} cores ({cpu}), {memory_gb:.0f} GB."
    line += f" Load average of the 15 minutes before the end: {load:.1f}."
    return f"{line} {note}".strip()


def write(part: str, text: str, page: Path = PAGE) -> None:
    """Put a text between `<!-- part -->` and `<!-- /part -->`; everything else stays."""
    begin, end = f"<!-- {part} -->", f"<!-- /{part} -->"
    whole = page.read_text(encoding="utf-8")
    if begin not in whole or end not in whole:
        raise ValueError(f"{page.name} has no place for '{part}': expected {begin} and {end}.")
    before, rest = whole.split(begin, 1)
    after = rest.split(end, 1)[1]
    page.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
