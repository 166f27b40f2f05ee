"""The classifier of answers beside a linear SVM and logistic regression on the same features.

`python -m tests.bench.classifiers` in the bot's environment prints a table. All learn the questions of
the published release, as unit vectors and spelled terms weighed as our similarity weighs them, and rank
the messages of tests/evaluation as they were typed: no repair, no parts, no thresholds.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from components.classifier import fits
from components.classifier.fits import Questions
from components.classifier.model import AnswerModel
from components.classifier.similarities import MEANING_SHARE
from components.classifier.tfidf import Spelling
from components.onnx_encoder import FEATURES, Encoder, embedded_text, encoder_folder
from tests.bench.receipts_build import questions_of
from training.evaluation import LabelledMessage, Scorer, read_rows
from training.process import be_quiet
from training.releases import needed_release, read_manifest

EVALUATION = Path(__file__).parents[1] / "evaluation"
Rank = Callable[[Sequence[str], np.ndarray], list[str]]


def ridge(questions: Questions) -> Rank:
    """Our own."""
    model = AnswerModel.of(fits.whole(questions), topics={})
    return lambda texts, vectors: [found[0].label for found in model.rank(texts, vectors)]


def linear(classifier: Any) -> Callable[[Questions], Rank]:
    """One of scikit-learn's."""

    def fitted(questions: Questions) -> Rank:
        spelling, spelled = Spelling.fit(questions.texts)
        classifier.fit(_side_by_side(questions.vectors, spelled), questions.names)
        return lambda texts, vectors: list(classifier.predict(_side_by_side(vectors, spelling.of(texts))))

    return fitted


def _side_by_side(vectors: np.ndarray, spelled: sparse.csr_matrix) -> sparse.csr_matrix:
    parts = (np.sqrt(MEANING_SHARE) * vectors, np.sqrt(1 - MEANING_SHARE) * spelled)
    return sparse.hstack([sparse.csr_matrix(parts[0]), parts[1]]).tocsr()


CLASSIFIERS: dict[str, Callable[[Questions], Rank]] = {
    "kernel ridge (ours)": ridge,
    "linear SVM (`LinearSVC`)": linear(LinearSVC(C=1.0)),
    "logistic regression (liblinear)": linear(LogisticRegression(C=30.0, solver="liblinear")),
}


class Task(NamedTuple):
    """What is taught and what is asked, embedded once for all classifiers."""

    questions: Questions
    rows: list[LabelledMessage]
    vectors: np.ndarray
    scorer: Scorer

    @classmethod
    def of(cls, release: Path) -> Task:
        """Of a release, with the evaluation messages of the project."""
        rows = [*read_rows(EVALUATION / "messages.tsv"), *read_rows(EVALUATION / "out_of_scope.tsv")]
        encoder = Encoder(encoder_folder(), FEATURES)
        plain = questions_of(release)
        taught = plain._replace(vectors=encoder.embed([embedded_text(text) for text in plain.texts]))
        vectors = encoder.embed([embedded_text(row.text) for row in rows])
        return cls(taught, rows, vectors, Scorer(read_manifest(release)))


def measured(name: str, task: Task) -> tuple[float, float, float, float]:
    """Accuracy on messages of the clinic and on all, processor seconds of the fit, memory above the start."""
    before_mb, began = _peak_mb(), time.process_time()
    rank = CLASSIFIERS[name](task.questions)
    took = time.process_time() - began
    hits = _hits(task, rank([row.text for row in task.rows], task.vectors))
    ours = [hit for row, hit in zip(task.rows, hits, strict=True) if row.in_scope]
    return float(np.mean(ours)), float(np.mean(hits)), took, _peak_mb() - before_mb


def _hits(task: Task, labels: Sequence[str]) -> list[bool]:
    return [
        any(task.scorer.serves(label, topic) for topic in row.topics)
        if row.in_scope
        else label == "out_of_scope"
        for row, label in zip(task.rows, labels, strict=True)
    ]


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table; each classifier in a process of its own, for its memory."""
    be_quiet()
    task = Task.of(needed_release(Path(os.environ.get("FRONT_DESK_VAR", "var"))))
    print("| classifier | right, of the clinic | right, of all | fit | memory |")
    print("| --- | --- | --- | --- | --- |")
    for name in CLASSIFIERS:
        with threadpool_limits(1), get_context("fork").Pool(1) as pool:
            clinics, of_all, took, mb = pool.apply(measured, (name, task))
        print(f"| {name} | {clinics:.1%} | {of_all:.1%} | {took:.0f} s | {mb:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
