"""How the chat looks (`widget.yml`): name, logo, colour, side, greeting; read and checked line by line."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content.answers import ID
from content.yaml_files import Problem, ProblemsError, line_of, read_yaml
from web.core.i18n import LANGUAGES
from web.widget.colors import READABLE, dark_shades, is_colour, light_shades, readability, readable_brand

KEYS = ("name", "logo", "colour", "side", "greeting", "starters", "quick_exit")
SIDES = ("right", "left")
PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
MAX_LOGO_BYTES = 200_000
MAX_NAME_CHARS, MAX_GREETING_CHARS, MAX_STARTERS = 60, 200, 12
QUICK_EXIT = "https://www.weather.gov/"


class LookError(ProblemsError):
    """`widget.yml` holds something that cannot be used."""


@dataclass(frozen=True)
class Look:
    """What a clinic chose; `logo` is a file, `shades` the colours of the light and the dark look."""

    name: str = ""  # none: the clinic's, as it is now
    logo: Path | None = None
    side: str = "right"
    greeting: Mapping[str, str] = field(default_factory=dict)
    starters: tuple[str, ...] = ()  # ids of answers, in their order
    quick_exit: str = QUICK_EXIT
    shades: tuple[Mapping[str, str], Mapping[str, str]] | None = None

    def style(self, root: str, only: Collection[str] = ()) -> str:
        """The style sheet that puts the clinic's colours in, all or some, for `:root` or another root."""
        if self.shades is None:
            return ""
        light, dark = (
            _properties({name: colour for name, colour in each.items() if not only or name in only})
            for each in self.shades
        )
        return f"{root}{{{light}}}@media (prefers-color-scheme: dark){{{root}{{{dark}}}}}"


def load_look(path: Path, *, var: Path) -> Look:
    """Read the file; without one everything is as built in. Raises LookError."""
    if not path.exists():
        return Look()
    reader = _Reader(path.name, read_yaml(path, shown_as=path.name), var)
    look = reader.look()
    if reader.problems:
        raise LookError(reader.problems)
    return look


class _Reader:
    """Goes through one loaded file and collects what is wrong with it."""

    def __init__(self, shown_as: str, document: Any, var: Path) -> None:
        self.shown_as = shown_as
        self.document = document if isinstance(document, Mapping) else {}
        self.var = var
        self.problems: list[Problem] = []

    def look(self) -> Look:
        for key in self.document:
            if key not in KEYS:
                self.complain(f"Unknown key '{key}'. Known: {', '.join(KEYS)}.", key)
        colour = self.colour()
        return Look(
            name=self.text("name", MAX_NAME_CHARS) or "",
            logo=self.logo(),
            side=self.side(),
            greeting=self.greeting(),
            starters=self.starters(),
            quick_exit=self.quick_exit(),
            shades=(light_shades(colour), dark_shades(colour)) if colour else None,
        )

    def complain(self, text: str, *keys: Any) -> None:
        self.problems.append(Problem(self.shown_as, line_of(self.document, *keys), text))

    def text(self, key: str, max_chars: int) -> str | None:
        value = self.document.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or len(value) > max_chars:
            self.complain(f"'{key}' is a text of at most {max_chars} characters.", key)
            return None
        return " ".join(value.split())

    def colour(self) -> str | None:
        value = self.document.get("colour")
        if value is None:
            return None
        if not isinstance(value, str) or not is_colour(value):
            self.complain("'colour' is a color in quotes, for example \"#1c5b57\".", "colour")
            return None
        seen = readability(value)
        if seen >= READABLE:
            return value.lower()
        self.complain(
            f"'{value}' is too pale to read on white: {seen:.1f} to 1, and {READABLE} is needed. "
            f"The nearest that can be read is '{readable_brand(value)}'.",
            "colour",
        )
        return None

    def side(self) -> str:
        value = self.document.get("side")
        if value is not None and value not in SIDES:
            self.complain("'side' is right or left.", "side")
        return value if value in SIDES else SIDES[0]

    def logo(self) -> Path | None:
        name = self.text("logo", MAX_NAME_CHARS)
        if name is None:
            return None
        file = self.var / name
        if Path(name).name != name or file.suffix not in PICTURES or not file.is_file():
            self.complain(f"'{name}' is no svg, png, jpg or webp file in {self.var}.", "logo")
            return None
        if file.stat().st_size > MAX_LOGO_BYTES:
            self.complain(f"'{name}' is larger than {MAX_LOGO_BYTES // 1000} KB.", "logo")
            return None
        return file

    def greeting(self) -> dict[str, str]:
        greetings = self.document.get("greeting") or {}
        known = isinstance(greetings, Mapping) and set(greetings) <= set(LANGUAGES)
        texts = list(greetings.values()) if known else []
        if not known or not all(text is None or _is_short(text) for text in texts):
            self.complain(
                f"'greeting' has a text of at most {MAX_GREETING_CHARS} characters for each of: "
                f"{', '.join(sorted(LANGUAGES))}.",
                "greeting",
            )
            return {}
        return {language: " ".join(text.split()) for language, text in greetings.items() if text}

    def starters(self) -> tuple[str, ...]:
        named = self.document.get("starters") or []
        is_list = isinstance(named, list) and len(named) <= MAX_STARTERS
        if not is_list or not all(isinstance(name, str) and ID.fullmatch(name) for name in named):
            self.complain(f"'starters' is a list of at most {MAX_STARTERS} ids of answers.", "starters")
            return ()
        return tuple(map(str, named))

    def quick_exit(self) -> str:
        value = self.document.get("quick_exit")
        if value is None:
            return QUICK_EXIT
        if not isinstance(value, str) or not re.fullmatch(r"https://[^\s\"<>]+", value):
            self.complain("'quick_exit' is an address that starts with https://.", "quick_exit")
            return QUICK_EXIT
        return value


def _is_short(text: object) -> bool:
    return isinstance(text, str) and len(text.strip()) > 0 and len(text) <= MAX_GREETING_CHARS


def _properties(shades: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in shades.items())
