"""A disk that fills up while packages are installed or answers are trained: a sentence, and the old state."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import setup
from deploy.environments import UNFINISHED, Environment, Requirements, clean_environ
from deploy.progress import Progress, StepFailed
from deploy.settings import WEB_PYTHON

PROJECT = Path(__file__).parents[2]
PACKAGE_BYTES = 12_000_000
MB = 1_000_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB, with room for an environment and a package."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(folder: Path, *, leave_bytes: int) -> Path:
    """Take all room but so much."""
    filler = folder / "filler"
    filler.unlink(missing_ok=True)
    there = os.statvfs(folder)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, there.f_bavail * there.f_frsize - leave_bytes)
    return filler


def package(folder: Path) -> Path:
    """A requirements file with one package of many bytes, beside it, that pip may install offline."""
    name, info = "large-1.0-py3-none-any.whl", "large-1.0.dist-info"
    files = {
        "large.bin": random.Random(1).randbytes(PACKAGE_BYTES),
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: large\nVersion: 1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={digest(data)},{len(data)}\n" for path, data in files.items())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        for path, data in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}.items():
            wheel.writestr(path, data)
    (folder / name).write_bytes(packed.getvalue())
    requirements = folder / "large.txt"
    whole = hashlib.sha256(packed.getvalue()).hexdigest()
    requirements.write_text(f"large==1.0 --hash=sha256:{whole}\n", encoding="utf-8")
    return requirements


def digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


@pytest.mark.thorough
def test_a_disk_that_fills_up_inside_pip_is_said_and_the_next_start_finishes(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "find_uv", lambda _: None)
    monkeypatch.chdir(disk)
    environ = clean_environ() | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "TMPDIR": str(disk)}
    environment = Environment(disk / ".venv", (Requirements(package(tmp_path)),))

    def set_up() -> None:
        progress = Progress(total=2, log=disk / "setup.log", stream=io.StringIO())
        setup._set_up_environment(environment, progress, environ, development=False)

    fill(disk, leave_bytes=3 * MB)  # less than pip itself takes
    with pytest.raises(
        StepFailed,
        match=r"Making the web environment failed\. The disk of .* is full \(.* MB free\): make room",
    ):
        set_up()
    fill(disk, leave_bytes=22 * MB)  # room for pip, not for the package as well
    with pytest.raises(
        StepFailed, match=r"packages .* failed\. The disk of .* is full \(.* MB free\): make room"
    ):
        set_up()
    assert environment.stamp.read_text(encoding="utf-8") == UNFINISHED
    assert not environment.is_ready()
    (disk / "filler").unlink()
    remove, *_ = environment.prepare(setup._python_for(environment), None)
    assert remove == ["rm", "-rf", environment.folder]  # the next start begins it anew
    if not os.environ.get("FRONT_DESK_PROVE"):
        return
    set_up()
    assert environment.is_ready()
    (installed,) = environment.folder.glob("lib/python*/site-packages/large.bin")
    assert installed.stat().st_size == PACKAGE_BYTES


def test_a_stamp_that_finds_no_room_leaves_the_one_before(small_disk: Path, tmp_path: Path) -> None:
    environment = Environment(small_disk / ".venv", (Requirements(package(tmp_path)),))
    environment.mark_unfinished()
    fill(small_disk, leave_bytes=0)
    with pytest.raises(OSError, match="No space left on device"):
        environment.mark_ready()
    assert environment.stamp.read_text(encoding="utf-8") == UNFINISHED
    assert [path.name for path in environment.folder.iterdir()] == [environment.stamp.name]


def test_a_step_whose_output_found_no_room_says_that_the_disk_is_full(small_disk: Path) -> None:
    progress = Progress(total=1, log=small_disk / "log", stream=io.StringIO())
    fill(small_disk, leave_bytes=0)
    silent = [sys.executable, "-c", "import sys; sys.exit(1)"]
    with pytest.raises(StepFailed, match=f"The disk of {small_disk} is full \\(0 MB free\\): make room"):
        progress.step("Fetching", silent, environ={})


@pytest.mark.thorough
def test_a_disk_that_is_full_when_answers_are_trained_is_said_and_the_release_before_stays(
    small_disk: Path,
) -> None:
    (small_disk / "encoder").symlink_to(PROJECT / "var/encoder")
    model = small_disk / "releases/1/model.tar.gz"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"what visitors are answered by")
    (small_disk / "releases/published").write_text("1\n", encoding="utf-8")
    fill(small_disk, leave_bytes=600_000)
    before = {path for path in small_disk.rglob("*") if path.is_file()}
    done = subprocess.run(
        [WEB_PYTHON, "-m", "deploy.train", "--if-needed"],
        cwd=PROJECT,
        env=clean_environ() | {"FRONT_DESK_VAR": str(small_disk)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()[-1]
    assert (
        "No space left on device. Make room, then start this again. What was published is as it was." in said
    )
    assert {path for path in small_disk.rglob("*") if path.is_file()} == before
    assert (small_disk / "releases/published").read_text(encoding="utf-8") == "1\n"
