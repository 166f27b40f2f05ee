"""Owns what a visitor's words mean right after a check: a clear no, or anything else.

Silence on the point and an evasive answer lead to the card, as a yes does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from safety.features import readable
from safety.lexicon import WORDS_FOLDER, read_yaml
from safety.verdicts import CHECK_OTHER, CHECKS, Verdict

CARD_AFTER = {"check": "crisis", CHECK_OTHER: "crisis_other"}


def after_check(verdict: Verdict, checked: str | None, text: str) -> Verdict:
    """Give the verdict on what is said right after a check of kind `checked`, if there was one."""
    if checked not in CARD_AFTER or verdict.kind not in ("none", *CHECKS):
        return verdict
    if says_no(text):
        return replace(verdict, kind="none", soft_line=False, parts_left=text)
    return replace(verdict, kind=CARD_AFTER[checked], soft_line=False, parts_left=text)


def says_no(text: str) -> bool:
    """Tell whether a text clearly says no; "no, but" does not."""
    plain = readable(text).strip()
    no, but = _patterns()
    return no.search(plain) is not None and but.search(plain) is None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data: dict[str, list[str]] = read_yaml(WORDS_FOLDER / "replies.yml")
    first, *others = data["no"]
    return re.compile("|".join([f"^(?:{first})", *others])), re.compile("|".join(data["but"]))
