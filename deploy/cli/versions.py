"""Versions of the project as git knows them: which there are, what changed, and one of them in a folder."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from deploy.cli.installation import CommandFailed

TAG = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
HEADING = re.compile(r"(?m)^## (?:v?(\d+\.\d+\.\d+)|Unreleased)")
# Theirs to edit in the checkout; an update carries them over.
CLINIC_FILES = ("clinic.yml", "widget.yml", "help_center.yml")


def fetch(root: Path) -> None:
    """Ask where the project came from for new versions. Raises CommandFailed."""
    if _git(root, "remote").strip():
        _git(root, "fetch", "--quiet", "--tags")


def newest(root: Path) -> str:
    """The newest version's tag. Raises CommandFailed when there is none."""
    tags = [tag for tag in _git(root, "tag", "--list", "v*").split() if TAG.fullmatch(tag)]
    if not tags:
        raise CommandFailed("This checkout knows no version: name a tag, or fetch the tags first.")
    return max(tags, key=number_of)


def number_of(version: str) -> tuple[int, ...]:
    """A version as numbers, to be compared; of what is no version, none."""
    found = TAG.fullmatch(f"v{version.removeprefix('v')}")
    return tuple(map(int, found.groups())) if found else ()


def commit_of(root: Path, version: str) -> str:
    """The commit of a tag, a version or a commit. Raises CommandFailed."""
    for name in (version, f"v{version}"):
        done = _run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if done.returncode == 0:
            return done.stdout.strip()
    raise CommandFailed(f"There is no version {version} here. Known: {_git(root, 'tag', '--list', 'v*')}")


def version_of(root: Path, commit: str) -> str:
    """The version that a commit's own file says."""
    found = re.search(r'(?m)^version = "([^"]+)"', _git(root, "show", f"{commit}:pyproject.toml"))
    return found[1] if found else commit[:12]


def notes(root: Path, commit: str, since: str) -> str:
    """What the changelog of a commit says of everything newer than a version."""
    text = _git(root, "show", f"{commit}:CHANGELOG.md")
    starts = [*HEADING.finditer(text)]
    ends = [start.start() for start in starts[1:]] + [len(text)]
    newer = [
        text[start.start() : end].strip()
        for start, end in zip(starts, ends, strict=True)
        if start[1] is None or number_of(start[1]) > number_of(since)
    ]
    return "\n\n".join(newer)


def changed_by_hand(root: Path) -> list[str]:
    """Tracked files that somebody changed here, but for those that are the clinic's."""
    changed = _git(root, "diff", "--name-only", "HEAD").split("\n")
    return [name for name in changed if name and name not in CLINIC_FILES]


def own_clinic_files(root: Path) -> list[str]:
    """Which of the clinic's files were edited here."""
    return _git(root, "diff", "--name-only", "HEAD", "--", *CLINIC_FILES).split()


def differ(root: Path, commit: str, folder: str) -> bool:
    """Whether a folder is another one in a commit than in the present one."""
    return bool(_git(root, "diff", "--name-only", "HEAD", commit, "--", folder).strip())


def lay_out(root: Path, commit: str, to: Path) -> None:
    """Put a commit into a new folder, a checkout of its own. Raises CommandFailed."""
    _git(root, "clone", "--quiet", "--no-checkout", str(root), str(to))
    origin = _run(root, "remote", "get-url", "origin").stdout.strip()
    _git(to, "remote", "set-url", "origin", origin) if origin else _git(to, "remote", "remove", "origin")
    _git(to, "-c", "advice.detachedHead=false", "checkout", "--quiet", commit)


def _git(root: Path, *arguments: str) -> str:
    done = _run(root, *arguments)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise CommandFailed(f"git {arguments[0]} failed: {lines[-1] if lines else done.returncode}")
    return done.stdout


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Root may look at a checkout that is somebody else's.
    command = ["git", "-c", "safe.directory=*", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise CommandFailed("git is missing on this machine: apt install git.") from error
