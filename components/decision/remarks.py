"""Remarks: somebody tells something that no answer is about and asks nothing.

It is heard, in one approved sentence: neither declined nor asked back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.classifier.component import OUT_OF_SCOPE
from components.decision.choices import decision
from components.decision.words import words
from components.segments import asks, split_parts

REMARK = "remark"
# A few bare words name a subject ("knee surgery"); a remark says something of somebody.
MIN_WORDS, MAX_WORDS = 3, 30
# So likely, one of the answers asked back may be what it is about.
LIKELY_MEANT = 0.5
SURELY_FOREIGN = 0.5
_SAYS, _TELLS_TO, _WANTS = words("says"), words("tells_to"), words("wants")


def as_remark(understood: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """A decision that would decline or ask back, as the reply to a remark where the text is one."""
    outcome, sure = understood["outcome"], understood["confidence"]
    is_open = outcome == "declined" or (outcome == "asked_back" and sure < LIKELY_MEANT)
    first: Mapping[str, Any] = next(iter(understood["ranking"]), {"intent": "", "confidence": 0.0})
    is_foreign = first["intent"] == OUT_OF_SCOPE and first["confidence"] >= SURELY_FOREIGN
    if not is_open or is_foreign or not is_remark(text):
        return understood
    return decision("skill", REMARK, sure, ranking=understood["ranking"])


def is_remark(text: str) -> bool:
    """Whether a text tells something and neither asks nor wants anything."""
    n_words = len(text.split())
    if not MIN_WORDS <= n_words <= MAX_WORDS or _TELLS_TO.match(text) or _WANTS.search(text):
        return False
    return bool(_SAYS.search(text)) and not any(map(asks, [text, *split_parts(text.lower())]))
