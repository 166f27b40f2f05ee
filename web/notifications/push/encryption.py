"""Encrypts what a device is told, for this device alone (RFC 8291): the push service reads nothing.

Everything is padded to one length, so that not even the length says what it is.
"""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from web.notifications.push.vapid import point_of

SALT_BYTES, POINT_BYTES, AUTH_BYTES = 16, 65, 16
RECORD_BYTES = 4096
PADDED_BYTES = 512
_LAST = b"\x02"  # the delimiter of the only record (RFC 8188)


def encrypt(
    words: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
    padded_to: int = PADDED_BYTES,
) -> bytes:
    """Make the body of one message. `key` and `salt` are new each time; tests of the RFC name them.

    Raises ValueError when `p256dh` is no point of the curve.
    """
    curve = ec.SECP256R1()
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(curve, p256dh)
    ours = key or ec.generate_private_key(curve)
    salt = salt or secrets.token_bytes(SALT_BYTES)
    info = b"WebPush: info\0" + p256dh + point_of(ours)
    shared = _derive(ours.exchange(ec.ECDH(), theirs), salt=auth, info=info, length=32)
    cipher = AESGCM(_derive(shared, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16))
    nonce = _derive(shared, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    plain = (words + _LAST).ljust(padded_to, b"\0")
    header = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([POINT_BYTES]) + point_of(ours)
    return header + cipher.encrypt(nonce, plain, None)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
