"""Owns what is heard after a card as good news: a plain denial, means put away, a no to who has asked.

"No, she isn't suicidal, she told me" brings no card again. Every word beside it has to be harmless, and
every other sentence far from danger: a new one in the same breath gets its card.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

from safety.check import check
from safety.features import readable
from safety.lexicon import WORDS_FOLDER, read_yaml
from safety.sentences import split_clauses, split_lines
from safety.verdicts import CHECK_OTHER, Verdict

CARDS = frozenset({"crisis", "crisis_other", "emergency", "harm"})
DESPAIR = frozenset({"crisis", "crisis_other"})
DENIES, PUT_AWAY, ASKED_NO, REACHED = "denies", "put_away", "asked_no", "reached"
HARMLESS = 0.5  # the classifier's score for danger, of the sentences beside the denial
FAR_FROM_DANGER = 0.0  # beside words that are no plain denial: "I'm fine now"
_WORD = re.compile(r"[^\W_]+")


def after_card(verdict: Verdict, shown: str | None, text: str) -> Verdict:
    """Give the verdict on what is said when a card of kind `shown` was given before."""
    if shown not in CARDS or verdict.kind not in CARDS or not good_news(verdict, shown, text):
        return verdict
    return replace(verdict, kind="none", soft_line=False, parts_left=text)


def good_news(verdict: Verdict, shown: str | None, text: str) -> str | None:
    """Name the good news in what is said behind a card of kind `shown`, or None."""
    if is_plain_denial(text):
        return DENIES
    if shown in DESPAIR and is_all_right(text):
        return DENIES
    if shown in DESPAIR and is_put_away(text):
        return PUT_AWAY
    if shown in DESPAIR and verdict.rule is None and has_reached_help(text):
        return REACHED
    if shown == "crisis_other" and not verdict.explicit and has_asked_and_heard_no(text):
        return ASKED_NO
    return None


def is_plain_denial(text: str) -> bool:
    """Tell whether a text says that there is no danger, and nothing else that could be one."""
    denied, others = _apart(text)
    return denied and (not others or _is_harmless(". ".join(others)) or _is_harmless(text))


def beside_denial(text: str) -> str:
    """Give what stands beside a denial: mostly what the visitor really wants to know."""
    denied, others = _apart(text)
    if not denied and is_all_right(text):
        return ". ".join(_beside_all_right(text))
    return ". ".join(others) if denied else ""


def is_all_right(text: str) -> bool:
    """Tell whether somebody says to be fine, or is tired of being asked, and only asks something else.

    Said alone it proves little: so a question has to stand beside it, and no other word near danger.
    """
    said, plain = _patterns(), _plain(text)
    is_said = said["all_right"].search(plain) or said["asked_only"].search(plain)
    if not is_said or not said["asks"].search(text.lower()) or said["farewell"].search(plain):
        return False
    verdict = check(text)
    beside = _beside_all_right(text)
    is_calm = verdict.rule is None and not verdict.explicit and not verdict.soft_line
    return is_calm and bool(beside) and all(_is_far_from_danger(each) for each in beside)


def may_be_farewell(text: str) -> bool:
    """Tell whether "I'm fine now" stands beside words that may be a last goodbye."""
    said, plain = _patterns(), _plain(text)
    return bool(said["all_right"].search(plain) and said["farewell"].search(plain))


def _beside_all_right(text: str) -> list[str]:
    """Cut out that all is fine; what a visitor "just asked" begins a part of its own."""
    said = _patterns()
    text = said["asked_only"].sub("; ", said["all_right"].sub("; ", readable(text).replace("'", "")))
    parts = [each for line in split_lines(text) for each in split_clauses(line)]
    return [each.strip(" .;") for each in parts if _WORD.search(each) and not _is_small(each)]


def _is_far_from_danger(text: str) -> bool:
    verdict = check(text)
    is_calm = verdict.kind == "none" and not verdict.soft_line
    return is_calm and (verdict.danger or 0.0) < FAR_FROM_DANGER


def is_put_away(text: str) -> bool:
    """Tell whether what could hurt is out of reach now, and nothing beside it speaks of danger."""
    said = _patterns()
    sentences = [_plain(each) for each in split_lines(text) if _WORD.search(each)]
    if any(said["not_over"].search(each) for each in sentences):
        return False
    left = [said["put_away"].sub(" ", each) for each in sentences]
    if left == sentences:
        return False
    left = [said["since"].sub(" ", each) for each in left]
    beside = [each for each in left if _WORD.search(each) and not _is_small(each)]
    return not beside or all(_is_harmless(each) for each in beside)


def has_reached_help(text: str) -> bool:
    """Tell whether a text says that the help on the card was called or texted, and hardly more."""
    said = _patterns()
    left, count = said["reached"].subn(" ", _plain(text))
    return count > 0 and all(said["reached_beside"].fullmatch(word) for word in _WORD.findall(left))


def has_asked_and_heard_no(text: str) -> bool:
    """Tell whether somebody has asked the person they worry about and heard no, without news of danger."""
    said, plain = _patterns(), _plain(text)
    is_heard = said["asked"].search(plain) and said["said_no"].search(plain)
    if not is_heard or said["new_danger"].search(plain):
        return False
    verdict = check(text)
    return verdict.kind in ("none", "crisis_other", CHECK_OTHER) and not verdict.explicit


def _apart(text: str) -> tuple[bool, list[str]]:
    """Tell whether a clause denies the danger, and give the clauses that do not."""
    clauses = [each for sentence in split_lines(text) for each in _clauses(sentence) if _WORD.search(each)]
    others = [each for each in clauses if not _denies(each)]
    rest = [each for each in others if not _is_small(each)]
    return len(others) < len(clauses), rest


def _clauses(sentence: str) -> list[str]:
    """Cut a sentence where a thought ends, unless it denies as a whole."""
    if _denies(sentence):
        return [sentence]
    return [part for clause in split_clauses(sentence) for part in _where_it_asks(clause)]


def _where_it_asks(clause: str) -> list[str]:
    """Cut a clause behind a denial where a question begins: "I am not suicidal how much is it"."""
    for found in _patterns()["begins_anew"].finditer(clause.lower()):
        if _denies(clause[: found.start()]):
            return [clause[: found.start()], clause[found.end() :]]
    return [clause]


def _denies(sentence: str) -> bool:
    left, count = _patterns()["denied"].subn(" ", _plain(sentence))
    return count > 0 and _is_small(left)


def _is_small(text: str) -> bool:
    """Tell whether nothing in a text could be a danger, whatever it stands beside."""
    return all(_patterns()["beside"].fullmatch(word) for word in _WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    return readable(text).replace("'", "").replace("’", "").strip()


def _is_harmless(rest: str) -> bool:
    """Whether what is said beside the denial is far from danger by itself."""
    verdict = check(rest)
    return verdict.kind == "none" and not verdict.soft_line and (verdict.danger or 0.0) < HARMLESS


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data: dict[str, Any] = read_yaml(WORDS_FOLDER / "denials.yml")
    means = data.pop("means")
    joined = {name: "|".join([said] if isinstance(said, str) else said) for name, said in data.items()}
    return {name: re.compile(said.replace("{means}", means)) for name, said in joined.items()}
