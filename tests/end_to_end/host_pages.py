"""The host pages in `hosts/`: what themes, routers and optimisers make of a page, written by us."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

import httpx

from tests.end_to_end.two_sites import Website

HOSTS = Path(__file__).parent / "hosts"
NAMES = sorted(path.name for path in HOSTS.iterdir() if path.is_dir())

CONTENT_TYPES = {".html": "text/html; charset=utf-8", ".xhtml": "application/xhtml+xml; charset=utf-8"}

# Where nothing can start, links stand in for the button.
SHOWN = [name for name in NAMES if name != "no_shadow"]
# In other browsers than Chromium: a slice, and with FRONT_DESK_PROVE all of them.
SLICE = ("hostile", "shopify_dawn", "transformed")
SEEN = NAMES if os.environ.get("FRONT_DESK_PROVE") else SLICE


def served(website: Website, desk_url: str, name: str) -> str:
    """Put one host page, and what it loads, on the website; its address."""
    website.pages[f"/hosts/{name}"] = (
        host_page(name, desk_url),
        {"content-type": CONTENT_TYPES[_file(name).suffix]},
    )
    if name == "optimiser":
        website.pages["/hosts/optimiser/combined.js"] = combined(desk_url)
    return f"{website.url}/hosts/{name}"


def host_page(name: str, desk_url: str) -> str:
    """One page with the line of a Front Desk in it."""
    page = _file(name).read_text(encoding="utf-8")
    if "__INTEGRITY__" in page:
        digest = hashlib.sha384(_line(desk_url)).digest()
        page = page.replace("__INTEGRITY__", f"sha384-{base64.b64encode(digest).decode()}")
    return page.replace("__DESK__", desk_url)


def _file(name: str) -> Path:
    return next((HOSTS / name).glob("index.*"))


def combined(desk_url: str) -> tuple[str, dict[str, str]]:
    """What an optimiser of the website makes of the script: a copy, behind somebody else's, as its own."""
    return f"const theirs = 1;\n{_line(desk_url).decode()}", {"content-type": "text/javascript"}


def _line(desk_url: str) -> bytes:
    return httpx.get(f"{desk_url}/widget.js", trust_env=False).content
