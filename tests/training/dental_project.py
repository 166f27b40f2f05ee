"""The dentist's project as a training takes it: answers of their own, skills that every clinic has."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def copy_project(folder: Path, skills: Iterable[str]) -> Path:
    """Copy recipe, domain, the dentist's answers and these files of `data/` into a folder."""
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "tests" / "dental" / "data" / "answers", folder / "data" / "answers")
    for name in skills:
        shutil.copy(ROOT / "data" / name, folder / "data" / name)
    return folder
