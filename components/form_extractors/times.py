"""Reads when somebody would like to be reached."""

from __future__ import annotations

import re
from collections.abc import Sequence

from components.form_extractors.kinds import BEST_TIME, Detail, blank_out

MAX_TIME_CHARS = 80
FAR_APART_WORDS = 4
_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun"
    r"|weekdays?|weekends?|today|tonight|tomorrow|lunes|martes|miércoles|miercoles|jueves|viernes"
    r"|sábados?|sabados?|domingos?|hoy|mañana|entre semana"
)
_PERIOD = (
    r"mornings?|afternoons?|evenings?|noon|midday|lunch(?:time| break)?|nights?|any ?time|whenever"
    r"|por la mañana|por la manana|por la tarde|por la noche|en la tarde|en la mañana|tardes?"
    r"|mañanas|mediodía|mediodia|cualquier hora|cuando sea|a cualquier hora"
)
_CLOCK = r"\d{1,2}(?::\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.|o'?clock)|noon|midnight|\d{1,2}:\d{2}"
_BARE_CLOCK = r"(?:after|before|around|about|at|until|till|by|from|past|desde las|después de las|despues de las|a las|antes de las)\s+\d{1,2}(?!\d)(?::\d{2})?(?:\s*(?:am|pm))?"
_SPAN = r"(?:between|from|entre las|de)\s+\d{1,2}(?::\d{2})?\s*(?:am|pm)?\s*(?:and|to|y las|y|a|-)\s*\d{1,2}(?::\d{2})?\s*(?:am|pm)?"
_LINK = r"(?:\s*[,/-]?\s*(?:on|in the|the|or|and|after|before|around|about|at|between|early|late|next|this|every|except|but not|from|to|till|until|is|are|best|good|works?|o|y|los|las|el|la|por|de|en)?\s*)"
_TIME_UNIT = (
    rf"(?:{_SPAN}|{_BARE_CLOCK}|{_CLOCK}|{_PERIOD}|{_DAY}|(?:after|before) (?:work|school|lunch|dinner))"
)
_TIME = re.compile(
    rf"(?<![\w-])(?:(?:early|late|next|this|every|any|after|before|around)\s+)*{_TIME_UNIT}"
    rf"(?:{_LINK}{_TIME_UNIT})*(?![\w-])",
    re.IGNORECASE,
)


def times(text: str, *, taken: Sequence[Detail]) -> list[Detail]:
    """The wish of a text as it was written, outside of what is `taken`; at most one."""
    free = blank_out(text, taken)
    spans = [(match.start(), match.end()) for match in _TIME.finditer(free)]
    if not spans:
        return []
    start, end = spans[0][0], spans[-1][1]
    between = free[spans[0][1] : spans[-1][0]] if len(spans) > 1 else ""
    if len(between.split()) > FAR_APART_WORDS:  # two times far apart: the first is the wish
        end = spans[0][1]
    return [Detail(BEST_TIME, text[start:end].strip(" ,"), start, end)]
