"""The keys of what names a person in the record: a copy of the record alone shows nothing of it.

They stand in a file of their own, one a line, as a short name and 256 bits; the last one seals, the
earlier ones still open until everything is sealed anew (`web/rotation.py`). The file is looked at for
each value, so that a running service takes a new key up at once.

The cipher is AES-GCM of the library `cryptography`; what is written is the key's name, a dot, and
nonce, words and tag. A value belongs to one column: in another one it does not open.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from web.core.errors import KeyProblem
from web.core.keys.files import make_once, replace_whole

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
KEY_NAME_CHARS = 8
HASH_BYTES = 15  # 20 characters; enough that two numbers never share one
_LINE = re.compile(r"([0-9a-f]{8}) ([0-9a-f]{64})")


@dataclass(frozen=True)
class RecordKey:
    """One key. What seals and what hashes are two keys made from it."""

    name: str
    secret: bytes

    @cached_property
    def cipher(self) -> AESGCM:
        """Seals and opens."""
        return AESGCM(hmac.digest(self.secret, b"seal", "sha256"))

    def hash_of(self, text: str, *, where: str) -> str:
        """A hash that takes the key to make: equal texts of one column can be found, and nothing else."""
        key = hmac.digest(self.secret, b"search", "sha256")
        made = hmac.digest(key, f"{where}\0{text}".encode(), "sha256")[:HASH_BYTES]
        return base64.urlsafe_b64encode(made).decode("ascii")

    @property
    def line(self) -> str:
        """As the file has it."""
        return f"{self.name} {self.secret.hex()}\n"


class RecordKeys:
    """The keys in one file; made when the first value is sealed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._read_as: tuple[int, int, int] | None = None
        self._keys: tuple[RecordKey, ...] = ()

    def seal(self, words: str, *, where: str) -> str:
        """Seal words for one column; the first ones make the key. Raises KeyProblem."""
        key, nonce = self._present(may_make=True)[-1], secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + key.cipher.encrypt(nonce, words.encode("utf-8", "surrogatepass"), where.encode())
        return f"{key.name}.{base64.urlsafe_b64encode(sealed).decode('ascii').rstrip('=')}"

    def open(self, sealed: str, *, where: str) -> str:
        """Open what was sealed for this column. Raises KeyProblem: no key, another one, or not ours."""
        name, _, text = sealed.partition(".")
        key = next((each for each in self._present(may_make=False) if each.name == name), None)
        if key is None:
            raise KeyProblem(f"A key is missing in {self.file}: something in the record was sealed with it.")
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            opened = key.cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], where.encode())
        except (InvalidTag, ValueError):
            raise KeyProblem(f"The key in {self.file} does not open what is sealed in the record.") from None
        return opened.decode("utf-8", "surrogatepass")

    def hash_of(self, text: str, *, where: str) -> str:
        """What is kept beside a sealed value to find it by. Raises KeyProblem."""
        return self._present(may_make=True)[-1].hash_of(text, where=where)

    def hashes_of(self, text: str, *, where: str) -> list[str]:
        """What it may be found by: more than one while keys change places. Raises KeyProblem."""
        if not self.file.exists():
            return []  # nothing was sealed yet
        return [key.hash_of(text, where=where) for key in self._present(may_make=False)]

    def names(self) -> list[str]:
        """The keys by name, the one that seals last; none before the first value. Raises KeyProblem."""
        return [key.name for key in self._present(may_make=False)] if self.file.exists() else []

    def add(self) -> str:
        """Put a new key at the end, which seals from now on; the answer is its name. Raises KeyProblem."""
        new = _new_key()
        known = self._present(may_make=True)
        replace_whole(self.file, "".join(key.line for key in (*known, new)))
        return new.name

    def keep_only_last(self) -> None:
        """Take away every key but the one that seals. Raises KeyProblem."""
        replace_whole(self.file, self._present(may_make=False)[-1].line)

    def _present(self, *, may_make: bool) -> tuple[RecordKey, ...]:
        try:
            found = self.file.stat()
        except FileNotFoundError:
            if not may_make:
                raise KeyProblem(f"The key {self.file} is missing.") from None
            make_once(self.file, _new_key().line)
            found = self.file.stat()
        read_as = (found.st_ino, found.st_mtime_ns, found.st_mode)
        if read_as != self._read_as:
            self._keys, self._read_as = _read(self.file, found.st_mode), read_as
        return self._keys


def is_sealed(text: str) -> bool:
    """Whether a text looks like one that was sealed here."""
    return re.fullmatch(r"[0-9a-f]{8}\.[A-Za-z0-9_-]{38,}", text) is not None


def _read(file: Path, mode: int) -> tuple[RecordKey, ...]:
    if mode & 0o077:
        raise KeyProblem(f"Others may read {file}: make it yours alone (chmod 600).")
    lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    found = [_LINE.fullmatch(line.strip()) for line in lines if line.strip()]
    keys = tuple(RecordKey(each[1], bytes.fromhex(each[2])) for each in found if each)
    if not keys or len(keys) != len(found):
        raise KeyProblem(f"{file} holds no key. Put the right one back from a backup.")
    return keys


def _new_key() -> RecordKey:
    return RecordKey(secrets.token_hex(4), secrets.token_bytes(KEY_BYTES))
