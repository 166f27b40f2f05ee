"""Reads a project for Rasa's trainer, each file once.

Rasa's own importer reads every file several times, validates it against a schema of its own and
hashes all examples at each step: most of the time of a training. What a project may hold was
checked before (`training.checks`), and a test compares both importers' results.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph, StoryStep
from rasa.shared.importers.importer import ResponsesSyncImporter, TrainingDataImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.formats import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_model_configuration

from training.models import documents
from training.questions import once


class ReadOnce(TrainingDataImporter):
    """One project's domain, questions and stories, as Rasa would merge them."""

    def __init__(self, project: Path) -> None:
        self._project = project

    def get_config(self) -> dict[str, Any]:
        return read_model_configuration(str(self._project / "config.yml"))

    def get_config_file_for_auto_config(self) -> str:
        return str(self._project / "config.yml")

    def get_domain(self) -> Domain:
        return self._domain

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        return self._nlu_data

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        return self._stories

    def get_conversation_tests(self) -> StoryGraph:
        return StoryGraph([])

    @cached_property
    def _documents(self) -> list[tuple[Path, dict[str, Any]]]:
        return documents(self._project)

    @cached_property
    def _reader(self) -> RasaYAMLReader:
        reader = RasaYAMLReader()
        for _, document in self._documents:
            reader._parse_nlu(document.get("nlu"))
        return reader

    @property
    def _examples(self) -> list[Message]:
        return list(self._reader.training_examples)

    @cached_property
    def _responses(self) -> dict[str, list[dict[str, Any]]]:
        responses: dict[str, list[dict[str, Any]]] = {}
        for _, document in self._documents:
            responses.update(document.get("responses") or {})
        return responses

    @cached_property
    def _domain(self) -> Domain:
        of_file = Domain.load(str(self._project / "domain.yml"))
        retrieval = {
            intent
            for intent, _, key in (example.get_full_intent().partition("/") for example in self._examples)
            if key
        }
        added = ResponsesSyncImporter._get_domain_with_retrieval_intents(retrieval, self._responses, of_file)
        return of_file.merge(added, override=True)

    @cached_property
    def _stories(self) -> StoryGraph:
        steps: list[StoryStep] = []
        for path, document in self._documents:
            if "stories" in document or "rules" in document:
                steps += YAMLStoryReader(self._domain, str(path)).read_from_parsed_yaml(document)
        return StoryGraph(steps)

    @cached_property
    def _nlu_data(self) -> TrainingData:
        data = TrainingData(responses=self._responses, entity_synonyms=self._reader.entity_synonyms)
        # Rasa finds what is taught twice by hashing every example whole: seconds.
        told = [(each.get(TEXT), each.get_full_intent()) for each in self._examples]
        data.training_examples = once(self._examples, told)
        return data
