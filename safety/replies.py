"""Owns what a visitor's words mean right after a check: a clear no, a question of their own, or the rest.

Silence on the point and an evasive answer lead to the card, as a yes does. Where nobody but the classifier
asked, and not surely, a whole ordinary question may come first, once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

from safety.features import readable
from safety.lexicon import WORDS_FOLDER, read_yaml
from safety.verdicts import CHECK, CHECK_OTHER, CHECKS, Verdict

# A check that no rule asked for, and that the classifier was not this sure of, is a doubtful one: of messages
# that it had not seen five in six false checks are, and two in three of the right ones.
SURE_CHECK = 2.5
DOUBTFUL = {CHECK: "check_doubtful", CHECK_OTHER: "check_other_doubtful"}
_CERTAIN = {name: kind for kind, name in DOUBTFUL.items()}
CARD_AFTER = {
    CHECK: "crisis",
    CHECK_OTHER: "crisis_other",
    DOUBTFUL[CHECK]: "crisis",
    DOUBTFUL[CHECK_OTHER]: "crisis_other",
}
# A question of one's own is this far from danger, and not shorter.
CALM_QUESTION, MIN_QUESTION_WORDS = -1.0, 3


def asked_as(kind: str, *, rule: str | None, danger: float | None) -> str:
    """Name a check for what follows it: whether only a weak opinion of the classifier asked."""
    is_doubtful = rule is None and danger is not None and danger < SURE_CHECK
    return DOUBTFUL[kind] if is_doubtful and kind in DOUBTFUL else kind


def after_check(verdict: Verdict, checked: str | None, text: str) -> Verdict:
    """Give the verdict on what is said right after a check, named by `asked_as`, if there was one."""
    if checked not in CARD_AFTER or verdict.kind not in ("none", *CHECKS):
        return verdict
    if says_no(text) or _says_no_late(verdict, text):
        return replace(verdict, kind="none", soft_line=False, parts_left=text)
    if checked in _CERTAIN and verdict.kind == "none" and asks_of_its_own(verdict, text):
        return replace(verdict, soft_line=True, parts_left=text, still_asked=_CERTAIN[checked])
    return replace(verdict, kind=CARD_AFTER[checked], soft_line=False, parts_left=text)


def says_no(text: str) -> bool:
    """Tell whether a text clearly says no; "no, but" does not."""
    plain = _patterns()["but_asks"].sub(" ", readable(text).strip())
    return _said("no", plain) and not _said("but", plain)


def beside_no(text: str) -> str:
    """Give what is said beside a clear no: mostly what the visitor really wants to know."""
    plain = _patterns()["but_asks"].sub(". ", readable(text).strip())
    for name in ("late_no", "no"):
        plain = _patterns()[name].sub(". ", plain)
    return plain.strip(" .,;:!-")


def _says_no_late(verdict: Verdict, text: str) -> bool:
    """Tell whether a no stands behind something calm: "Where did that come from? No."""
    plain = readable(text).strip()
    is_calm = verdict.kind == "none" and (verdict.danger or 0.0) < CALM_QUESTION
    is_plain = not any(_said(name, plain) for name in ("but", "evasive"))
    return is_calm and not verdict.soft_line and is_plain and _said("late_no", plain)


def asks_of_its_own(verdict: Verdict, text: str) -> bool:
    """Tell whether a text is a whole ordinary question, not evasive and not about the check itself."""
    plain = readable(text).strip()
    is_whole = len(plain.split()) >= MIN_QUESTION_WORDS and _said("question", plain)
    is_calm = verdict.danger is not None and verdict.danger < CALM_QUESTION
    return is_whole and is_calm and not verdict.soft_line and not _said("evasive", plain)


def _said(name: str, plain: str) -> bool:
    return _patterns()[name].search(plain) is not None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data: dict[str, Any] = read_yaml(WORDS_FOLDER / "replies.yml")
    first, *others = data["no"]
    data["no"] = [f"^(?:{first})", *others]
    joined = {name: each if isinstance(each, str) else "|".join(each) for name, each in data.items()}
    return {name: re.compile(pattern) for name, pattern in joined.items()}
