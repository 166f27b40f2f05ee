"""What a release can say: its manifest, loaded again when the pointer changes.

What must hold at once, without a build, is laid over it from the record: signatures, withdrawn
answers (`web/bot/overrides.py`).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from content.answers import Answer, Source, fingerprint
from content.wording import DEFAULT_LANGUAGE, Wording
from web.bot.spanish_titles import spanish_titles
from web.core.i18n import say

logger = logging.getLogger(__name__)

ANSWER_PREFIX, MORE_PREFIX = "utter_faq/", "utter_more/"
FINGERPRINT_CHARS = 64
Titles = Mapping[str, Mapping[str, str]]  # by language, other than English, and id of the answer
MAX_KEPT = 4  # manifests in memory: the published one, and those of bots that still finish turns
_RELEASE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Manifest:
    """The words of one release. An empty one says nothing at all."""

    release: str = ""
    learnt: str = ""  # hash of what the model learnt: bots of the same hash serve each other's words
    utterances: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    starters: Sequence[str] = ()
    withdrawn: frozenset[str] = frozenset()
    built_at: str = ""  # as ISO writes it
    titles: Titles = field(default_factory=dict)
    own_titles: Titles = field(default_factory=dict)  # the clinic's, where the release has none

    def answer_of(self, utterance: str) -> Mapping[str, Any] | None:
        """The answer an utterance belongs to, or None for small talk, forms and the like."""
        return self.answers.get(self.id_of(utterance))

    def id_of(self, utterance: str) -> str:
        """Id of the answer that an utterance, or a further passage, belongs to; empty when there is none."""
        if utterance.startswith(ANSWER_PREFIX):
            return utterance.removeprefix(ANSWER_PREFIX)
        if not utterance.startswith(MORE_PREFIX):
            return ""
        name = utterance.removeprefix(MORE_PREFIX)
        # An id may begin with another one's: `side_effects_duration`.
        starts = (each for each in self.answers if name.startswith(f"{each}_"))
        return max(starts, key=len, default="")

    def is_withdrawn(self, utterance: str) -> bool:
        """Whether an utterance belongs to an answer that was taken away for now."""
        return self.id_of(utterance) in self.withdrawn

    def starting_questions(self, language: str = DEFAULT_LANGUAGE) -> list[tuple[str, str]]:
        """Title and intent of every starting question that has a title and may be answered."""
        offered = [intent for intent in self.starters if intent.rpartition("/")[2] not in self.withdrawn]
        titled = [(self.title(intent, language), intent) for intent in offered]
        return [(title, intent) for title, intent in titled if title]

    def title(self, intent: str, language: str = DEFAULT_LANGUAGE) -> str:
        """Title of the answer that an intent names, else in English; empty when there is none.

        Where only the title is in this language, it says so: nobody presses for what they cannot read.
        """
        name = intent.rpartition("/")[2]
        title = str(self.answers.get(name, {}).get("title") or "")
        own = self.title_in(name, language) if title else ""
        if own and language not in self.languages_of(name):
            return say("title_of_english", language, title=own)
        return own or title

    def languages_of(self, name: str) -> set[str]:
        """The languages that an answer is written in."""
        written = self.utterances.get(f"{ANSWER_PREFIX}{name}", ())
        return {str(each.get("language") or DEFAULT_LANGUAGE) for each in written}

    def title_in(self, name: str, language: str) -> str:
        """Title of an answer in another language than English; empty when it has none."""
        titles = (known.get(language, {}).get(name) for known in (self.titles, self.own_titles))
        return str(next(filter(None, titles), ""))


class Manifests:
    """Finds the manifest of the published release, and of any other."""

    def __init__(self, releases: Path) -> None:
        self._releases = releases
        self._current = Manifest()
        self._kept: dict[str, Manifest] = {}
        self._titles: Titles = {}

    def use_titles(self, titles: Titles) -> None:
        """Name answers so in other languages, where a release has no title of theirs."""
        self._titles = titles
        self._current = replace(self._current, own_titles=titles)
        self._kept.clear()

    def current(self) -> Manifest:
        """The published manifest. One that cannot be read leaves the last good one in place."""
        release = self.published()
        if release and release != self._current.release:
            found = self.of(release)
            if found is not None:
                self._current = found
                logger.info("Speaking with the words of release %s", release)
        return self._current

    def of(self, release: str) -> Manifest | None:
        """The manifest of one release; None when there is none that can be used."""
        if release in self._kept:
            return self._kept[release]
        if not _RELEASE_ID.fullmatch(release):
            return None
        try:
            read = load(self._releases / release / "manifest.json", release=release)
        except (OSError, ValueError) as error:
            logger.error("Manifest of release %s cannot be used: %s", release, error)
            return None
        found = replace(read, own_titles=self._titles)
        while len(self._kept) >= MAX_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[release] = found
        return found

    def words_for(self, bots_release: str) -> Manifest:
        """The words for what a bot of this release named.

        The published ones when its model is the published one; else, for a turn that began before a
        switch, its own.
        """
        current = self.current()
        if bots_release == current.release:
            return current
        its_own = self.of(bots_release) if (self._releases / bots_release).is_dir() else None
        return its_own if its_own and its_own.learnt != current.learnt else current

    def published(self) -> str:
        """Id of the published release, from the pointer; empty when there is none."""
        try:
            release = (self._releases / "published").read_text(encoding="utf-8").strip()
        except OSError:
            return ""
        if not _RELEASE_ID.fullmatch(release):
            logger.error("The pointer to the published release is not a release id")
            return ""
        return release


def load(path: Path, *, release: str) -> Manifest:
    """Read one manifest. Raises OSError, or ValueError with what is wrong in it."""
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise ValueError("it is not an object")
    answers = _objects(data.get("answers", {}), "answers")
    for name, answer in answers.items():
        if not all(isinstance(source, dict) for source in _list(answer.get("sources"), name)):
            raise ValueError(f"a source of {name} is not an object")
    utterances = _utterances(data.get("utterances"))
    return Manifest(
        release=release,
        learnt=str(data.get("learnt") or ""),
        utterances=utterances,
        answers={name: _marked(name, answer, utterances) for name, answer in answers.items()},
        built_at=str(data.get("built_at") or ""),
        starters=tuple(str(starter) for starter in _list(data.get("starters"), "starters")),
        titles={"es": spanish_titles(path.parent / "data" / "languages.yml")},
    )


def _marked(
    name: str, answer: dict[str, Any], utterances: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, Any]:
    """An answer with the fingerprint of what is read; an earlier version's covered the questions too."""
    if len(str(answer.get("fingerprint") or "")) != FINGERPRINT_CHARS or "taught" in answer:
        return answer
    known = Source.__dataclass_fields__
    read = Answer(
        name,
        title=str(answer.get("title") or ""),
        wordings=tuple(Wording.of(each) for each in utterances.get(f"{ANSWER_PREFIX}{name}", ())),
        sources=tuple(
            Source(**{"cite": "", **{key: str(value) for key, value in source.items() if key in known}})
            for source in answer.get("sources") or ()
        ),
        offer_call=bool(answer.get("offer_call")),
    )
    return {**answer, "fingerprint": fingerprint(read)}


def _utterances(data: Any) -> dict[str, list[dict[str, Any]]]:
    if not isinstance(data, dict):
        raise ValueError("utterances is not an object")
    for name, variations in data.items():
        for variation in _list(variations, name):
            if not isinstance(variation, dict) or not isinstance(variation.get("text"), str):
                raise ValueError(f"a variation of {name} has no text")
    return data


def _objects(data: Any, what: str) -> dict[str, dict[str, Any]]:
    if not isinstance(data, dict) or not all(isinstance(each, dict) for each in data.values()):
        raise ValueError(f"{what} is not an object of objects")
    return data


def _list(data: Any, what: str) -> list[Any]:
    if data is None:
        return []
    if not isinstance(data, list):
        raise ValueError(f"{what} is not a list")
    return data
