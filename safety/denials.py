"""Owns what a plain denial means after a card: "no, she isn't suicidal, she told me" brings none again.

Every word beside the denial has to be harmless, and every other sentence far from danger: a new one in the
same breath gets its card.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from safety.check import check
from safety.features import readable
from safety.lexicon import WORDS_FOLDER, read_yaml
from safety.sentences import split_lines
from safety.verdicts import Verdict

CARDS = frozenset({"crisis", "crisis_other", "emergency", "harm"})
HARMLESS = 0.5  # the classifier's score for danger, of the sentences beside the denial
_WORD = re.compile(r"[^\W_]+")


def after_card(verdict: Verdict, shown: str | None, text: str) -> Verdict:
    """Give the verdict on what is said when a card of kind `shown` was given before."""
    if shown not in CARDS or verdict.kind not in CARDS or not is_plain_denial(text):
        return verdict
    return replace(verdict, kind="none", soft_line=False, parts_left=text)


def is_plain_denial(text: str) -> bool:
    """Tell whether a text says that there is no danger, and nothing else that could be one."""
    sentences = [each for each in split_lines(text) if _WORD.search(each)]
    others = [each for each in sentences if not _denies(each)]
    return len(others) < len(sentences) and (not others or _is_harmless(" ".join(others)))


def _denies(sentence: str) -> bool:
    plain = readable(sentence).replace("'", "").replace("’", "").strip()
    denied, beside = _patterns()
    left, count = denied.subn(" ", plain)
    return count > 0 and all(beside.fullmatch(word) for word in _WORD.findall(left))


def _is_harmless(rest: str) -> bool:
    """Whether what is said beside the denial is far from danger by itself."""
    verdict = check(rest)
    return verdict.kind == "none" and not verdict.soft_line and (verdict.danger or 0.0) < HARMLESS


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data: dict[str, list[str]] = read_yaml(WORDS_FOLDER / "denials.yml")
    return re.compile("|".join(data["denied"])), re.compile("|".join(data["beside"]))
