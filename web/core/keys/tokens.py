"""Tokens that open something for whoever holds them, and what the record keeps of one."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Make a token of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the record keeps of a token; it is long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
