"""Another clinic, a dentist or one with the general pack, trains and answers without a change of code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from content import packs
from deploy.settings import BOT_PYTHON, ROOT

DENTAL = ROOT / "tests" / "dental"
# What every clinic's bot does; the dentist brings answers, facts, policy and what is not theirs.
SKILLS = ("a_person", "answering", "callback", "clarifying", "languages", "safety", "small_talk")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The dentist's content beside the skills and the recipe as they are shipped."""
    shutil.copytree(DENTAL, tmp_path, dirs_exist_ok=True)
    for name in ("config.yml", "domain.yml", *(f"data/{skill}.yml" for skill in SKILLS)):
        shutil.copy(ROOT / name, tmp_path / name)
    for room in ("components", "safety", "clinic"):
        (tmp_path / room).symlink_to(ROOT / room)
    return tmp_path


def training(project: Path, *arguments: str) -> str:
    environ = os.environ | {"FRONT_DESK_VAR": str(ROOT / "var")}  # where the encoder is
    start = [str(BOT_PYTHON), "-W", "ignore", "-m", "training"]
    folders = ["--project", str(project), "--var", str(project / "var")]
    run = subprocess.run(
        [*start, *folders, *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def test_a_dentist_gets_the_dentists_answers(project: Path) -> None:
    assert "published" in training(project, "train")
    told = training(project, "evaluate", "--messages", str(project / "messages.tsv"), "--json")
    report = json.loads(told[told.index("{") :])
    assert report["n"] == 20
    assert report["top1"] >= 0.85, report["misses"]
    manifest = json.loads((project / "var" / "releases" / "1" / "manifest.json").read_text())
    assert len(manifest["answers"]) == 10
    assert "etamine" not in json.dumps(manifest)


def test_a_clinic_with_the_general_pack_answers_ordinary_rewordings(tmp_path: Path) -> None:
    folder = tmp_path / "general"
    packs.new_project(folder, packs.GENERAL)
    assert "published" in training(folder, "train")
    told = training(folder, "evaluate", "--messages", str(folder / "tests/evaluation/messages.tsv"), "--json")
    report = json.loads(told[told.index("{") :])
    assert report["n"] > 130
    assert report["answered_right"] >= 0.85, report["misses"]
    assert report["wrong_clinical"] == 0
