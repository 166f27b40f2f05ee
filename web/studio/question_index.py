"""Every question that is taught anywhere: to answers in the record, to skills in `data/*.yml`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from content import packs
from content.questions import normalised
from web.studio.answers import Draft

NEAR = 92.0  # of 100: the same words but for a typing error or their order
FOLLOW_UPS = "follow_up/"
# What two people put around the same question; what is left over says what it asks.
_AROUND = re.compile(
    r"\b(?:an?|the|i|we|you|my|our|your|me|us|it|there|is|are|am|do|does|did|can|could|may|might|must|shall"
    r"|should|will|would|have|has|to|please|hi|hello|hey)\b"
)
_ASKS = re.compile(r"\b(?:where|when|what|who|whom|which|why|how)\b")
_EXAMPLE = re.compile(r"\s*-\s+(.*\S)\s*")


@dataclass(frozen=True)
class KnownQuestion:
    """One question: to which answer or skill, and what people call that."""

    text: str
    answer_id: str | None
    called: str


@dataclass(frozen=True)
class Near:
    """A question that is taught elsewhere and is the same, or nearly."""

    question: str
    taught: KnownQuestion
    is_same: bool


class QuestionIndex:
    """All taught questions, looked up by their words."""

    def __init__(self, drafts: Iterable[Draft], skills: Iterable[KnownQuestion]) -> None:
        of_answers = (
            KnownQuestion(question, draft.id, draft.answer.title or draft.id)
            for draft in drafts
            if draft.is_on
            for question in draft.answer.questions
        )
        self._all: dict[str, list[KnownQuestion]] = {}
        for taught in (*of_answers, *skills):
            self._all.setdefault(normalised(taught.text), []).append(taught)
        self._all.pop("", None)
        self._by_core: dict[str, list[KnownQuestion]] = {}
        for taught in (each for some in self._all.values() for each in some):
            self._by_core.setdefault(_core(taught.text), []).append(taught)
        self._by_core.pop("", None)
        self._keys = list(self._all)
        self._sorted = [_sorted_words(key) for key in self._keys]

    def same(self, question: str, *, but: str | None) -> KnownQuestion | None:
        """The same question, taught to another answer than `but`, or to a skill."""
        others = (each for each in self._all.get(normalised(question), ()) if each.answer_id != but)
        return next(others, None)

    def reworded(self, question: str) -> KnownQuestion | None:
        """A question of an answer in other small words: "where do I park" for "where can we park"."""
        of_answers = (each for each in self._by_core.get(_core(question), ()) if each.answer_id)
        return next(of_answers, None)

    def teaches(self, question: str, answer_id: str) -> bool:
        """Whether an answer is taught this question."""
        return any(each.answer_id == answer_id for each in self._all.get(normalised(question), ()))

    def twice(self, questions: Iterable[str], *, but: str) -> list[Near]:
        """The questions that are taught elsewhere too, in the same words."""
        found = ((question, self.same(question, but=but)) for question in questions)
        return [Near(question, same, is_same=True) for question, same in found if same]

    def near(self, questions: Iterable[str], *, but: str) -> list[Near]:
        """For each question the nearest one in words that another answer or skill has."""
        asked = [question for question in questions if not self.same(question, but=but)]
        keys = [_sorted_words(normalised(question)) for question in asked]
        if not keys or not self._keys:
            return []
        scores = process.cdist(keys, self._sorted, scorer=fuzz.ratio, score_cutoff=NEAR, dtype=np.uint8)
        found = []
        for question, row in zip(asked, scores, strict=True):
            hits = np.flatnonzero(row)
            nearest = sorted(hits.tolist(), key=lambda at: -int(row[at]))
            others = (each for at in nearest for each in self._all[self._keys[at]] if each.answer_id != but)
            other = next(others, None)
            if other:
                found.append(Near(question, other, is_same=False))
        return found


def _core(text: str) -> str:
    """The words that say what is asked; none where only small words and a question word are left."""
    words = " ".join(_AROUND.sub(" ", normalised(text)).split())
    return words if _ASKS.sub("", words).strip() else ""


def _sorted_words(text: str) -> str:
    return " ".join(sorted(text.split()))


def skills_of(project: Path, own: Path | None = None) -> tuple[KnownQuestion, ...]:
    """Questions of the skills in `data/*.yml`, the clinic's `own` before those; read again when changed."""
    theirs = {path.name: path for path in (project / "data").glob("*.yml")}
    if own and own != project:
        theirs = {name: path for name, path in theirs.items() if f"data/{name}" not in packs.OWN}
        theirs |= {path.name: path for path in (own / "data").glob("*.yml")}
    files = [theirs[name] for name in sorted(theirs)]
    return _read(tuple((path, path.stat().st_mtime_ns) for path in files))


@functools.lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> tuple[KnownQuestion, ...]:
    found = []
    for path, _ in files:
        try:
            document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        except (YAMLError, OSError, UnicodeDecodeError):
            continue  # `python -m training check` says what is wrong with it
        for item in (document or {}).get("nlu") or ():
            if "intent" not in item:  # synonyms
                continue
            called = f"the skill “{str(item.get('intent')).replace('_', ' ')}”"
            if str(item.get("intent")).startswith(FOLLOW_UPS):
                continue  # they count behind an answer only, so an answer may be taught the same
            for line in str(item.get("examples") or "").splitlines():
                match = _EXAMPLE.fullmatch(line)
                if match:
                    found.append(KnownQuestion(match.group(1), None, called))
    return tuple(found)
