"""Trains a release's model, or keeps the one that was trained from the very same things."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from clinic.yaml_files import read_yaml
from components.encoder import Encoder, encoder_folder
from training.quiet import be_quiet, output_to

MODEL, TRAINING_LOG = "model.tar.gz", "training.log"
CODE = Path(__file__).resolve().parent.parent
# Rooms whose code a model depends on.
CODE_ROOMS = ("components", "safety", "clinic")
# What the bot does with an answer; everything else about it is words, sources and dates.
LEARNT_METADATA = ("title", "it", "next", "offer_call", "topics", "starter")
_SKIPPED = ("__pycache__", ".pyc")


class TrainingFailed(Exception):
    """Rasa trained no model; the text is the end of what it printed."""


def train_model(project: Path, folder: Path) -> None:
    """Train into `folder/model.tar.gz`. Raises TrainingFailed."""
    log = folder / TRAINING_LOG
    with output_to(log):
        be_quiet()
        sys.path.insert(0, str(CODE))  # the pipeline's components, wherever we were started
        try:
            _train(project, folder / MODEL)
        except MemoryError:
            raise
        except OSError:
            raise
        except Exception as error:
            end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise TrainingFailed(f"{type(error).__name__}: {error}\n{end}") from error


def _train(project: Path, model: Path) -> None:
    """Run Rasa's own graph without its cache and the fingerprints for it."""
    from rasa.engine.recipes.recipe import Recipe
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.constants import PLACEHOLDER_IMPORTER
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.validation import validate
    from rasa.shared.data import TrainingType

    from training.importer import ReadOnce

    importer = ReadOnce(project)
    config = importer.get_config()
    recipe = Recipe.recipe_for_name(config.get("recipe"))
    configuration = recipe.graph_config_for_recipe(config, {}, training_type=TrainingType.BOTH)
    validate(configuration)
    with tempfile.TemporaryDirectory() as storage_folder:
        storage = LocalModelStorage.create(Path(storage_folder))
        context = ExecutionContext(graph_schema=configuration.train_schema)
        runner = DaskGraphRunner.create(
            graph_schema=configuration.train_schema, model_storage=storage, execution_context=context
        )
        runner.run(inputs={PLACEHOLDER_IMPORTER: importer})
        storage.create_model_package(model, configuration, importer.get_domain())
