"""What the loader and the chat in the browser are told: words, phone, starting questions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from safety.cleaning import MAX_MESSAGE_CHARS
from web.manifest import Manifest
from web.words import LANGUAGES, for_chat, say

FORMS = ("panel", "inline")
# The loader's parts, in the order in which they are joined into the one file a host page loads.
LOADER_PARTS = ("look", "store", "wire", "help", "place", "loader")
LOADER_FOLDER = Path(__file__).resolve().parent / "static" / "widget"
LOADER_WORDS = "widget_"


def loader_script(settings: Mapping[str, Any]) -> str:
    """The script for host pages, with what it must know when the server cannot be reached."""
    # Only ASCII, so that no encoding of a host page can change it.
    told = json.dumps(settings)
    start = f"frontDesk({told}, document.currentScript);"
    return "\n".join(("(() => {", '"use strict";', _loader_parts(), start, "})();", ""))


def loader_settings(*, name: str, facts: Mapping[str, Any], sites: Sequence[str]) -> dict[str, Any]:
    """What the loader is told."""
    return {
        "name": name,
        "phone": facts.get("phone"),
        "sites": list(sites),
        "look": _look(),
        "words": {language: _loader_words(language) for language in LANGUAGES},
    }


def chat_settings(manifest: Manifest, facts: Mapping[str, Any], *, language: str, site: str = "") -> str:
    """What the chat is told with its page, as JSON for a data attribute."""
    return json.dumps(
        {
            "language": language,
            "maxChars": MAX_MESSAGE_CHARS,
            "phone": facts.get("phone"),
            "site": site,
            "starters": [title for title, _ in manifest.starting_questions()],
            "words": for_chat(language),
        }
    )


def notice_before(facts: Mapping[str, Any], language: str) -> str:
    """The words before the first message; a call is spoken of only where one can be asked for."""
    told = [say("notice", language, chat_days=facts["chat_days"])]
    if facts.get("can_call_back"):
        told.append(say("notice_callback", language))
    return " ".join(told)


def known_language(asked: str | None) -> str:
    """The language of a page: the one that was asked for when we have it, or English."""
    return asked if asked and asked in LANGUAGES else "en"


def _loader_words(language: str) -> dict[str, str]:
    words = LANGUAGES[language]
    return {
        name.removeprefix(LOADER_WORDS): text for name, text in words.items() if name.startswith(LOADER_WORDS)
    }


@cache
def _look() -> str:
    """The loader's style sheet without what only people need."""
    sheet = (LOADER_FOLDER / "look.css").read_text(encoding="utf-8")
    return re.sub(r"\s*([{};])\s*|(?<=[,:]) ", r"\1", re.sub(r"/\*.*?\*/", "", sheet)).strip()


@cache
def _loader_parts() -> str:
    files = (LOADER_FOLDER / f"{part}.js" for part in LOADER_PARTS)
    lines = (line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines())
    # Comments and indents are for those who read the parts.
    return "\n".join(line for line in lines if line and not line.startswith("//"))
