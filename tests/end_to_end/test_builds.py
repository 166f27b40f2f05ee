"""Builds for real, on the dentist's ten answers: changed words train nothing; stock Rasa trains it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from deploy.settings import BOT_PYTHON, ROOT
from tests.end_to_end.test_another_clinic import DENTAL, SKILLS


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dental")
    shutil.copytree(DENTAL, folder, dirs_exist_ok=True)
    for name in ("config.yml", "domain.yml", *(f"data/{skill}.yml" for skill in SKILLS)):
        shutil.copy(ROOT / name, folder / name)
    run(folder, "train")
    return folder


def run(project: Path, *arguments: str, stdin: str = "") -> list[str]:
    environ = os.environ | {"FRONT_DESK_VAR": str(ROOT / "var")}  # where the encoder is
    folders = ["--project", str(project), "--var", str(project / "var")]
    command = [str(BOT_PYTHON), "-W", "ignore", "-m", "training", *folders, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    return done.stdout.splitlines()


def built(project: Path, visitors: Iterable[str] = ()) -> Path:
    """Build with messages of visitors; the release's folder."""
    asks = "".join(json.dumps({"id": str(at), "text": text}) + "\n" for at, text in enumerate(visitors))
    told = [json.loads(line) for line in run(project, "build", "--progress", "--visitors", stdin=asks)]
    assert [line["step"] for line in told if line.get("share") == 1.0] == [
        "check",
        "train",
        "evaluate",
        "converse",
        "report",
    ]
    return project / "var" / "releases" / told[-1]["release"]


def report_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "report.json").read_text(encoding="utf-8")))


def messages() -> list[str]:
    with (DENTAL / "messages.tsv").open(encoding="utf-8") as file:
        asked = [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return [*asked, "does a cleaning hurt", "how long does a cleaning take", "do you fix bicycles", "hi"]


def test_changed_words_need_no_training_and_change_nobodys_answer(project: Path) -> None:
    path = project / "data" / "answers" / "hours.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('- text: "', '- text: "Well. ', 1), encoding="utf-8"
    )
    folder = built(project, messages())
    assert (folder / "model.tar.gz").samefile(project / "var" / "releases" / "1" / "model.tar.gz")
    report = report_of(folder)
    # The same answers as before, whose words read differently: that is all that is told.
    assert (report["model"], set(report["replay"]["kinds"])) == ("kept", {"other_words"})
    assert report["changes"]["changed"] == {"hours": {"reply": True}}


def test_stock_rasa_trains_what_a_release_holds(project: Path, tmp_path: Path) -> None:
    folder = project / "var" / "releases" / "1"
    files = ["--domain", "domain.yml", "--config", "config.yml", "--data", "data"]
    paths = [str(folder / part) if not part.startswith("--") else part for part in files]
    command = [str(BOT_PYTHON), "-W", "ignore", "-m", "rasa", "train", *paths, "--out", str(tmp_path)]
    environ = os.environ | {"FRONT_DESK_VAR": str(ROOT / "var"), "RASA_TELEMETRY_ENABLED": "false"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert list(tmp_path.glob("*.tar.gz"))
