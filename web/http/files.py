"""What browsers may keep and what goes packed: files by the version in their address, public text by ETag.

Staff pages are never packed: with a secret and words of somebody else's on one page, the packed length
tells of the secret (BREACH).
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache, lru_cache
from pathlib import Path

from sanic import HTTPResponse, Request

STATIC = Path(__file__).resolve().parent.parent / "static"
# Whatever is served here is the same for everybody and holds no secret.
PUBLIC = ("/static/", "/widget", "/chat", "/answers", "/sitemap.xml", "/robots.txt")
PACKED_TYPES = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")
MIN_PACKED_BYTES = 400
FOR_EVER = "public, max-age=31536000, immutable"
_LEVEL = 9  # once for each text; it is kept


@cache
def version_of_files(folder: Path = STATIC) -> str:
    """A name for exactly these files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def versioned(page: str) -> str:
    """A page whose files are asked for by their version; what is relative to them follows."""
    return page.replace('"/static/', f'"/static/{version_of_files()}/')


async def let_keep(request: Request, response: HTTPResponse) -> None:
    """Say how long a browser may keep it, answer 304 to one who has it, and pack it for who unpacks."""
    if not request.path.startswith(PUBLIC) or response.status != 200 or response.body is None:
        return
    if request.path.startswith(f"/static/{version_of_files()}/"):
        response.headers["cache-control"] = FOR_EVER
    body, kind = bytes(response.body), str(response.content_type or "")
    packed = _packed(body) if kind.startswith(PACKED_TYPES) and len(body) >= MIN_PACKED_BYTES else None
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    response.headers["etag"] = etag
    if packed is not None:
        response.headers["vary"] = "accept-encoding"
    if etag in request.headers.get("if-none-match", ""):
        response.status, response.body = 304, b""
    elif packed is not None and _takes_gzip(request.headers.get("accept-encoding", "")):
        response.headers["content-encoding"] = "gzip"
        response.body = packed
        response.headers.pop("content-length", None)


@lru_cache(maxsize=256)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        name, _, quality = part.strip().partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
