"""What a training is given is what Rasa's own importer would give it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from tests.training.dental_project import copy_project
from training.importer import ReadOnce

SKILLS = ("small_talk.yml", "clarifying.yml", "callback.yml")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dentist's answers and three skills, with one question taught twice to one answer."""
    folder = copy_project(tmp_path_factory.mktemp("dental"), SKILLS)
    hours = folder / "data" / "answers" / "hours.yml"
    twice = "  examples: |\n    - are you open twice\n    - are you open twice\n"
    hours.write_text(hours.read_text(encoding="utf-8").replace("  examples: |\n", twice), encoding="utf-8")
    return folder


@pytest.mark.thorough  # Rasa's reader takes its time
# Rasa's own reader uses what Python 3.12 will not have.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_questions_responses_and_domain_are_those_of_rasas_importer(project: Path) -> None:
    ours = ReadOnce(project)
    theirs = TrainingDataImporter.load_from_config(
        str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")]
    )
    data, wanted = ours.get_nlu_data(), theirs.get_nlu_data()
    assert sorted(map(told, data.intent_examples)) == sorted(map(told, wanted.intent_examples))
    assert [told(each)[0] for each in data.intent_examples].count("are you open twice") == 1
    assert data.responses == wanted.responses
    assert set(ours.get_domain().action_names_or_texts) == set(theirs.get_domain().action_names_or_texts)
    assert set(ours.get_domain().intents) == set(theirs.get_domain().intents)
    assert names(ours.get_stories()) == names(theirs.get_stories())


def told(example: Message) -> tuple[str, str]:
    return example.get(TEXT), example.get_full_intent()


def names(stories: Any) -> list[str]:
    return sorted(step.block_name for step in stories.story_steps)
