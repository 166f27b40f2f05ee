"""Seals short secrets: a copy of the record alone does not open them.

The key is a file of its own in `var/`, for this user alone, made when it is first needed. A sealed
secret belongs to one owner: moved to somebody else's row it does not open.

There is no cipher among the web half's packages, so this is encrypt-then-MAC made of HMAC-SHA256
alone: a pad from nonce and owner, used once, and a tag over all of it. It takes 32 bytes at most.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from pathlib import Path

from web.errors import KeyProblem

KEY_BYTES, NONCE_BYTES, TAG_BYTES, MOST_BYTES = 32, 12, 16, 32


class Sealing:
    """Seals and opens with the key in one file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def seal(self, secret: bytes, *, owner: str) -> str:
        """Seal a secret; the first one makes the key. Raises KeyProblem."""
        if len(secret) > MOST_BYTES:
            raise ValueError(f"A secret of more than {MOST_BYTES} bytes cannot be sealed.")
        key, nonce = self._key(may_make=True), secrets.token_bytes(NONCE_BYTES)
        hidden = _under_pad(key, nonce, owner, secret)
        sealed = nonce + hidden + _tag(key, nonce, owner, hidden)
        return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")

    def open(self, sealed: str, *, owner: str) -> bytes:
        """Open what was sealed for this owner. Raises KeyProblem: no key, another one, or not ours."""
        key, raw = self._key(may_make=False), _bytes_of(sealed)
        nonce, hidden, tag = raw[:NONCE_BYTES], raw[NONCE_BYTES:-TAG_BYTES], raw[-TAG_BYTES:]
        if not hmac.compare_digest(tag, _tag(key, nonce, owner, hidden)):
            raise KeyProblem(f"The key in {self.file} does not open what is sealed in the record.")
        return _under_pad(key, nonce, owner, hidden)

    def _key(self, *, may_make: bool) -> bytes:
        try:
            return self._read()
        except FileNotFoundError:
            if not may_make:
                raise KeyProblem(f"The key {self.file} is missing.") from None
        self._make()
        return self._read()

    def _read(self) -> bytes:
        if self.file.stat().st_mode & 0o077:
            raise KeyProblem(f"Others may read {self.file}: make it yours alone (chmod 600).")
        try:
            key = bytes.fromhex(self.file.read_text(encoding="ascii"))
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyProblem(f"{self.file} holds no key. Put the right one back from a backup.")
        return key

    def _make(self) -> None:
        """Make the key, all of it or nothing; of two processes that make one at once the first wins."""
        draft = self.file.with_name(f"{self.file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"{secrets.token_hex(KEY_BYTES)}\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, self.file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        folder = os.open(self.file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _under_pad(key: bytes, nonce: bytes, owner: str, text: bytes) -> bytes:
    pad = _hash(key, b"pad", nonce, owner)
    return bytes(one ^ other for one, other in zip(text, pad[: len(text)], strict=True))


def _tag(key: bytes, nonce: bytes, owner: str, hidden: bytes) -> bytes:
    return _hash(key, b"tag", nonce, owner, hidden)[:TAG_BYTES]


def _hash(key: bytes, use: bytes, nonce: bytes, owner: str, hidden: bytes = b"") -> bytes:
    # Each part with its length in front: no two different things are ever the same bytes.
    parts = (use, nonce, owner.encode("utf-8"), hidden)
    told = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key, told, "sha256")


def _bytes_of(sealed: str) -> bytes:
    try:
        raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise KeyProblem("The record holds a second step that was not sealed here.") from error
    if not NONCE_BYTES + TAG_BYTES < len(raw) <= NONCE_BYTES + MOST_BYTES + TAG_BYTES:
        raise KeyProblem("The record holds a second step that was not sealed here.")
    return raw
