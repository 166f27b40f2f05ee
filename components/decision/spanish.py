"""The few things the bot understands in Spanish: asking for a call, yes, no, never mind.

Everything else in Spanish gets the phone and the offer of a call, in Spanish, and no guess.
"""

from __future__ import annotations

import re

SPANISH_HELP = "spanish"
_SKILLS = (
    ("cancel_callback", r"cancel\w*|olv[ií]del[oa]|ya no|d[eé]jel[oa]|mejor no"),
    ("correct_details", r"cambiar|corregir|est[aá] mal|equivocad[oa]|incorrecto"),
    ("spanish_speaker", r"habl\w+ (?:en )?español|en español|alguien .*español|int[eé]rprete|traductor"),
    (
        "callback",
        r"ll[aá]m(?:e|en|ar)\w*|llamada|tel[eé]fono|cita|hablar con|persona|alguien|mensaje de texto",
    ),
    ("affirm", r"^(?:s[ií]|claro|correcto|est[aá] bien|de acuerdo|por favor|ok|vale|bueno)\b"),
    ("deny", r"^(?:no|nada|tampoco)\b"),
    ("thank", r"gracias"),
)


def skill_in_spanish(text: str) -> str:
    """The intent of a Spanish message: a skill, or `spanish` for everything else."""
    lowered = text.strip().lower().lstrip("¡¿ ")
    for intent, pattern in _SKILLS:
        if re.search(pattern, lowered):
            return intent
    return SPANISH_HELP
