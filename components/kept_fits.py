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

from components import fits
from components.fit_changes import change, moved_on
from components.fits import Fit, Questions
from components.ridge import KeptFactor, Solution
from components.spelled import Spelling

logger = logging.getLogger(__name__)

ARRAYS_FILE, SPELLED_FILE, WORDS_FILE = "fit.npz", "spelled.npz", "fit.json"
FACTOR_FILE = "factor.float32"
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
        return self._moved_on(questions) or self._whole(questions)

    def _moved_on(self, wanted: Questions) -> Fit | None:
        if not self._folder.is_dir():
            return None
        try:
            fit = _load(self._folder)
            factor = KeptFactor(self._folder / FACTOR_FILE, len(fit.questions.texts))
        except Exception as error:  # whatever a torn file raises: all can be fitted again
            what = type(error).__name__
            logger.warning("%s cannot be read (%s): all is fitted again.", self._folder.name, what)
            return None
        to = change(fit.questions, wanted)
        is_small = to.size <= MAX_CHANGED_SHARE * len(fit.questions.texts)
        return moved_on(fit, factor, wanted, to) if is_small else None

    def _whole(self, questions: Questions) -> Fit:
        with _replacing(self._folder) as draft, (draft / FACTOR_FILE).open("wb") as file:
            fit = fits.whole(questions, keep=file)
            _save(fit, draft)
        return fit


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of all whole fits before when it is complete."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix="draft-") as made:
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
