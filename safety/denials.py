"""Owns what a plain denial means after a card: "no, she isn't suicidal, she told me" brings none again.

Every word beside the denial has to be harmless: a new danger in the same breath gets its card.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from safety.features import readable
from safety.lexicon import WORDS_FOLDER, read_yaml
from safety.verdicts import Verdict

CARDS = frozenset({"crisis", "crisis_other", "emergency", "harm"})
_WORD = re.compile(r"[^\W_]+")


def after_card(verdict: Verdict, shown: str | None, text: str) -> Verdict:
    """Give the verdict on what is said when a card of kind `shown` was given before."""
    if shown not in CARDS or verdict.kind not in CARDS or not is_plain_denial(text):
        return verdict
    return replace(verdict, kind="none", soft_line=False, parts_left=text)


def is_plain_denial(text: str) -> bool:
    """Tell whether a text says that there is no danger, and nothing else that could be one."""
    plain = readable(text).replace("'", "").replace("’", "").strip()
    denied, beside = _patterns()
    left, count = denied.subn(" ", plain)
    return count > 0 and all(beside.fullmatch(word) for word in _WORD.findall(left))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data: dict[str, list[str]] = read_yaml(WORDS_FOLDER / "denials.yml")
    return re.compile("|".join(data["denied"])), re.compile("|".join(data["beside"]))
