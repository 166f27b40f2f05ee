"""Backups for somebody's eyes alone: age or gpg does it, as a filter between two files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from deploy.cli.installation import CommandFailed

AGE, GPG = ".age", ".gpg"
_GPG = ["gpg", "--batch", "--yes", "--quiet", "--no-tty"]


def suffix_for(recipient: str) -> str:
    """How the name of a file for this recipient ends."""
    if not recipient:
        return ""
    return AGE if recipient.startswith(("age1", "ssh-")) else GPG


@contextmanager
def writing(path: Path, recipient: str) -> Iterator[IO[bytes]]:
    """Open a new file to write what only the recipient can read. Raises CommandFailed."""
    with path.open("xb") as file:
        path.chmod(0o600)
        if not recipient:
            yield file
            return
        # "--" : a recipient is never taken for an option.
        command = ["age", f"--recipient={recipient}"]
        if suffix_for(recipient) == GPG:
            command = [*_GPG, "--trust-model", "always", "--encrypt", f"--recipient={recipient}"]
        with _filter(command, stdout=file) as process:
            assert process.stdin is not None
            try:
                yield process.stdin
                process.stdin.close()
            except BrokenPipeError:  # it says why below
                with suppress(BrokenPipeError):
                    process.stdin.close()
            _finish(process, f"{command[0]} could not encrypt for {recipient}")


@contextmanager
def reading(path: Path, identity: Path | None) -> Iterator[IO[bytes]]:
    """Open a file to read, decrypted when it is encrypted. Raises CommandFailed."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        if path.suffix not in (AGE, GPG):
            yield file
            return
        command = [*_GPG, "--decrypt"]
        if path.suffix == AGE:
            if identity is None:
                raise CommandFailed(f"{path.name} is encrypted with age: name your key file with --identity.")
            command = ["age", "--decrypt", f"--identity={identity}"]
        with _filter(command, stdin=file, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            try:
                yield process.stdout
            except Exception:
                # What was read is wrong because the filter failed: its own words say more.
                process.stdout.close()
                _finish(process, f"{path.name} could not be decrypted")
                raise
            while process.stdout.read(1 << 16):
                pass  # to the end, so that it can say whether the end is whole
            _finish(process, f"{path.name} could not be decrypted")


@contextmanager
def _filter(
    command: list[str], *, stdin: int | IO[bytes] = subprocess.PIPE, stdout: int | IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
    except FileNotFoundError as error:
        raise CommandFailed(f"{command[0]} is missing on this machine: apt install {command[0]}.") from error
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _finish(process: subprocess.Popen[bytes], what: str) -> None:
    assert process.stderr is not None
    said = process.stderr.read().decode(errors="replace").strip()
    # A reader that was closed early (SIGPIPE) is our own doing.
    if process.wait() not in (0, -13):
        lines = [line for line in said.splitlines() if line and "report" not in line]
        raise CommandFailed(f"{what}: {lines[0] if lines else 'no reason given'}")
