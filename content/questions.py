"""Questions as two people typing the same would agree on them."""

from __future__ import annotations

import re


def normalised(text: str) -> str:
    """A text's words alone, in small letters."""
    return " ".join(re.sub(r"[^\w\s']", " ", text.lower()).split())
