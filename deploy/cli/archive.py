"""The form of a backup: a gzipped tar whose first file lists every other one with its SHA-256.

What is not on the list, is not whole or is missing at the end is refused: a backup that was cut off
is never taken for one.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

MANIFEST = "manifest.json"
FORMAT = 1
MAX_MANIFEST_BYTES = 4 * 1024 * 1024
_BLOCK = 1 << 20


class BackupDamaged(Exception):
    """A file is no whole backup of Front Desk; the message says what is wrong."""


@dataclass(frozen=True)
class ArchiveManifest:
    """What a backup says of itself. `rows` counts each table; `seal` is the audit's last one."""

    version: str
    made_at: str
    record: str
    release: str
    key_id: str
    seal: str
    rows: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT


def pack(stream: IO[bytes], manifest: ArchiveManifest, files: Mapping[str, Path]) -> None:
    """Write a backup; `manifest.files` is filled in here."""
    listed = asdict(manifest) | {"files": {name: sha256_of(path) for name, path in files.items()}}
    with (
        gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=5) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        head = json.dumps(listed, indent=1, sort_keys=True).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(head), 0o600
        tar.addfile(entry, io.BytesIO(head))
        for name, path in files.items():
            with path.open("rb") as file:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = path.stat().st_size, 0o600
                tar.addfile(entry, file)


def unpack(stream: IO[bytes], to: Path) -> ArchiveManifest:
    """Write a backup's files into a folder, each checked. Raises BackupDamaged."""
    try:
        with (
            gzip.GzipFile(fileobj=stream, mode="rb") as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            members = iter(tar)
            manifest = _manifest(tar, next(members, None))
            missing = dict(manifest.files)
            for member in members:
                wanted = missing.pop(member.name, None)
                if wanted is None or not member.isfile():
                    raise BackupDamaged(f"it holds {member.name}, which is not on its list")
                _write(tar, member, to / member.name, wanted)
            while packed.read(_BLOCK):
                pass  # to the very end, where its checksum stands
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BackupDamaged("it was cut off or is no backup") from error
    if missing:
        raise BackupDamaged(f"it was cut off: {len(missing)} of {len(manifest.files)} files are missing")
    return manifest


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> ArchiveManifest:
    if member is None or member.name != MANIFEST or not 0 < member.size <= MAX_MANIFEST_BYTES:
        raise BackupDamaged("it does not begin as a backup of Front Desk does")
    file = tar.extractfile(member)
    assert file is not None
    try:
        data = json.loads(file.read())
        if data.get("format") != FORMAT:
            raise BackupDamaged(f"it has form {data.get('format')}, and this version reads form {FORMAT}")
        manifest = ArchiveManifest(**data)
    except (ValueError, TypeError, AttributeError) as error:
        raise BackupDamaged("its list cannot be read") from error
    if unsafe := [name for name in manifest.files if not _stays_inside(name)]:
        raise BackupDamaged(f"it wants to write outside its folder ({unsafe[0]})")
    return manifest


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path, wanted: str) -> None:
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with to.open("xb") as out:
        to.chmod(0o600)
        for block in _blocks(tar.extractfile(member)):
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != wanted:
        raise BackupDamaged(f"{member.name} is not what was put in")


def _blocks(file: Any) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
