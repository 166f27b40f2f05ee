"""The last whole fit, kept with its factor, so that a few changed questions need no other one."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy import sparse

from components.classifier import fits
from components.classifier.fits import Fit, Questions
from components.classifier.incremental import change, moved_on
from components.classifier.kernel_ridge import KeptFactor, Solution
from components.classifier.tfidf import Spelling

logger = logging.getLogger(__name__)

ARRAYS_FILE, SPELLED_FILE, WORDS_FILE = "fit.npz", "spelled.npz", "fit.json"
FACTOR_FILE, UNFINISHED = "factor.float32", "unfinished-fit-"
WORTH_KEEPING = 2000  # questions; fewer are fitted in a second
MAX_CHANGED_SHARE = 0.04  # what a term weighs is of the whole fit, so at most so many may differ


class KeptFit:
    """A folder with one whole fit. `key` names the mathematics: another one's fit is not used."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder / f"whole-fit-{key}"

    def fitted(self, questions: Questions) -> Fit:
        """Fit questions: from the kept fit where few of them differ, else wholly, which is then kept."""
        if len(questions.texts) < WORTH_KEEPING:
            return fits.whole(questions)
        return self.moved_on(questions) or self._whole(questions)

    def moved_on(self, wanted: Questions) -> Fit | None:
        """The kept fit, moved on; None where too much changed, or it is not what it should be."""
        if not self._folder.is_dir():
            return None
        try:
            return self._moved_on_unless_much_changed(wanted)
        except MemoryError:
            raise
        except Exception as error:  # whatever a torn file makes of it
            what = type(error).__name__
            logger.warning("%s cannot be used (%s): all is fitted again.", self._folder.name, what)
            return None

    def _moved_on_unless_much_changed(self, wanted: Questions) -> Fit | None:
        fit = _load(self._folder)
        factor = KeptFactor(self._folder / FACTOR_FILE, len(fit.questions.texts))
        to = change(fit.questions, wanted)
        if to.size > MAX_CHANGED_SHARE * len(fit.questions.texts):
            return None
        moved = moved_on(fit, factor, wanted, to)
        if not fits.is_solved(moved):
            raise ArithmeticError
        return moved

    def _whole(self, questions: Questions) -> Fit:
        try:
            with _replacing(self._folder) as draft, (draft / FACTOR_FILE).open("wb") as file:
                fit = fits.whole(questions, keep=file)
                _save(fit, draft)
            return fit
        except OSError as error:  # a full disk: the next one is whole, too
            logger.warning("The fit cannot be kept: %s", error.strerror)
            return fits.whole(questions)


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of all whole fits before when it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)  # of a build that was killed
    with TemporaryDirectory(dir=folder.parent, prefix=UNFINISHED) as made:
        draft = Path(made) / folder.name
        draft.mkdir()
        yield draft
        for old in folder.parent.glob("whole-fit-*"):
            shutil.rmtree(old)
        draft.rename(folder)


def _save(fit: Fit, folder: Path) -> None:
    with (folder / ARRAYS_FILE).open("wb") as file:
        np.savez(
            file,
            vectors=fit.questions.vectors,
            weights=fit.solution.weights,
            diagonal=fit.solution.diagonal,
            nearest=fit.nearest,
        )
    sparse.save_npz(folder / SPELLED_FILE, fit.spelled, compressed=False)
    words = {"texts": fit.questions.texts, "names": fit.questions.names, "spelling": fit.spelling.as_json()}
    (folder / WORDS_FILE).write_text(json.dumps(words), encoding="utf-8")


def _load(folder: Path) -> Fit:
    words = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
    # numpy leaves a file open that it opened itself and could not read.
    with (folder / SPELLED_FILE).open("rb") as file:
        spelled = sparse.load_npz(file)
    with (folder / ARRAYS_FILE).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Fit(
            Questions(words["texts"], arrays["vectors"], words["names"]),
            Spelling.from_json(words["spelling"]),
            spelled,
            Solution(arrays["weights"], arrays["diagonal"]),
            arrays["nearest"],
        )
