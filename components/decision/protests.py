"""A protest at what the bot said last is set aside, so that what is asked beside it can be heard.

"Sauna? Who said anything about a sauna. Is it safe" asks if it is safe; "not the parking. The waiting
room" asks about the waiting room. What is named only to be refused must not steer the answer.
"""

from __future__ import annotations

import re

from components.decision.words import words

# What is left has to say something: else the protest is the message.
MIN_WORDS_LEFT = 2
MAX_CHARS = 400
_PROTESTS = words("protests")
_CLAUSE = re.compile(r"(?P<said>[^.!?;,:\n\u2026]+?)(?P<end>\s+-+\s+|[.!?;,:\n\u2026]+\s*|$)")
# "Sauna? Who said sauna": the word that is thrown back at the bot.
MAX_ECHO_WORDS = 3


def without_protest(text: str) -> str:
    """The text without the clauses that protest, where it says anything else."""
    if not 0 < len(text) <= MAX_CHARS:
        return text
    clauses = [(found["said"].strip(), found["end"].strip()) for found in _CLAUSE.finditer(text)]
    protests = [bool(_PROTESTS.fullmatch(said.replace("’", "'"))) for said, _ in clauses]
    if not any(protests):
        return text
    followed = [*protests[1:], False]
    kept = [
        f"{said}{end}"
        for (said, end), is_protest, leads_to_one in zip(clauses, protests, followed, strict=True)
        if not is_protest and not (leads_to_one and _is_echo(said, end))
    ]
    left = " ".join(kept).strip(" ,;:-")
    return left if len(left.split()) >= MIN_WORDS_LEFT else text


def _is_echo(said: str, end: str) -> bool:
    return "?" in end and len(said.split()) <= MAX_ECHO_WORDS
