"""The key by which push services know this installation (VAPID, RFC 8292): a file of its own in `var/`.

A device is subscribed to this key: with another one nothing reaches it, until its owner turns it on again.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from web.core.errors import KeyProblem
from web.core.keys.files import make_once

KEY_BYTES = 32
GOOD_FOR = timedelta(hours=12)  # push services take at most 24


class VapidKey:
    """The key in one file; made when the first device is turned on."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def public(self) -> str:
        """What a browser subscribes to; the first question makes the key. Raises KeyProblem."""
        if not self.file.exists():
            number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
            make_once(self.file, f"{number.to_bytes(KEY_BYTES, 'big').hex()}\n")
        return encoded(point_of(self._key()))

    def authorization(self, endpoint: str, *, subject: str, now: datetime) -> str:
        """The header that shows a push service who asks. Raises KeyProblem."""
        key, parts = self._key(), urlsplit(endpoint)
        claims: dict[str, object] = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + GOOD_FOR).timestamp()),
            "sub": subject,
        }
        signed = f"{_as_json({'typ': 'JWT', 'alg': 'ES256'})}.{_as_json(claims)}"
        r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
        signature = encoded(r.to_bytes(KEY_BYTES, "big") + s.to_bytes(KEY_BYTES, "big"))
        return f"vapid t={signed}.{signature}, k={encoded(point_of(key))}"

    def _key(self) -> ec.EllipticCurvePrivateKey:
        try:
            mode, text = self.file.stat().st_mode, self.file.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            raise KeyProblem(f"The key {self.file} is missing.") from None
        if mode & 0o077:
            raise KeyProblem(f"Others may read {self.file}: make it yours alone (chmod 600).")
        try:
            return ec.derive_private_key(int.from_bytes(bytes.fromhex(text)), ec.SECP256R1())
        except ValueError:
            raise KeyProblem(f"{self.file} holds no key. Delete it, and turn devices on again.") from None


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half as it travels: 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encoded(raw: bytes) -> str:
    """Bytes as Web Push writes them: base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def decoded(text: str) -> bytes:
    """Bytes from base64url, padded or not. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _as_json(part: dict[str, object]) -> str:
    return encoded(json.dumps(part, separators=(",", ":")).encode())
