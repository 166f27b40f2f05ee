"""Colors of the chat from the clinic's one: contrast as WCAG measures it, and shades that keep it."""

from __future__ import annotations

import re

PAPER, DARK_PAPER, DARK_GROUND = "#fffdf9", "#1a2423", "#121a19"
WHITE, BLACK, DARK_INK, LIGHT_INK = "#ffffff", "#000000", "#0d2421", "#e8ece8"
READABLE = 4.5


def is_colour(text: str) -> bool:
    """Whether a text is a colour like #1c5b57."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """Colour that is `share` of one and the rest of the other."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def readable_like(colour: str, towards: str, *, on: tuple[str, ...]) -> str:
    """The colour, or the nearest shade of it that can be read on all these grounds."""
    for step in range(101):
        shade = mix(colour, towards, 1 - step / 100)
        if all(contrast(shade, ground) >= READABLE for ground in on):
            return shade
    return towards


def readability(colour: str) -> float:
    """The lowest contrast of words in this colour on the grounds of the light look."""
    return min(contrast(colour, PAPER), contrast(colour, soft(colour)))


def readable_brand(colour: str) -> str:
    """The nearest darker shade whose words can be read in the light look."""
    shades = (mix(colour, BLACK, 1 - step / 100) for step in range(101))
    return next(shade for shade in shades if readability(shade) >= READABLE)


def light_shades(colour: str) -> dict[str, str]:
    """Custom properties for the light look."""
    return {
        "brand": colour,
        "on-brand": WHITE,
        "brand-deep": mix(colour, BLACK, 0.75),
        "brand-soft": soft(colour),
        "head": colour,
        "on-head": WHITE,
    }


def dark_shades(colour: str) -> dict[str, str]:
    """Custom properties for the dark look, where words are light."""
    ground = mix(colour, DARK_PAPER, 0.2)
    brand = readable_like(colour, WHITE, on=(DARK_PAPER, ground, DARK_INK))
    return {
        "brand": brand,
        "on-brand": DARK_INK,
        "brand-deep": mix(brand, WHITE, 0.7),
        "brand-soft": ground,
        "head": readable_like(mix(colour, DARK_GROUND, 0.6), DARK_GROUND, on=(LIGHT_INK,)),
        "on-head": LIGHT_INK,
    }


def soft(colour: str) -> str:
    """The tint behind words in this colour."""
    return mix(colour, PAPER, 0.09)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    parts = (channel / 255 for channel in _channels(colour))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
