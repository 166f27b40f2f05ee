"""Files that everybody may have, packed by ourselves and asked about by their hash.

Only what holds nothing of anybody: packing a page with a secret in it beside words that somebody else
chose would tell the secret by its length.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

from sanic import HTTPResponse, Request
from sanic.response import empty, raw

_PACKS = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)", re.IGNORECASE)


def send_packed(
    request: Request, text: str, kind: str, *, headers: Mapping[str, str] | None = None
) -> HTTPResponse:
    """Send a text; packed where the browser unpacks, and not at all where it has it already."""
    packed, tag = _packed(text)
    told = {**(headers or {}), "etag": tag, "vary": "accept-encoding"}
    known = re.findall(r'(?:W/)?"[^"]*"', request.headers.get("if-none-match", ""))
    if tag in known:
        return empty(status=304, headers=told)
    content_type = f"{kind}; charset=utf-8"
    if not _PACKS.search(request.headers.get("accept-encoding", "")):
        return raw(text.encode(), headers=told, content_type=content_type)
    return raw(packed, headers={**told, "content-encoding": "gzip"}, content_type=content_type)


@lru_cache(maxsize=256)
def _packed(text: str) -> tuple[bytes, str]:
    """The packed text and its tag; a weak one, for packed and plain are one text in two forms."""
    whole = text.encode()
    return gzip.compress(whole, 9, mtime=0), f'W/"{hashlib.sha256(whole).hexdigest()[:24]}"'
