"""Train the present content when it has no release yet: `python -m deploy.train`."""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.os_errors import why
from deploy.processes import die_with
from deploy.settings import BOT_PYTHON, ROOT, Settings, published_model

# What a release is made from. Folders are taken with everything in them.
SOURCES = (
    "data",
    "domain.yml",
    "config.yml",
    "clinic.yml",
    "content",
    "components",
    "safety",
    "training",
    "requirements/bot.txt",
)
STAMP_FILE = "trained-from"


def main(arguments: list[str] | None = None) -> int:
    """Train when asked to or when needed; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deploy.train", description=__doc__)
    parser.add_argument("--if-needed", action="store_true", help="keep a release that fits")
    options = parser.parse_args(arguments)
    settings = Settings.from_environment(os.environ)
    if options.if_needed and has_release(settings.var):
        return 0
    return train(settings)


def has_release(var: Path) -> bool:
    """Whether the published release was made from the present content."""
    stamp = var / "releases" / STAMP_FILE
    if not stamp.exists() or not published_model(var).exists():
        return False
    return stamp.read_text(encoding="utf-8") == stamp_of(var)


def train(settings: Settings) -> int:
    """Run the training with its output on the terminal; return its exit status."""
    wanted, parent = stamp_of(settings.var), os.getpid()
    done = subprocess.run(
        [BOT_PYTHON, "-m", "training", "train"],
        cwd=ROOT,
        env=settings.environ(with_token=False),
        preexec_fn=lambda: die_with(parent),
    )
    if done.returncode == 0:
        stamp = settings.var / "releases" / STAMP_FILE
        draft = stamp.with_suffix(".next")
        draft.write_text(wanted, encoding="utf-8")
        draft.replace(stamp)
    return done.returncode


def stamp_of(var: Path, root: Path = ROOT) -> str:
    """Hash everything a release is made from, the encoder included."""
    digest = hashlib.sha256()
    named = [(str(path.relative_to(root)), path) for path in _files(root)]
    for name, path in [*named, ("the encoder", var / "encoder" / "encoder.json")]:
        digest.update(f"{name}\n".encode())
        digest.update(path.read_bytes() if path.exists() else b"missing")
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        path = root / name
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts
            )
        else:
            yield path


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        sys.exit(f"{why(error)}. Start this again afterwards; the published release is as it is.")
    except KeyboardInterrupt:
        sys.exit("\nTraining was interrupted; the published release is unchanged.")
