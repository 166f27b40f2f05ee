"""A small clinic is fitted ahead, trained and asked: the same as Rasa would do it, one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.classifier.fit_cache import KeptFit
from components.classifier.fits import Fit, Questions
from components.decision.understanding import understand
from components.onnx_encoder import encoder_folder
from components.segments import leans_back, readings_of
from tests.training.dental_project import ROOT, copy_project
from training import trainer
from training.models import MODEL
from training.prefit import ANSWERS, fit, fitting
from training.replay import NOTHING_BEFORE, Ask, Context, Reaction, Understander

COST = Context("faq/cost", "a cleaning")
SAID = ("what does it cost", "is it safe", "when are you open", "and for children", "thanks", "do they hurt")
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Rasa's libraries
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dentist's answers and the skills that come with every clinic."""
    skills = [path.name for path in (ROOT / "data").glob("*.yml")]
    return copy_project(tmp_path_factory.mktemp("dental"), skills)


@pytest.fixture(scope="module")
def model(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose training must find the fit that was made ahead, for it cannot make one of answers."""
    fitted = KeptFit.fitted

    def follow_ups_alone(kept: KeptFit, questions: Questions) -> Fit:
        assert not any(name.startswith(ANSWERS) for name in questions.names), "The training fits again."
        return fitted(kept, questions)

    folder = tmp_path_factory.mktemp("release")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRONT_DESK_ENCODER", str(encoder_folder().resolve()))
        patch.setenv("FRONT_DESK_VAR", str(folder))
        fit(project)
        patch.setattr(KeptFit, "fitted", follow_ups_alone)
        trainer.train(project, folder / MODEL)
    return folder


def test_a_training_takes_over_what_was_fitted_ahead(model: Path) -> None:
    assert (model / MODEL).stat().st_size > 0


def test_many_messages_get_what_each_would_get_alone(model: Path) -> None:
    asks = [Ask("", text, *context) for text in SAID for context in (NOTHING_BEFORE, COST)]
    asks += [Ask("", text, after="how much is a cleaning") for text in SAID]
    release = Understander(model)
    together = release.decisions(asks)
    for ask, decided in zip(asks, together, strict=True):
        context = ask.context
        if ask.after:
            (before,) = understand(release._pipeline, [ask.after])
            parts = before.get("decision")["parts"]
            context = Context(parts[-1]["intent"], parts[-1]["it"]) if parts else NOTHING_BEFORE
        (alone,) = understand(release._pipeline, [ask.text], slots=context._asdict())
        assert Reaction.of(decided) == Reaction.of(alone.get("decision")), ask


@pytest.mark.parametrize(
    "text", [*SAID, "what is ketamine and how does the ketamine feel over all that time"]
)
def test_what_does_not_lean_back_is_read_the_same_after_any_answer(text: str) -> None:
    is_same = readings_of(text, it="a cleaning", subject="your treatment") == readings_of(text)
    assert is_same == (not leans_back(text))


def test_a_fit_that_fails_leaves_it_to_the_training(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with fitting(tmp_path):  # nothing is taught here
        pass
    assert "Traceback" in capfd.readouterr().err
