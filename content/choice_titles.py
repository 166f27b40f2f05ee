"""What the buttons of skills say, by language. Both halves know them: no other button is shown."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, Mapping[str, str]] = {
    "callback": {"en": "Have someone call me", "es": "Que me llamen"},
    "talk_to_human": {"en": "Talk to a person", "es": "Hablar con una persona"},
    "none_of_these": {"en": "None of these", "es": "Ninguna de estas"},
    "yes_message": {"en": "Yes, you may leave a message", "es": "Sí, pueden dejar un mensaje"},
    "no_message": {"en": "No message, but send it", "es": "Sin mensaje, pero envíelo"},
    "send": {"en": "Yes, send it", "es": "Sí, envíelo"},
    "change": {"en": "Change something", "es": "Cambiar algo"},
    "cancel": {"en": "Cancel", "es": "Cancelar"},
    "mornings": {"en": "Mornings", "es": "Por la mañana"},
    "afternoons": {"en": "Afternoons", "es": "Por la tarde"},
    "any_time": {"en": "Any time", "es": "A cualquier hora"},
}
EVERY_TITLE = frozenset(title for by_language in TITLES.values() for title in by_language.values())
