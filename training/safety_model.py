"""Trains safety's second opinion from the corpus: `python -m training safety`."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import multiprocessing
import random
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from safety.classifier import CARD, DANGER, DESCRIPTION, HEADS, MODEL_FOLDER, UNKNOWN, WEIGHTS, Classifier
from safety.corpus import CARD_OF_KIND, CorpusRow, corpus_hash, read_corpus
from safety.corpus.unseen import Unseen, texts_of
from safety.features import blocks as blocks_of
from safety.features import readable
from safety.lexicon import LANGUAGES
from safety.opinions import more_for_length
from safety.rules import SIGNALS, load_rules
from training.answer_files import read_answers, read_skill_questions
from training.questions import taught

# A feature of fewer messages says more about its writer than about danger.
MIN_MESSAGES = 2
MAX_FEATURES = 160_000
STRENGTH = 20.0
MAX_STEPS, TOLERANCE = 40, 0.01
# The weights are means of so many fits, each on a part of the examples: one fit alone moves by two
# dangers in a hundred with every few rows that are added.
PARTS, PART_SHARE = 10, 0.9
# To find the features that matter the first heads and a rough fit are enough.
ROUGH_STEPS = 10
# So many of the held-out look-alikes may be asked, and may get a card. They are harder than what
# visitors write, but easier than what another writer would: whole files held out score three times as
# many false cards, so these limits are stricter than what may happen in the end.
MAX_ASKED, MAX_CARDED = 0.05, 0.019
# The register of what most visitors write: of these, held out, hardly any may be asked.
VISITORS = "en_visitor_questions"
MAX_VISITORS_ASKED, MAX_VISITORS_CARDED = 0.02, 0.005
# The registers in real people's voices are few beside all that is only asked: their rows count so often.
VOICES, VOICES_COUNT = "words", 2
# What is said between questions stands in registers of these names.
EVERYDAY = ("chat", "everyday", "form_talk", "statements")
HARMLESS_STORIES, EVERYDAY_STORIES, DANGEROUS_STORIES = 8_000, 6_000, 3_000


@dataclass(frozen=True)
class Example:
    """A message with its label and, for a danger, which card it should get ("" when not known)."""

    text: str
    label: str
    card: str = ""


def train(project: Path, folder: Path = MODEL_FOLDER) -> dict[str, Any]:
    """Train, choose the thresholds on what is held out, write the weights, and tell what was found."""
    rows = read_corpus(unseen=kept_for_measuring(project))
    to_learn = [row for row in rows if not row.is_held_out]
    to_learn += [row for row in to_learn if VOICES in row.file] * (VOICES_COUNT - 1)
    seen = [_example(row) for row in to_learn]
    ordinary = _ordinary(project)
    between = [_example(row) for row in to_learn if _is_everyday(row)]
    learnt = [*seen, *_rule_examples(), *ordinary, *_stories(seen, ordinary), *_small_talk(between)]
    classifier, arrays = fit(learnt)
    held_out = [row for row in rows if row.is_held_out]
    scores = np.array([_evidence(classifier, row.text) for row in held_out])
    harmless = np.array([row.label in ("info", "none") for row in held_out])
    asking = np.array([row.file == VISITORS for row in held_out])
    thresholds = {
        "card": _level(scores[:, CARD], (harmless & ~asking, MAX_CARDED), (asking, MAX_VISITORS_CARDED)),
        "check": _level(scores[:, DANGER], (harmless & ~asking, MAX_ASKED), (asking, MAX_VISITORS_ASKED)),
    }
    weights = _as_file(arrays)
    told = {
        "corpus": corpus_hash(),
        "weights": hashlib.sha256(weights).hexdigest(),
        "thresholds": thresholds,
        "examples": len(learnt),
        "features": len(arrays["numbers"]),
        "held_out": report(held_out, scores, thresholds),
    }
    (folder / WEIGHTS).write_bytes(weights)
    (folder / DESCRIPTION).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return told


def kept_for_measuring(project: Path) -> Unseen:
    """What the project measures with: none of it may be learnt."""
    folder = project / "tests" / "evaluation"
    return Unseen(texts_of([folder] if folder.is_dir() else []))


def _level(scores: Any, *limits: tuple[Any, float]) -> float:
    """Where a score has to start, so that no set of harmless rows fires more often than it may."""
    return round(max(float(np.quantile(scores[of], 1 - share)) for of, share in limits if of.any()), 2)


def report(rows: Sequence[CorpusRow], scores: Any, thresholds: dict[str, float]) -> dict[str, dict[str, Any]]:
    """Share of each kind and label that the classifier alone asks about or gives a card."""
    carded = scores[:, CARD] >= thresholds["card"]
    asked = carded | (scores[:, DANGER] >= thresholds["check"])
    names = [f"{row.file[:2]} {row.kind} {row.label}" for row in rows]
    return {
        name: {
            "n": names.count(name),
            "card": round(float(carded[[each == name for each in names]].mean()), 3),
            "either": round(float(asked[[each == name for each in names]].mean()), 3),
        }
        for name in sorted(set(names))
    }


def fit(examples: Sequence[Example]) -> tuple[Classifier, dict[str, Any]]:
    """Fit every head; features that no head needs are left out, and the heads fitted once more."""
    blocks = list(zip(*_on_every_core(_blocks, [each.text for each in examples], at_once=500), strict=True))
    kept = _frequent(blocks)
    idf, weights, _ = _fit(examples, blocks, kept, heads=CARD + 1, steps=ROUGH_STEPS)
    strongest = np.argsort(-(np.abs(weights[:, : CARD + 1]).sum(axis=1) * idf), kind="stable")[:MAX_FEATURES]
    kept = np.sort(kept[strongest])
    idf, weights, bias = _fit(examples, blocks, kept, parts=PARTS)
    arrays = {
        "numbers": kept,
        "idf": idf.astype(np.float16),
        "weights": weights.astype(np.float16),
        "bias": bias.astype(np.float32),
    }
    return Classifier(*arrays.values()), arrays


def _fit(
    examples: Sequence[Example],
    blocks: Sequence[Any],
    kept: Any,
    *,
    heads: int = len(HEADS),
    steps: int = MAX_STEPS,
    parts: int = 1,
) -> tuple[Any, Any, Any]:
    counted = [_matrix(block, kept) for block in blocks]
    seen = sum((counts > 0).astype(np.int64).sum(axis=0) for counts in counted)
    idf = np.log((1 + len(examples)) / (1 + np.asarray(seen).ravel())) + 1
    unknown = [_unknown(block, counts) for block, counts in zip(blocks, counted, strict=True)]
    rows = [_unit_rows(counts, idf, other) for counts, other in zip(counted, unknown, strict=True)]
    table = hstack(rows).tocsr().astype(np.float32)  # in half the time, for the same weights
    weights, bias = np.zeros((len(kept), len(HEADS))), np.zeros(len(HEADS))
    fits = [
        (head, part, wanted[part], steps)
        for head, (wanted, chosen) in enumerate(itertools.islice(_targets(examples), heads))
        for part in _parts(np.flatnonzero(chosen), parts)
    ]
    for (head, *_), (weight, intercept) in zip(fits, _on_every_core(_fitted, fits, table), strict=True):
        # A feature stands in one block only, so the blocks share one row.
        weights[:, head] += weight.reshape(len(blocks), -1).sum(axis=0) / parts
        bias[head] += intercept / parts
    return idf, weights, bias


_TABLE: list[Any] = []  # what the children of a pool share


def _on_every_core(
    work: Callable[[Any], Any], tasks: Sequence[Any], table: Any = None, *, at_once: int = 1
) -> list[Any]:
    """Do independent work in child processes; a fork gives them the table without a copy."""
    with multiprocessing.get_context("fork").Pool(initializer=_TABLE.append, initargs=(table,)) as pool:
        return pool.map(work, tasks, at_once)


def _blocks(text: str) -> tuple[Any, ...]:
    return tuple(np.asarray(block, np.uint32) for block in blocks_of(readable(text)))


def _fitted(task: tuple[int, Any, Any, int]) -> tuple[Any, float]:
    """Fit by dual coordinates: on sparse rows a tenth of the time of a quasi-Newton fit."""
    _, part, wanted, steps = task
    model = LogisticRegression(
        C=STRENGTH,
        solver="liblinear",
        dual=True,
        tol=TOLERANCE,
        max_iter=steps,
        class_weight="balanced",
        random_state=0,
    )
    with warnings.catch_warnings():  # the last steps move nothing that a verdict would show
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(_TABLE[-1][part], wanted)
    return model.coef_[0], float(model.intercept_[0])


def _parts(rows: Any, count: int) -> Iterator[Any]:
    """The rows, or so many random parts of them."""
    chance = np.random.default_rng(0)
    for _ in range(count):
        yield rows if count == 1 else np.sort(chance.choice(rows, int(PART_SHARE * len(rows)), replace=False))


def _targets(examples: Sequence[Example]) -> Iterable[tuple[Any, Any]]:
    """What each head shall say, and about which examples: the last ones tell the cards apart."""
    labels = np.array([each.label for each in examples])
    cards = np.array([each.card for each in examples])
    everything = np.ones(len(examples), bool)
    yield (labels == "card") | (labels == "check"), everything
    yield labels == "card", everything
    for name in HEADS[CARD + 1 :]:
        yield cards == name, cards != ""


def _frequent(blocks: Sequence[Sequence[Any]]) -> Any:
    counts = Counter(number for block in blocks for numbers in block for number in set(numbers.tolist()))
    return np.array(sorted(each for each, n in counts.items() if n >= MIN_MESSAGES), np.uint32)


def _matrix(block: Sequence[Any], kept: Any) -> Any:
    rows, columns = [], []
    for at, numbers in enumerate(block):
        found = np.searchsorted(kept, numbers)
        found[found == len(kept)] = 0
        known = found[kept[found] == numbers]
        rows.append(np.full(len(known), at))
        columns.append(known)
    where = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.ones(len(where[0])), where), shape=(len(block), len(kept)))


def _unknown(block: Sequence[Any], counts: Any) -> Any:
    """How many features of each message no weight stands for."""
    return np.array([len(np.unique(numbers)) for numbers in block]) - np.diff(counts.indptr)


def _unit_rows(counts: Any, idf: Any, unknown: Any) -> Any:
    """Damped counts, rare features weighing more, each row of length one: as the classifier reads."""
    values = counts.copy()
    values.data = (1 + np.log(values.data)) * idf[values.indices]
    length = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel() + UNKNOWN**2 * unknown)
    length[length == 0] = 1
    values.data /= np.repeat(length, np.diff(values.indptr))
    return values


def _evidence(classifier: Classifier, text: str) -> tuple[float, float]:
    """What speaks for danger and for the card, as it is weighed where no rule fired."""
    scores, more = classifier.score(text), more_for_length(text)
    return scores.danger - more, scores.for_card - more


def _example(row: CorpusRow) -> Example:
    is_danger = row.label in ("card", "check")
    return Example(row.text, row.label, CARD_OF_KIND.get(row.kind, "") if is_danger else "")


def _rule_examples() -> list[Example]:
    """What the rules must and must not fire on."""
    found: list[Example] = []
    for rule in (rule for language in LANGUAGES for rule in load_rules(language)):
        is_signal = rule.kind in SIGNALS
        label = "card" if is_signal else "info" if rule.kind == "soft" else "none"
        found += [Example(text, label) for text in rule.fires_on]
        if rule.kind != "look_alike":  # what a look-alike must not hide may be danger or not
            found += [Example(text, "none") for text in rule.silent_on]
    return found


def _ordinary(project: Path) -> list[Example]:
    """The questions that the answers are taught: what most visitors write."""
    answers, _ = read_answers(project)
    questions = {text for text, _ in taught(each.document for each in answers).questions}
    questions |= {question.text for question in read_skill_questions(project)}
    return [Example(text, "none") for text in sorted(questions)]


def _stories(seen: Sequence[Example], ordinary: Sequence[Example]) -> list[Example]:
    """Join messages to long ones: length says nothing, and danger may stand in a story of other things."""
    chance = random.Random(0)
    harmless = [each for each in seen if each.label in ("none", "info")]
    dangers = [each for each in seen if each.label in ("card", "check")]
    stories = []
    for _ in range(HARMLESS_STORIES):
        told = chance.sample(harmless, chance.randint(1, 3)) + chance.sample(ordinary, chance.randint(1, 2))
        stories.append(Example(_joined(told, chance), "none"))
    for _ in range(DANGEROUS_STORIES):
        danger = chance.choice(dangers)
        told = [danger, *chance.sample(harmless, chance.randint(0, 1)), chance.choice(ordinary)]
        stories.append(Example(_joined(told, chance), danger.label, danger.card))
    return stories


def _small_talk(between: Sequence[Example]) -> list[Example]:
    """Join what is said between questions: several statements without a question are no sign of danger."""
    chance = random.Random(1)
    told = (chance.sample(between, chance.randint(2, 4)) for _ in range(EVERYDAY_STORIES))
    return [Example(_joined(each, chance), "none") for each in told]


def _is_everyday(row: CorpusRow) -> bool:
    return row.label == "none" and any(name in row.file for name in EVERYDAY)


def _joined(told: list[Example], chance: random.Random) -> str:
    chance.shuffle(told)
    mark = chance.choice((". ", " ", ", ", ". "))
    return mark.join(each.text.rstrip(".") for each in told)


def _as_file(arrays: dict[str, Any]) -> bytes:
    """Give the bytes of an .npz that are the same each time: no dates in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.save(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED)
    return file.getvalue()
