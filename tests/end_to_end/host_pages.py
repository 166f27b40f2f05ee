"""The host pages in `hosts/`: what themes, routers and optimisers make of a page, written by us."""

from __future__ import annotations

from pathlib import Path

HOSTS = Path(__file__).parent / "hosts"
NAMES = sorted(path.name for path in HOSTS.iterdir() if path.is_dir())


def host_page(name: str, desk_url: str) -> str:
    """One page with the line of a Front Desk in it."""
    page = (HOSTS / name / "index.html").read_text(encoding="utf-8")
    return page.replace("__DESK__", desk_url)
