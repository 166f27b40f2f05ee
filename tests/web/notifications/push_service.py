"""A stand-in for a push service, and a browser that is subscribed there and can open what it gets."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from web.notifications.push.vapid import decoded, encoded, point_of


@dataclass
class Delivery:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Device:
    """A browser of somebody of staff."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"sixteen bytes 16"

    @property
    def fields(self) -> dict[str, str]:
        """What its page sends."""
        return {"endpoint": self.endpoint, "p256dh": encoded(point_of(self.key)), "auth": encoded(self.auth)}

    def opens(self, body: bytes) -> bytes:
        """Decrypt as a browser does (RFC 8291), and take the padding away."""
        salt, theirs, sealed = body[:16], body[21:86], body[86:]
        assert (body[16:20], body[20]) == ((4096).to_bytes(4, "big"), 65)
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(self.key.curve, theirs)
        )
        info = b"WebPush: info\0" + point_of(self.key) + theirs
        secret = HKDF(SHA256(), 32, self.auth, info).derive(shared)
        cipher = AESGCM(HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret))
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        plain = cipher.decrypt(nonce, sealed, None).rstrip(b"\0")
        assert plain.endswith(b"\x02")
        return plain[:-1]


class PushService:
    """Takes what is posted, answers with `status`."""

    def __init__(self) -> None:
        self.got: list[Delivery] = []
        self.status = 201
        self.more = ""  # headers of the answer

    async def __aenter__(self) -> PushService:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)
        }
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append(Delivery(lines[0].split()[1], headers, body))
        answer = f"HTTP/1.1 {self.status} x\r\n{self.more}content-length: 0\r\nconnection: close\r\n\r\n"
        writer.write(answer.encode())
        await writer.drain()
        writer.close()


def claims_in(authorization: str) -> dict[str, object]:
    """What a VAPID header says, once its signature is found to be right."""
    token, _, key = authorization.removeprefix("vapid t=").partition(", k=")
    signed, _, signature = token.rpartition(".")
    raw = decoded(signature)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    both = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point.verify(both, signed.encode(), ec.ECDSA(SHA256()))
    head, said = (json.loads(decoded(part)) for part in signed.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    return {**said, "key": key}
