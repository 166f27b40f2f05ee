"""How a crisis ended: what staff say when they close one. Kept with the case and counted."""

from __future__ import annotations

NOT_A_CRISIS = "not_a_crisis"
OUTCOMES = {
    "given_988": "988 was given to them",
    "spoke": "We spoke with the person",
    "emergency": "Emergency services were called",
    "not_reached": "They left before we could reach them",
    NOT_A_CRISIS: "It was not a crisis",
}
