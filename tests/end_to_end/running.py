"""A supervisor that has started, as the tests see it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass
class Running:
    """A supervisor that said it is ready."""

    process: subprocess.Popen[str]
    said: list[str]
    var: Path
    bot_port: int

    @property
    def parts(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)
