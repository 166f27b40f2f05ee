"""A machine with a real systemd, booted beside this one: this system's files under a throw-away layer.

Nothing that happens in it reaches this machine: files go into a folder in memory, and its network is
its own. It needs root, overlayfs and systemd-nspawn (Debian: systemd-container).
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
CODE = "/opt/front-desk"
BOOTED_WITHIN_S = 120.0
ASK_EVERY_S = 0.2
# An address of the machine's own that is not loopback (RFC 5737), to be reached or not.
ELSEWHERE = "192.0.2.1"


@dataclass
class BootedMachine:
    """One running machine: its files from outside, and commands in it."""

    root: Path
    leader: int

    def run(self, *command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in it as root."""
        inside = ["nsenter", f"--target={self.leader}", "--all", "--wd=/", *map(str, command)]
        done = subprocess.run(inside, capture_output=True, text=True)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
        return done

    def write(self, path: str, text: str, *, mode: int = 0o644) -> None:
        """Write a file of it."""
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)

    def journal(self, unit: str) -> str:
        """What a unit said."""
        return self.run("journalctl", "--no-pager", "--output=cat", f"--unit={unit}").stdout


@contextmanager
def booted(folder: Path) -> Iterator[BootedMachine]:
    """Boot it with the project in /opt/front-desk, and take it down at the end."""
    layers, root = folder / "layers", folder / "root"
    layers.mkdir()
    root.mkdir()
    mounted: list[Path] = []
    process = None
    umask = os.umask(0o022)  # some command that a test ran here may have closed it; others read this code
    try:
        _mount(mounted, layers, "tmpfs", "mode=755", kind="tmpfs")
        _overlay(mounted, layers / "machine", Path("/"), root)
        (root / "etc/machine-id").write_text(f"{secrets.token_hex(16)}\n", encoding="utf-8")
        _bring_code(mounted, layers, root)
        process = _boot(root, folder / "console.log")
        machine = BootedMachine(root, _leader(process, folder / "console.log"))
        machine.run("ldconfig")
        machine.run("ip", "address", "add", f"{ELSEWHERE}/32", "dev", "lo")
        yield machine
    finally:
        os.umask(umask)
        if process is not None:
            process.send_signal(signal.SIGTERM)  # nspawn's own word for "power off now"
            process.wait(timeout=60)
        for place in reversed(mounted):
            subprocess.run(["umount", "--recursive", place], check=True)


def _boot(root: Path, console: Path) -> subprocess.Popen[bytes]:
    command: list[str | Path] = ["systemd-nspawn", "--quiet", "--boot", "--keep-unit", "--register=no"]
    command += ["--private-network", "--console=pipe", "--machine=front-desk-test", "--kill-signal=SIGKILL"]
    # A filter of addresses is a BPF program.
    command += ["--system-call-filter=bpf", "--capability=CAP_BPF,CAP_NET_ADMIN", "--directory", root]
    with console.open("wb") as out:
        quiet: Any = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out}
        return subprocess.Popen([*command, "--", "--unit=basic.target"], **quiet)


def _leader(process: subprocess.Popen[bytes], console: Path) -> int:
    """The first process in it, as soon as it does what it is told."""
    until_s = time.monotonic() + BOOTED_WITHIN_S
    while time.monotonic() < until_s and process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for child in map(int, children):
            ask = [
                "nsenter",
                f"--target={child}",
                "--all",
                "--wd=/",
                "systemctl",
                "is-active",
                "basic.target",
            ]
            if subprocess.run(ask, capture_output=True, text=True).stdout.strip() == "active":
                return child
        time.sleep(ASK_EVERY_S)
    raise AssertionError(f"no machine: {console.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _bring_code(mounted: list[Path], layers: Path, root: Path) -> None:
    """Put the tracked files there, and both environments with Pythons outside of homes."""
    code = root / CODE.lstrip("/")
    code.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, to = PROJECT / name, code / name
        if source.is_file() and not source.is_symlink():
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to)
    for name in (".venv", ".venv-bot"):
        # As where several checkouts share them: links to a folder of their own.
        shared = root / "opt/environments" / name.removeprefix(".")
        shared.parent.mkdir(exist_ok=True)
        _bring_environment(mounted, layers, root, (PROJECT / name).resolve(), shared)
        (code / name).symlink_to(f"/opt/environments/{shared.name}")


def _bring_environment(mounted: list[Path], layers: Path, root: Path, source: Path, to: Path) -> None:
    python = (source / "bin/python").resolve()
    prefix = python.parents[1]
    if prefix == Path("/usr"):  # the system's own
        place = python
    else:
        mounted_at = root / "opt/pythons" / prefix.name
        mounted_at.mkdir(parents=True, exist_ok=True)
        _mount(mounted, mounted_at, str(prefix), "bind,ro")
        place = Path("/opt/pythons", prefix.name, "bin", python.name)
        with (root / "etc/ld.so.conf.d/pythons.conf").open("a", encoding="utf-8") as libraries:
            libraries.write(f"/opt/pythons/{prefix.name}/lib\n")
    to.mkdir()
    _overlay(mounted, layers / to.name, source, to)
    for link in ("python", "python3", python.name):
        (to / "bin" / link).unlink(missing_ok=True)
        (to / "bin" / link).symlink_to(place)
    config = (source / "pyvenv.cfg").read_text(encoding="utf-8")
    (to / "pyvenv.cfg").write_text(re.sub(r"(?m)^home = .*$", f"home = {place.parent}", config), "utf-8")


def _overlay(mounted: list[Path], layer: Path, lower: Path, to: Path) -> None:
    for name in ("upper", "work"):
        (layer / name).mkdir(parents=True)
    (layer / "upper").chmod(0o755)
    options = f"lowerdir={lower},upperdir={layer / 'upper'},workdir={layer / 'work'}"
    _mount(mounted, to, "overlay", options, kind="overlay")


def _mount(mounted: list[Path], to: Path, source: str, options: str, *, kind: str = "") -> None:
    of_kind: Sequence[str] = ["-t", kind] if kind else []
    subprocess.run(["mount", *of_kind, "-o", options, source, to], check=True)
    mounted.append(to)
