"""What the buttons of skills say, by language. Both halves know them: no other button is shown."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, Mapping[str, str]] = {
    "callback": {"en": "Have someone call me", "es": "Que me llamen"},
    "talk_to_human": {"en": "Talk to a person", "es": "Hablar con una persona"},
    "more": {"en": "Tell me more", "es": "Cuénteme más"},
    "none_of_these": {"en": "None of these", "es": "Ninguna de estas"},
    "send": {"en": "Yes, send it", "es": "Sí, envíelo"},
    "change_name": {"en": "Change the name", "es": "Cambiar el nombre"},
    "change_number": {"en": "Change the number", "es": "Cambiar el número"},
    "change_email": {"en": "Change the e-mail", "es": "Cambiar el correo"},
    "change_time": {"en": "Change the time", "es": "Cambiar la hora"},
    "drop_note": {"en": "Remove the note", "es": "Quitar la nota"},
    "yes_message": {"en": "You may leave a message", "es": "Pueden dejar un mensaje"},
    "no_message": {"en": "Leave no message", "es": "No dejen mensaje"},
    "yes_why": {"en": "You may say why", "es": "Pueden decir por qué"},
    "no_why": {"en": "Don't say why", "es": "No digan por qué"},
    "change": {"en": "Change something", "es": "Cambiar algo"},
    "cancel": {"en": "Cancel", "es": "Cancelar"},
    "take_back": {"en": "Take my request back", "es": "Retirar mi solicitud"},
    "mornings": {"en": "Mornings", "es": "Por la mañana"},
    "afternoons": {"en": "Afternoons", "es": "Por la tarde"},
    "any_time": {"en": "Any time", "es": "A cualquier hora"},
}
EVERY_TITLE = frozenset(title for by_language in TITLES.values() for title in by_language.values())
