"""Has numpy's and scipy's matrix library use what this processor can do.

The OpenBLAS in the numpy and scipy that Rasa 3.6 needs is of 2022: on a processor that is newer it
falls back to instructions of 2004, and a training takes four times as long.
"""

from __future__ import annotations

import os
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")
CHOICE = "OPENBLAS_CORETYPE"
# What each kind of OpenBLAS's routines needs, the fastest first.
_NEEDS = (
    ("SkylakeX", {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "fma"}),
    ("Haswell", {"avx2", "fma"}),
)


def use_this_processor() -> None:
    """Choose the routines, unless somebody has; call it before numpy is imported."""
    chosen = routines_for(CPU_INFO)
    if chosen:
        os.environ.setdefault(CHOICE, chosen)


def routines_for(cpu_info: Path) -> str | None:
    """Name OpenBLAS's fastest routines for the processor described there; None: let it choose itself."""
    try:
        lines = cpu_info.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None  # no Linux
    flags = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    return next((name for name, needs in _NEEDS if needs <= flags), None)
