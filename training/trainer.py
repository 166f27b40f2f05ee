"""Runs Rasa's own training graph, without its cache and the fingerprints for it."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from rasa.engine.constants import PLACEHOLDER_IMPORTER
from rasa.engine.graph import ExecutionContext, GraphModelConfiguration
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import (
    MODEL_ARCHIVE_COMPONENTS_DIR,
    MODEL_ARCHIVE_METADATA_FILE,
    LocalModelStorage,
)
from rasa.engine.validation import validate
from rasa.shared.data import TrainingType

from training.importer import ReadOnce


def train(project: Path, model: Path) -> None:
    """Train what stands in `project` into the file `model`."""
    importer = ReadOnce(project)
    configuration = configured(project)
    with TemporaryDirectory() as folder:
        parts = Path(folder) / MODEL_ARCHIVE_COMPONENTS_DIR
        parts.mkdir()
        storage = LocalModelStorage(parts)
        runner = DaskGraphRunner.create(
            graph_schema=configuration.train_schema,
            model_storage=storage,
            execution_context=ExecutionContext(graph_schema=configuration.train_schema),
        )
        runner.run(inputs={PLACEHOLDER_IMPORTER: importer})
        metadata = storage._create_model_metadata(importer.get_domain(), configuration)
        described = json.dumps(metadata.as_dict(), ensure_ascii=False, indent=2)
        (Path(folder) / MODEL_ARCHIVE_METADATA_FILE).write_text(described, encoding="utf-8")
        # As Rasa packs, only without compressing: that saves a fifth of the space and takes seconds.
        with tarfile.open(model, "w:gz", compresslevel=0) as archive:
            archive.add(folder, arcname="")


def configured(project: Path) -> GraphModelConfiguration:
    """Read the recipe; that imports everything a training needs."""
    config = ReadOnce(project).get_config()
    recipe = Recipe.recipe_for_name(config.get("recipe"))
    configuration = recipe.graph_config_for_recipe(config, {}, training_type=TrainingType.BOTH)
    validate(configuration)
    return configuration
