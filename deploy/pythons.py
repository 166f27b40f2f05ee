"""Find the Python 3.10 that Rasa 3.6 needs; standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

BOT_VERSION = "3.10"
ASK = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
ANSWER_TIMEOUT_S = 20


class SetupError(Exception):
    """Something is missing; the message is one sentence that says how to get it."""


@dataclass(frozen=True)
class Python:
    """An interpreter that was seen running."""

    path: Path
    version: str


def try_python(path: Path | str) -> Python | None:
    """Run an interpreter and return what it says of itself; None when it does not run."""
    try:
        answer = subprocess.run([path, "-c", ASK], capture_output=True, text=True, timeout=ANSWER_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return None  # not there, not executable, or a shim waiting for something
    return Python(Path(path), answer.stdout.strip()) if answer.returncode == 0 else None


def find_uv(environ: Mapping[str, str]) -> Path | None:
    """Find uv on PATH or where its installer puts it."""
    home = Path(environ.get("HOME", "/nonexistent"))
    places = [environ.get("PATH", ""), *(str(home / name) for name in (".local/bin", ".cargo/bin", "uv/bin"))]
    found = shutil.which("uv", path=os.pathsep.join(places))
    return Path(found) if found else None


def find_bot_python(environ: Mapping[str, str]) -> Python:
    """Find a Python 3.10: on PATH, in pyenv, known to uv, else fetched by uv."""
    for path in _candidates(environ):
        python = try_python(path)
        if python and python.version.startswith(f"{BOT_VERSION}."):
            return python
    if find_uv(environ):
        raise SetupError(
            f"Rasa 3.6 needs Python {BOT_VERSION}, none was found, and uv could not fetch one: the lines"
            " above name the address that this machine has to reach. Or put a python3.10 on the path."
        )
    raise SetupError(
        f"Rasa 3.6 needs Python {BOT_VERSION} and none was found: get one with"
        f" `uv python install {BOT_VERSION}` or `pyenv install {BOT_VERSION}` and try again."
        " Without either: `python3 -m venv ~/uv && ~/uv/bin/pip install uv` brings uv, which is found"
        " there and fetches the Python by itself."
    )


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    yield from _on_path(environ)
    yield from _in_pyenv(environ)
    yield from _from_uv(environ)


def _on_path(environ: Mapping[str, str]) -> Iterator[Path]:
    """Every python3.10 on PATH: a shim that fails may hide a real one behind it."""
    for folder in environ.get("PATH", "").split(os.pathsep):
        path = Path(folder, f"python{BOT_VERSION}")
        if folder and os.access(path, os.X_OK):
            yield path


def _in_pyenv(environ: Mapping[str, str]) -> Iterator[Path]:
    """pyenv's own installations, the newest first."""
    root = Path(environ.get("PYENV_ROOT") or Path(environ.get("HOME", "/nonexistent"), ".pyenv"))
    versions = root.glob(f"versions/{BOT_VERSION}.*/bin/python{BOT_VERSION}")
    yield from sorted(versions, key=_patch_number, reverse=True)


def _patch_number(path: Path) -> int:
    last = path.parts[-3].rpartition(".")[2]
    return int(last) if last.isdecimal() else -1


def _from_uv(environ: Mapping[str, str]) -> Iterator[Path]:
    uv = find_uv(environ)
    if uv is None:
        return
    find: list[str | Path] = [uv, "python", "find", "--system", BOT_VERSION]
    found = subprocess.run(find, capture_output=True, text=True, env=dict(environ))
    if found.returncode != 0:
        print(f"Fetching Python {BOT_VERSION} with uv (about a minute) ...", flush=True)
        subprocess.run([uv, "python", "install", BOT_VERSION], env=dict(environ))
        found = subprocess.run(find, capture_output=True, text=True, env=dict(environ))
    if found.returncode == 0:
        yield Path(found.stdout.strip())
