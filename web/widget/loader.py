"""What the loader and the chat in the browser are told: words, phone, starting questions."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno

from content.wording import DEFAULT_LANGUAGE
from safety.browser_rules import plain_rules
from safety.cleaning import MAX_MESSAGE_CHARS
from web.bot.manifest import Manifest
from web.core.i18n import LANGUAGES, for_chat, say
from web.core.limits import Limits
from web.core.settings import origin_of
from web.http.templates import digits
from web.safety.crisis_cards import for_browsers
from web.widget.bundler import STATIC, joined, joined_modules, joined_sheets
from web.widget.kept_help import kept
from web.widget.theme import Look

FORMS = ("panel", "inline")
# The loader's parts, in the order in which they are joined into the one file a host page loads.
WIDGET, CHAT = STATIC / "widget", STATIC / "chat"
LAUNCHER_PARTS = tuple(
    WIDGET / f"{part}.js" for part in ("look", "store", "help", "place", "launcher", "loader")
)
INLINE_PARTS = tuple(WIDGET / f"{part}.js" for part in ("look", "store", "help", "place", "inline", "loader"))
LOADER_WORDS = "widget_"
LOADER_COLOURS = ("brand", "on-brand")
SAID_BY_WAYS = {"widget_call_us", "widget_call_911"}
_CHOOSING = threading.Lock()
_TOLD: list[str] = []  # by this process, whichever folder it is kept in


def loader_script(settings: Mapping[str, Any]) -> str:
    """The script for host pages, with what it must know when the server cannot be reached."""
    # Only ASCII, so that no encoding of a host page can change it, and nothing that ends a script element:
    # optimisers write it into their pages.
    told = json.dumps(settings, separators=(",", ":")).replace("<", "\\u003c")
    start = f"frontDesk({told});"
    parts = INLINE_PARTS if "in" in settings["asked"] else LAUNCHER_PARTS
    return "\n".join(("(() => {", '"use strict";', joined(parts), start, "})();", ""))


def chat_script() -> str:
    """The whole chat as one script."""
    return joined_modules(CHAT / "main.js")


def chat_style(look: Look) -> str:
    """The chat's style sheet with the clinic's colours."""
    return joined_sheets((STATIC / "theme.css", CHAT / "chat.css")) + look.style(":root")


def loader_settings(
    look: Look,
    facts: Mapping[str, Any],
    *,
    sites: Sequence[str],
    base: str,
    asked: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the loader is told: where we are (`base`), and what its own address asks for."""
    margin = "-80% 0% 0% -60%" if look.side == "right" else "-80% -60% 0% 0%"
    return {
        "origin": origin_of(base),
        "base": base,
        "asked": dict(asked or {}),
        "sites": list(sites),
        "exit": look.quick_exit,
        "look": _loader_style(look, is_inline="in" in (asked or {})),
        "corner": margin,  # what an IntersectionObserver leaves of the window: where the button stands
        "words": {language: _loader_words(language, look.name, facts) for language in LANGUAGES},
    }


def chat_settings(
    manifest: Manifest, facts: Mapping[str, Any], look: Look, *, language: str, site: str = ""
) -> str:
    """What the chat is told with its page, as JSON for a data attribute."""
    return json.dumps(
        {
            "name": look.name,
            "exit": look.quick_exit,
            "language": language,
            "maxChars": MAX_MESSAGE_CHARS,
            "phone": facts.get("phone"),
            "site": site,
            "starters": _starters(manifest, look, language),
            "words": {name: said for name, said in for_chat(language).items() if name in _script_words()},
        }
    )


@cache
def _script_words() -> frozenset[str]:
    """The words that the chat's script says; all others stand in its page already."""
    script = chat_script()
    states = {f"chat_{state}" for state in ("sending", "sent", "failed", "waiting", "refused")}
    return frozenset(name for name in for_chat("en") if name in script or name in states)


