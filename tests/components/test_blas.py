"""The matrix library is told what the processor can do, unless somebody has chosen already."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from components.rasa_patches import blas

OLD, AVX2 = "fpu sse sse2", "fpu sse sse2 avx avx2 fma"
AVX512 = f"{AVX2} avx512f avx512bw avx512cd avx512dq avx512vl"
LOADED = (
    "import threadpoolctl, numpy; print({each['architecture'] for each in threadpoolctl.threadpool_info()})"
)


@pytest.fixture
def cpu_info(tmp_path: Path) -> Path:
    return tmp_path / "cpuinfo"


@pytest.mark.parametrize(("flags", "routines"), [(OLD, None), (AVX2, "Haswell"), (AVX512, "SkylakeX")])
def test_the_fastest_routines_that_the_processor_can_run(
    cpu_info: Path, flags: str, routines: str | None
) -> None:
    cpu_info.write_text(f"model name\t: X\nflags\t\t: {flags}\n\nflags\t\t: {flags}\n", encoding="utf-8")
    assert blas.routines_for(cpu_info) == routines


def test_a_system_that_does_not_tell_is_left_alone(cpu_info: Path) -> None:
    assert blas.routines_for(cpu_info) is None


def test_what_somebody_chose_stays(monkeypatch: pytest.MonkeyPatch, cpu_info: Path) -> None:
    cpu_info.write_text(f"flags\t\t: {AVX512}\n", encoding="utf-8")
    monkeypatch.setattr(blas, "CPU_INFO", cpu_info)
    monkeypatch.setenv(blas.CHOICE, "Haswell")
    blas.use_this_processor()
    assert os.environ[blas.CHOICE] == "Haswell"


def test_the_library_uses_the_routines_that_were_chosen() -> None:
    command = [sys.executable, "-W", "ignore", "-c", LOADED]
    environ = {**os.environ, blas.CHOICE: "Nehalem"}  # every processor of the last fifteen years can
    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert "Nehalem" in told.stdout
