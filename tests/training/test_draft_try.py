"""Drafts are tried without a build: what is told then is what the build does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from components.onnx_encoder import encoder_folder
from tests.training.dental_project import ROOT, copy_project
from training import trainer
from training.draft_try import DraftTry, serve
from training.models import MODEL
from training.replay import Ask, Understander

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Rasa's libraries
]

QUESTIONS = [
    "can i bring my dog", "are dogs allowed in your office", "is my puppy welcome",
    "dog in the waiting room ok?", "may my dog come along", "do you allow pets",
    "can my cat sit with me", "pets allowed?",
]  # fmt: skip
ABOUT = {"title": "May I bring my dog?", "topics": ["pets"]}
DRAFT = {"dogs": {"questions": QUESTIONS, "metadata": ABOUT}}
ASKED = ["is it ok if i take my dog with me", "what does a cleaning cost", "may pets come in", "do they hurt"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dentist's answers and the skills that come with every clinic."""
    skills = [path.name for path in (ROOT / "data").glob("*.yml")]
    return copy_project(tmp_path_factory.mktemp("dental"), skills)


@pytest.fixture(scope="module")
def release(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A release of the dentist's, and the cache that its training left."""
    folder = tmp_path_factory.mktemp("release")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRONT_DESK_ENCODER", str(encoder_folder().resolve()))
        patch.setenv("FRONT_DESK_VAR", str(folder))
        trainer.train(project, folder / MODEL)
        yield folder


@pytest.fixture(scope="module")
def tried(release: Path) -> DraftTry:
    return DraftTry(release)


def got(decided: dict[str, Any]) -> tuple[str, list[str]]:
    return decided["outcome"], [part["intent"] for part in decided["parts"]]


def write_draft(answers: Path) -> Path:
    """The draft as an answer of its own, in the form of another one."""
    like = answers / "hours.yml"
    examples = "".join(f"    - {text}\n" for text in QUESTIONS)
    text = like.read_text(encoding="utf-8").replace("faq/hours", "faq/dogs")
    text = re.sub(r"(?s)examples: \|\n.*?(?=responses:)", f"examples: |\n{examples}", text)
    text = re.sub(r"title: .*", f'title: "{ABOUT["title"]}"', text, count=1)
    text = re.sub(r"topics: \[.*\]", "topics: [pets]", text, count=1)
    new = answers / "dogs.yml"
    new.write_text(text, encoding="utf-8")
    return new


def test_what_is_told_is_what_the_build_does(project: Path, release: Path, tried: DraftTry) -> None:
    told = tried.answer({"answers": DRAFT, "texts": ASKED, "written": "dogs"})
    new = write_draft(project / "data" / "answers")
    try:
        trainer.train(project, release / "built.tar.gz")
    finally:
        new.unlink()
    (release / "built").mkdir()
    (release / "built.tar.gz").rename(release / "built" / MODEL)
    built = Understander(release / "built").decisions([Ask("", text) for text in ASKED])
    assert [(each["decision"]["outcome"], each["decision"]["gets"]) for each in told["texts"]] == [
        got(decided) for decided in built
    ]
    for each, decided in zip(told["texts"], built, strict=True):
        assert each["decision"]["confidence"] == pytest.approx(decided["confidence"], abs=0.005)


def test_it_says_how_the_questions_stand_among_their_neighbours(tried: DraftTry) -> None:
    again = {"dogs": {"questions": [*QUESTIONS, "can I bring my dog??"], "metadata": ABOUT}}
    standing = tried.answer({"answers": again, "texts": [], "written": "dogs"})["standing"]
    assert standing["count"] == len(QUESTIONS) + 1
    assert 0 < standing["found"] == standing["count"] - len(standing["lost"])
    assert "out_of_scope" in {each["to"] for each in standing["lost"]}  # which knows dogs as none of ours
    assert {"can i bring my dog", "can I bring my dog??"} in [
        {each["question"], each["same"]} for each in standing["same"]
    ]


def test_an_answer_that_goes_is_given_no_more_and_comes_back(tried: DraftTry) -> None:
    whole = tried.answer({"answers": {}, "texts": ["what does a cleaning cost"], "written": ""})
    name = whole["texts"][0]["decision"]["gets"][0].removeprefix("faq/")
    gone = tried.answer({"answers": {name: None}, "texts": ["what does a cleaning cost"], "written": ""})
    assert f"faq/{name}" not in gone["texts"][0]["decision"]["gets"]
    assert tried.answer({"answers": {}, "texts": ["what does a cleaning cost"], "written": ""}) == whole


def test_a_request_that_fails_ends_nothing(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    serve(release, ["{", json.dumps({"answers": {}, "texts": ["do they hurt"]})])
    ready, failed, told = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (ready, failed) == ({"ready": True}, {"error": "JSONDecodeError"})
    assert told["texts"][0]["decision"]["outcome"]
