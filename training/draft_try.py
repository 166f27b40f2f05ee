"""Tries drafts without a build: the published release with its classifier moved on to what they teach.

One process for as long as somebody writes. It reads requests as lines of JSON and answers each with one.
The fit is the one that a build would make (`components/classifier/incremental.py`), with its ranking,
its confidence and the decision on top; skills, words and the rest of the pipeline stay as published.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from components.classifier.component import QUESTIONS_FILE, AnswerClassifier
from components.classifier.fit_cache import WORTH_KEEPING, KeptFit
from components.classifier.fits import Fit, Questions, targets_of, whole
from components.classifier.model import ARRAYS_FILE, WORDS_FILE, AnswerModel, topics_of
from components.classifier.model_cache import kept_fit
from components.classifier.vector_cache import cache_folder
from components.decision.answer_book import PREFIX, AnswerBook
from components.decision.component import Decider
from components.decision.understanding import understand
from components.keys import DECISION, SIMILAR
from components.onnx_encoder import embedded_text, encoder_folder, shared_encoder, whole_words_of
from components.spelling.component import SpellingRepair
from components.spelling.speller import Speller, content_words_of, speller_for
from training.models import MODEL
from training.pipelines import Pipeline
from training.process import be_quiet, die_with_parent
from training.questions import once

MAX_RANKED, NEAREST = 5, 5
# Cosines from which two questions are nearly one: of two answers, and within one, which may say it twice.
SAME_ELSEWHERE, SAME_WITHIN = 0.9, 0.92
MAX_NAMED = 8
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_OF_CLASSIFIER = ".AnswerClassifier"


class TooMuchChanged(Exception):
    """More questions differ from the last whole fit than it can be moved on by: a build finds out."""


@dataclass(frozen=True)
class Taught:
    """One question as the classifier learns it: as written, as read, its vector, its class."""

    text: str
    read: str
    vector: np.ndarray
    name: str


class DraftTry:
    """A published release that can be asked as if the drafts had been built."""

    def __init__(self, release: Path) -> None:
        be_quiet()
        self._pipeline = Pipeline(release / MODEL)
        parts = self._pipeline.components()
        self._classifier = next(each for each in parts if isinstance(each, AnswerClassifier))
        self._decider = next(each for each in parts if isinstance(each, Decider))
        self._spelling = next(each for each in parts if isinstance(each, SpellingRepair))
        self._english = whole_words_of(encoder_folder())
        self._common = set(self._english)
        self._words = self._spelling.content_words
        self._encoder = shared_encoder(encoder_folder())
        self._book: AnswerBook = self._decider._book
        texts, vectors, names = _published(release / MODEL)
        read = self._spelling._speller.repair_all(texts)
        self._published = [Taught(*row) for row in zip(texts, read, vectors, names, strict=True)]
        self._made = ""
        self._fit: Fit | None = None

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What becomes of each text with these drafts, and how the answer that is written stands.

        `answers`: by id the questions and metadata of each changed answer, or null for one that goes.
        """
        self._teach(request["answers"])
        texts = [str(text) for text in request["texts"]]
        parsed = understand(self._pipeline, texts, metadata={SIMILAR: NEAREST}) if texts else []
        told = [
            {"decision": _short(message.get(DECISION)), "similar": message.get(SIMILAR)} for message in parsed
        ]
        return {"texts": told, "standing": self._standing(str(request.get("written") or ""))}

    def _teach(self, answers: Mapping[str, Mapping[str, Any] | None]) -> None:
        """Have the pipeline know what the drafts teach, in place of what is published."""
        mark = json.dumps(answers, sort_keys=True)
        if mark == self._made:
            return
        changed = {f"{PREFIX}{name}": what for name, what in answers.items()}
        speller, taught = self._as_taught(changed)
        wanted = Questions(
            [each.read for each in taught],
            np.stack([each.vector for each in taught]).astype(np.float32),
            [each.name for each in taught],
        )
        known = {name: about for name, about in self._book.answers.items() if name not in changed}
        known |= {name: dict(what.get("metadata") or {}) for name, what in changed.items() if what}
        fit = _fitted(wanted)
        model = AnswerModel.of(fit, topics=topics_of(known))
        model.make_ready()
        self._classifier.use(model, [each.text for each in taught])
        self._decider._book = replace(self._book, answers=known)
        self._spelling._speller = speller
        self._fit, self._made = fit, mark

    def _as_taught(self, changed: Mapping[str, Mapping[str, Any] | None]) -> tuple[Speller, list[Taught]]:
        """Every question with the drafts, read by a speller that knows the drafts' words."""
        stays = [each for each in self._published if each.name not in changed]
        same = {(each.text, each.name): each for each in self._published if each.name in changed}
        asked = [
            (str(text), name)
            for name, what in changed.items()
            if what
            for text in what.get("questions") or ()
        ]
        asked = once(asked, asked)
        words = content_words_of([*(each.text for each in stays), *(text for text, _ in asked)], self._common)
        fresh = set(words) - set(self._words)
        speller = speller_for([*self._words, *(word for word in words if word in fresh)], self._english)
        stays = self._read_again(stays, fresh, speller)
        new = [pair for pair in asked if pair not in same]
        made = dict(zip(new, self._made_of(new, speller), strict=True))
        return speller, [*stays, *((same | made)[pair] for pair in asked)]

    def _read_again(self, known: Sequence[Taught], fresh: set[str], speller: Speller) -> list[Taught]:
        """The same questions; those with a word that only the drafts make known are read with it."""
        holds = [at for at, each in enumerate(known) if fresh.intersection(_WORD.findall(each.text.lower()))]
        again = self._made_of([(known[at].text, known[at].name) for at in holds], speller)
        found = list(known)
        for at, each in zip(holds, again, strict=True):
            found[at] = each if each.read != known[at].read else known[at]
        return found

    def _made_of(self, pairs: Sequence[tuple[str, str]], speller: Speller) -> list[Taught]:
        """Questions of (text, class) as the classifier learns them."""
        if not pairs:
            return []
        read = speller.repair_all(text for text, _ in pairs)
        vectors = self._encoder.embed([embedded_text(text) for text in read])
        return [
            Taught(text, as_read, vector, name)
            for (text, name), as_read, vector in zip(pairs, read, vectors, strict=True)
        ]

    def _standing(self, answer_id: str) -> dict[str, Any] | None:
        """How the questions of one answer stand among their neighbours: left out, who would get them."""
        name, fit = f"{PREFIX}{answer_id}", self._fit
        if fit is None or name not in fit.labels:
            return None
        own = np.flatnonzero(np.array(fit.questions.names) == name)
        left_out = fit.solution.left_out(targets_of(fit.classes, len(fit.labels)))[own]
        winners = [fit.labels[at] for at in left_out.argmax(axis=1)]
        texts = self._classifier.questions
        lost = [
            {"question": texts[int(at)], "to": winner.removeprefix(PREFIX)}
            for at, winner in zip(own, winners, strict=True)
            if winner != name and not self._decider._book.share_a_topic(winner, name)
        ]
        return {"count": len(own), "found": len(own) - len(lost), "lost": lost, "same": self._same(own)}

    def _same(self, own: np.ndarray) -> list[dict[str, Any]]:
        """Questions that are nearly one: with another answer's, or within this answer."""
        assert self._fit is not None
        vectors, names = self._fit.questions.vectors, self._fit.questions.names
        cosines = vectors[own] @ vectors.T
        cosines[np.arange(len(own)), own] = -1.0
        found = []
        for row, at in enumerate(own):
            other = int(cosines[row].argmax())
            is_within = names[other] == names[at]
            least = SAME_WITHIN if is_within else SAME_ELSEWHERE
            if cosines[row, other] >= least and not (is_within and other < at):
                found.append((float(cosines[row, other]), int(at), other))
        texts = self._classifier.questions
        return [
            {"question": texts[at], "same": texts[other], "of": names[other].removeprefix(PREFIX)}
            for _, at, other in sorted(found, key=lambda each: -each[0])[:MAX_NAMED]
        ]