def _starters(manifest: Manifest, look: Look, language: str) -> list[tuple[str, str]]:
    """Title and its language of the starting questions: first those that the clinic names, in its order."""
    titles = {intent.rpartition("/")[2]: title for title, intent in manifest.starting_questions(language)}
    ids = dict.fromkeys((*(name for name in look.starters if name in titles), *titles))
    spoken = {name: language if manifest.title_in(name, language) else DEFAULT_LANGUAGE for name in ids}
    return [(titles[name], spoken[name]) for name in ids]


def help_without_server(var: Path) -> str:
    """The plain rules and the cards, as JSON; choosing the rules takes two seconds, once a version."""
    with _CHOOSING:  # two at once would both choose
        if not _TOLD:
            _TOLD.append(kept(var, _choose_help))
        return _TOLD[0]


def _choose_help() -> str:
    rules = {language: _packed(each) for language, each in plain_rules().items()}
    told = {"ok": True, "rules": rules, "cards": for_browsers(LANGUAGES)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _packed(rules: Mapping[str, Any]) -> dict[str, Any]:
    """One language's rules as they travel: like beside like, each meaning with its spellings."""
    meant: dict[str, list[str]] = {}
    for written, meaning in rules["spellings"].items():
        meant.setdefault(meaning, []).append(written)
    return {
        **rules,
        "signals": {kind: sorted(map(_shorter, sources)) for kind, sources in rules["signals"].items()},
        "groups": {name: _shorter(source) for name, source in rules["groups"].items()},
        "spellings": ["|".join((meaning, *sorted(meant[meaning]))) for meaning in sorted(meant)],
    }


def _shorter(source: str) -> str:
    """A pattern whose groups are plain ones: a browser asks only where it matches."""
    return source.replace("(?:", "(")


@lru_cache(maxsize=8)  # the public address changes with a restart only
def qr_drawing(address: str) -> str:
    """An address as a QR code, in SVG; a sheet may be dirty, so a quarter of it may be lost."""
    drawing = BytesIO()
    segno.make(address, error="q").save(drawing, kind="svg", scale=8, border=4, xmldecl=False)
    return drawing.getvalue().decode()


def language_names() -> list[tuple[str, str]]:
    """Code and own name of every language."""
    return [(code, words["language_name"]) for code, words in LANGUAGES.items()]


def notice_kept(facts: Mapping[str, Any], limits: Limits, language: str) -> str:
    """What is kept, behind the words before the first message; a call only where one can be asked for."""
    told = [say("notice_kept", language, chat_days=str(limits.chat_days))]
    if facts.get("can_call_back"):
        told.append(say("notice_callback", language))
    if limits.handoff_days > limits.chat_days:
        told.append(say("notice_requests", language, handoff_days=str(limits.handoff_days)))
    return " ".join(told)


def known_language(asked: str | None) -> str:
    """The language of a page: the one that was asked for when we have it, or English."""
    return asked if asked and asked in LANGUAGES else "en"


def _loader_style(look: Look, *, is_inline: bool) -> str:
    place = f".launcher,.panel{{{look.side}:1.25em;}}"
    sheet = joined_sheets((WIDGET / "look.css",))
    # Before the rules for small windows, where the panel is everywhere.
    head, media, small = sheet.partition("@media (max-width")
    inline = joined_sheets((WIDGET / "inline.css",)) if is_inline else ""
    return head + place + media + small + inline + look.style(".root", only=LOADER_COLOURS)


def _loader_words(language: str, name: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    words = {
        key.removeprefix(LOADER_WORDS): text
        for key, text in LANGUAGES[language].items()
        if key.startswith(LOADER_WORDS) and "988" not in key and key not in SAID_BY_WAYS
    }
    return {
        **words,
        "title": words["title"].replace("{name}", name),
        "ways": _ways(language, facts.get("phone")),
    }


def _ways(language: str, phone: str | None) -> list[tuple[str, str, str]]:
    """Look, address and words of each link to help: the phone, then the crisis lines."""
    words = LANGUAGES[language]
    call = [("", f"tel:{digits(phone)}", f"{words['widget_call_us']} {phone}")] if phone else []
    return [
        *call,
        ("solid", "tel:988", words["widget_call_988"]),
        ("solid", words["widget_text_988_link"], words["widget_text_988"]),
        ("alarm", "tel:911", words["widget_call_911"]),
    ]
