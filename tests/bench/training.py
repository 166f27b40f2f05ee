"""Train both on the same questions, and ours on all of them; measure what that takes.

Stock Rasa's training grows with questions times labels: on all of `data/` an epoch of its classifier
alone takes most of a minute here, and it makes a hundred of them twice. So the comparison is made on a
sample of the questions of each intent, the same for both; ours is trained on all of them as well.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from deploy.settings import BOT_PYTHON, ROOT
from tests.bench.parties import copy_of_var, environ
from tests.bench.processes import MB, run
from tests.bench.sample import sample

EVALUATION = ROOT / "tests" / "evaluation"
MESSAGES, OUTSIDE = EVALUATION / "messages.tsv", EVALUATION / "out_of_scope.tsv"
OURS = ("actions", "content", "components", "safety", "config.yml", "domain.yml", "clinic.yml")
STOCK_MODEL = "stock.tar.gz"
_BOTH = (ROOT / "data", MESSAGES, OUTSIDE)
LEARNT_FROM = {
    "stock": (
        *_BOTH,
        *(Path(__file__).with_name(name) for name in ("stock", "stock_project.py", "sample.py")),
    ),
    "ours": (*_BOTH, *(ROOT / name for name in (*OURS, "training"))),
}
RESULT = "result.json"


@dataclass(frozen=True)
class Trained:
    """A trained model, what training it took, and how well it understands."""

    folder: Path
    questions: int
    seconds: float
    peak_mb: float
    model_mb: float
    accuracy: Mapping[str, Any]
    at: str
    is_older: bool = False  # from an earlier state of the content


class Trainer:
    """Trains into one folder and keeps what was trained from the same content."""

    def __init__(self, work: Path, *, questions: int, afresh: bool) -> None:
        self._work = work.resolve()  # commands run in folders of their own
        self._most = questions
        self._afresh = afresh

    def stock(self) -> Trained:
        """Stock Rasa, on the sample; kept as long as there is one, for training it takes so long."""
        name = f"stock-{self._most}"
        present = self._work / f"{name}-{_fingerprint(LEARNT_FROM['stock'])}" / RESULT
        older = sorted(self._work.glob(f"{name}-*/{RESULT}"), key=lambda path: path.stat().st_mtime)
        if older and not self._afresh and not present.exists():
            found = json.loads(older[-1].read_text(encoding="utf-8"))
            return Trained(folder=older[-1].parent, is_older=True, **found)
        return self._kept("stock", self._most, self._train_stock)

    def ours(self, *, is_sample: bool) -> Trained:
        """Front Desk, on the sample or on everything."""
        most = self._most if is_sample else 0
        return self._kept("ours", most, lambda folder: self._train_ours(folder, most))

    def _kept(self, name: str, most: int, train: Callable[[Path], dict[str, Any]]) -> Trained:
        folder = self._work / f"{name}-{most or 'all'}-{_fingerprint(LEARNT_FROM[name])}"
        result = folder / RESULT
        if self._afresh or not result.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            found = train(folder)
            at = datetime.now(UTC).isoformat(timespec="minutes")
            result.write_text(json.dumps({**found, "at": at}), encoding="utf-8")
        return Trained(folder=folder, **json.loads(result.read_text(encoding="utf-8")))

    def _train_stock(self, folder: Path) -> dict[str, Any]:
        python = str(BOT_PYTHON)
        write = [python, "-m", "tests.bench.stock_project", str(folder), str(self._most)]
        run(write, folder=ROOT, environ=environ(), log=folder / "write.log")
        command = [python, "-m", "rasa", "train", "--fixed-model-name", STOCK_MODEL.removesuffix(".tar.gz")]
        ran = run(
            [*command, "--out", str(folder)], folder=folder, environ=environ(), log=folder / "train.log"
        )
        model = folder / STOCK_MODEL
        scored = ["tests.bench.stock_accuracy", str(model), str(MESSAGES), str(OUTSIDE)]
        return {
            "questions": _lines(folder / "data"),
            "seconds": ran.seconds,
            "peak_mb": ran.peak_mb,
            "model_mb": model.stat().st_size / MB,
            "accuracy": _scored(scored, folder),
        }

    def _train_ours(self, folder: Path, most: int) -> dict[str, Any]:
        project = folder / "project"
        write_ours(project, questions=most)
        copy_of_var(folder / "var", with_releases=False)
        command = [str(BOT_PYTHON), "-m", "training", "--var", str(folder / "var"), "train"]
        surroundings = environ() | {"FRONT_DESK_VAR": str(folder / "var")}
        # Its own rooms are imported from the project's copy, as an installation would.
        shutil.copytree(ROOT / "training", project / "training", ignore=shutil.ignore_patterns("__pycache__"))
        ran = run(command, folder=project, environ=surroundings, log=folder / "train.log")
        (model,) = (folder / "var" / "releases").rglob("model.tar.gz")
        files = ["--messages", str(MESSAGES), "--out-of-scope", str(OUTSIDE)]
        scored = ["training", "--var", str(folder / "var"), "evaluate", *files, "--json"]
        return {
            "questions": _lines(project / "data"),
            "seconds": ran.seconds,
            "peak_mb": ran.peak_mb,
            "model_mb": model.stat().st_size / MB,
            "accuracy": _scored(scored, folder),
        }


def write_ours(project: Path, *, questions: int) -> None:
    """Copy our project, with at most so many questions of each intent (0: all)."""
    project.mkdir(parents=True)
    for name in OURS:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, project / name)
    shutil.copytree(ROOT / "data", project / "data")
    # A build scores itself on these, and refuses to teach any of them.
    shutil.copytree(EVALUATION, project / EVALUATION.relative_to(ROOT))
    if questions:
        for path in (project / "data").rglob("*.yml"):
            _cut(path, questions)


def _cut(path: Path, most: int) -> None:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    document = yaml.load(path.read_text(encoding="utf-8"))
    for entry in (each for each in document.get("nlu") or () if "intent" in each):
        examples = sample(str(entry["examples"]), most, seed=str(entry["intent"]))
        entry["examples"] = LiteralScalarString(examples)
    if "policy" in document:  # ours asks owners for more
        document["policy"]["min_questions"] = most
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


def _scored(command: list[str], folder: Path) -> dict[str, Any]:
    log = folder / "accuracy.log"
    var = folder / "var" if (folder / "var").exists() else ROOT / "var"
    surroundings = environ() | {"FRONT_DESK_VAR": str(var)}
    run([str(BOT_PYTHON), "-m", *command], folder=ROOT, environ=surroundings, log=log)
    text = log.read_text(encoding="utf-8")
    begin = text.index("\n{") if "\n{" in text else 0  # libraries may have talked before
    figures: dict[str, Any] = json.loads(text[begin : text.rindex("}") + 1])
    figures.pop("misses")
    return figures


def _lines(data: Path) -> int:
    """How many questions a project teaches."""
    yaml = YAML(typ="safe")
    documents = [yaml.load(path.read_text(encoding="utf-8")) for path in data.rglob("*.yml")]
    entries = [entry for document in documents for entry in document.get("nlu") or ()]
    return sum(len(str(entry["examples"]).splitlines()) for entry in entries)


def _fingerprint(sources: Iterable[Path]) -> str:
    """Hash what a model is trained from and scored on: change any of it, and it is trained anew."""
    digest = hashlib.sha256()
    for source in sources:
        for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
