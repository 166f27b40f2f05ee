"""The few things the bot understands in Spanish: asking for a call, yes, no, never mind.

Everything else in Spanish gets the phone and the offer of a call; where its words name a known
question, the English answer is offered under its Spanish title. Nothing is answered on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from components.decision.answer_book import PREFIX
from content.folding import folded

SPANISH_HELP = "spanish"
_SKILLS = (
    ("cancel_callback", r"cancel\w*|olv[ií]del[oa]|ya no|d[eé]jel[oa]|mejor no"),
    ("correct_details", r"cambiar|corregir|est[aá] mal|equivocad[oa]|incorrecto"),
    ("spanish_speaker", r"habl\w+ (?:en )?español|en español|alguien .*español|int[eé]rprete|traductor"),
    (
        "callback",
        r"(?:quiero|quisiera|necesito|me gustar[ií]a) (?:\w+ )?(?:una |mi )?cita|(?:hacer|sacar|pedir"
        r"|agendar) (?:una )?cita"
        r"|ll[aá]m(?:e|en|ar)me\b|\b(?:me|nos) (?:pueden? )?llam\w+|que (?:me|nos) llamen|ll[aá]m(?:en|ar"
        r"|e)\b|llamada"
        r"|hablar con (?:una persona|alguien|un doctor|un m[eé]dico|el doctor|ustedes)|mensaje de texto"
        r"|(?:una persona|alguien) (?:que )?(?:me )?(?:ayude|atienda|conteste|llame)",
    ),
    ("affirm", r"^(?:s[ií]|claro|correcto|est[aá] bien|de acuerdo|por favor|ok|vale|bueno)\b"),
    ("deny", r"^(?:no|nada|tampoco)\b"),
    ("thank", r"gracias"),
)


class SpanishTopic(NamedTuple):
    """An English answer that a Spanish question is about, by its Spanish title."""

    intent: str
    title: str


def topic_in_spanish(text: str, topics: Mapping[str, Mapping[str, Any]]) -> SpanishTopic | None:
    """The answer that most of a Spanish question's words speak of; the longest words win a tie."""
    words = f" {' '.join(re.findall(r'[a-z0-9-]+', folded(text)))} "
    found: dict[str, int] = {}
    for name, topic in topics.items():
        hits = [str(word) for word in topic["words"] if f" {word}" in words]
        if hits:
            found[name] = max(len(hit) + 8 * hit.count(" ") for hit in hits) + len(hits)
    best = max(found, key=lambda name: found[name], default=None)
    return SpanishTopic(f"{PREFIX}{best}", str(topics[best]["title"])) if best else None


def skill_in_spanish(text: str) -> str:
    """The intent of a Spanish message: a skill, or `spanish` for everything else."""
    lowered = text.strip().lower().lstrip("¡¿ ")
    for intent, pattern in _SKILLS:
        if re.search(pattern, lowered):
            return intent
    return SPANISH_HELP
