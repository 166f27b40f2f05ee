"""Writes a release's content back into a project, for git: what is the same stays untouched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from training.errors import NoRelease
from training.releases import PROJECT_FILES, needed_release

# The project's own: a release brings content, not how a machine is wired.
# What is exported is content; examples for safety go into its corpus by a command of their own.
NOT_CONTENT = ("endpoints.yml", "credentials.yml", "safety_examples.tsv")
CONTENT_FILES = tuple(name for name in PROJECT_FILES if name not in NOT_CONTENT)
CONTENT_PATTERNS = ("data/**/*.yml", "tests/must_answer.tsv")


def export(project: Path, var: Path, *, release: str | None = None) -> Iterator[str]:
    """Make the project's content that of the published release; yields a line for each file changed.

    Raises NoRelease.
    """
    folder = needed_release(var, release)
    if not (folder / "data").is_dir():
        raise NoRelease(f"Release {folder.name} has no content in it: it was made by an earlier version.")
    wanted = {path.relative_to(folder) for path in _content(folder)}
    for name in sorted(wanted):
        text = (folder / name).read_bytes()
        target = project / name
        if target.exists() and target.read_bytes() == text:
            continue
        yield f"{'changed' if target.exists() else 'new'}: {name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, target)
    for path in (project / "data").rglob("*.yml"):
        if path.relative_to(project) not in wanted:
            yield f"removed: {path.relative_to(project)}"
            path.unlink()


def _content(folder: Path) -> Iterator[Path]:
    for name in CONTENT_FILES:
        if (folder / name).exists():
            yield folder / name
    for pattern in CONTENT_PATTERNS:
        yield from sorted(folder.glob(pattern))
