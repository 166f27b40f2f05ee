"""Seals short secrets: a copy of the record alone does not open them.

The key is a file of its own in `var/`, for this user alone, made when it is first needed. A sealed
secret belongs to one owner: moved to somebody else's row it does not open.

The cipher is AES-GCM of the library `cryptography`; what is written is nonce, secret and tag.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from web.core.errors import KeyProblem
from web.core.keys.files import make_once

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16


class Encryption:
    """Seals and opens with the key in one file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def encrypt(self, secret: bytes, *, owner: str) -> str:
        """Seal a secret; the first one makes the key. Raises KeyProblem."""
        key, nonce = self._key(may_make=True), secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, secret, owner.encode("utf-8"))
        return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")

    def open(self, sealed: str, *, owner: str) -> bytes:
        """Open what was sealed for this owner. Raises KeyProblem: no key, another one, or not ours."""
        key, raw = self._key(may_make=False), _bytes_of(sealed)
        try:
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode("utf-8"))
        except InvalidTag:
            raise KeyProblem(f"The key in {self.file} does not open what is sealed in the record.") from None

    def keyed(self, text: str, *, owner: str) -> str:
        """A hash that takes the key to make, for what is too short to hash openly. Raises KeyProblem."""
        key = hmac.digest(self._key(may_make=False), b"codes on paper", "sha256")
        made = hmac.digest(key, f"{owner}\0{text}".encode(), "sha256")
        return base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")

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
        make_once(self.file, f"{secrets.token_hex(KEY_BYTES)}\n")


def _bytes_of(sealed: str) -> bytes:
    try:
        raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise KeyProblem("The record holds a second step that was not sealed here.") from error
    if len(raw) <= NONCE_BYTES + TAG_BYTES:
        raise KeyProblem("The record holds a second step that was not sealed here.")
    return raw