def _published(model: Path) -> tuple[list[str], np.ndarray, list[str]]:
    """What a model was taught: questions as written, their vectors, the names of their classes."""
    with tarfile.open(model) as archive:
        inside = {each.name.rpartition("/")[2]: each for each in archive if _OF_CLASSIFIER in each.name}

        def read(name: str) -> bytes:
            file = archive.extractfile(inside[name])
            assert file is not None
            return file.read()

        labels = json.loads(read(WORDS_FILE))["labels"]
        with np.load(io.BytesIO(read(ARRAYS_FILE)), allow_pickle=False) as arrays:
            return (
                json.loads(read(QUESTIONS_FILE)),
                arrays["vectors"],
                [labels[at] for at in arrays["classes"]],
            )


def _fitted(wanted: Questions) -> Fit:
    """The fit that a build would make. Raises TooMuchChanged."""
    if len(wanted.texts) < WORTH_KEEPING:
        return whole(wanted)
    kept: KeptFit = kept_fit(cache_folder())
    moved = kept.moved_on(wanted)
    if moved is None:
        raise TooMuchChanged
    return moved


def _short(decided: Mapping[str, Any]) -> dict[str, Any]:
    """Of a decision what the studio shows."""
    return {
        "outcome": decided["outcome"],
        "intent": decided["intent"],
        "confidence": decided["confidence"],
        "gets": [part["intent"] for part in decided["parts"]],
        "ranking": list(decided["ranking"])[:MAX_RANKED],
    }


def serve(release: Path, lines: Sequence[str] | Any = sys.stdin) -> None:
    """Answer requests until there are no more; one that fails says so and ends nothing."""
    die_with_parent()
    drafts = DraftTry(release)
    _tell({"ready": True})
    for line in lines:
        try:
            _tell(drafts.answer(json.loads(line)))
        except TooMuchChanged:
            _tell({"error": "too_much"})
        except MemoryError:
            raise
        except Exception as error:  # its text might quote what somebody typed
            _tell({"error": type(error).__name__})


def _tell(said: Mapping[str, Any]) -> None:
    print(json.dumps(said), flush=True)
