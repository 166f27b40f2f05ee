"""A release is a whole Rasa project; what is published comes back to the files as it was."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from content import packs
from training import build as building
from training import releases
from training.build import build, build_and_publish
from training.errors import NoRelease
from training.export import export
from training.models import model_fingerprint

PROJECT = Path(__file__).parents[2]
NAMES = ("config.yml", "domain.yml", "clinic.yml", "data/policy.yml", "data/small_talk.yml",
         "data/answers/k_hole_duration.yml", "data/answers/bladder.yml")  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two of the shipped answers."""
    folder = tmp_path / "project"
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
    for path in (folder / "data" / "answers").iterdir():
        alone = re.sub(r"next: \[.*\]", "next: []", path.read_text())
        path.write_text(re.sub(r" +follow_ups: {.*}\n", "", alone), encoding="utf-8")
    return folder


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A var folder; training is left out (the end-to-end tests do it), all around it is real."""
    monkeypatch.setattr(building, "train_model", lambda _project, folder, _meanwhile: model_in(folder))
    monkeypatch.setattr(building, "_report", lambda *_: {"gates": []})
    return tmp_path / "var"


def model_in(folder: Path) -> None:
    (folder / "model.tar.gz").write_bytes(b"a model")


def reword(project: Path) -> None:
    path = project / "data" / "answers" / "bladder.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'- text: "\w+', '- text: "Reworded', text, count=1), encoding="utf-8")


def test_a_release_holds_the_project_and_the_hash_of_every_file(project: Path, var: Path) -> None:
    folder = var / "releases" / build(project, var)
    manifest = releases.read_manifest(folder)
    assert manifest["files"] == releases.hashes_of(folder)
    assert {*NAMES, "model.tar.gz"} <= manifest["files"].keys()
    assert (folder / "report.json").exists()
    assert not (var / "releases" / "published").exists()


def test_a_change_of_words_keeps_the_model_byte_by_byte(project: Path, var: Path) -> None:
    first = var / "releases" / build(project, var)
    reword(project)
    second = var / "releases" / build(project, var)
    assert (second / "model.tar.gz").samefile(first / "model.tar.gz")
    assert json.loads((second / "report.json").read_text())["model"] == "kept"
    manifests = [releases.read_manifest(folder) for folder in (first, second)]
    assert manifests[0]["learnt"] == manifests[1]["learnt"]
    assert manifests[0]["utterances"] != manifests[1]["utterances"]


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("- text: \"", "- text: \"Well. ", True),
        ("review_by: \"", "review_by: \"1", True),
        ("cite: \"", "cite: \"See ", True),
        ("  examples: |\n", "  examples: |\n    - a question nobody asked before\n", False),
        ("title: ", "title: About ", False),
        ("topics: [", "topics: [another, ", False),
    ],
)  # fmt: skip
def test_only_what_is_learnt_asks_for_a_new_model(project: Path, old: str, new: str, is_same: bool) -> None:
    before, path = model_fingerprint(project), project / "data" / "answers" / "bladder.yml"
    text = path.read_text(encoding="utf-8").replace('title: "', "title: ").replace('?"\n    it', "?\n    it")
    path.write_text(text, encoding="utf-8")
    before = model_fingerprint(project)
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert (model_fingerprint(project) == before) is is_same


def test_a_damaged_model_is_never_kept(project: Path, var: Path) -> None:
    first = var / "releases" / build(project, var)
    (first / "model.tar.gz").write_bytes(b"another")
    reword(project)
    second = var / "releases" / build(project, var)
    assert (second / "model.tar.gz").read_bytes() == b"a model"


def test_a_failing_training_leaves_nothing_behind(
    project: Path, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "train_model", full)
    with pytest.raises(OSError, match="No space"):
        build(project, var)
    assert list((var / "releases").iterdir()) == []


def test_a_killed_build_is_cleared_away_by_the_next(project: Path, var: Path) -> None:
    (var / "releases" / "building-7").mkdir(parents=True)
    assert build(project, var) == "1"
    assert sorted(path.name for path in (var / "releases").iterdir()) == ["1"]


def test_the_same_content_is_not_trained_twice(project: Path, var: Path) -> None:
    assert build_and_publish(project, var) == build_and_publish(project, var) == "1"
    reword(project)
    assert build_and_publish(project, var) == "2"


def test_an_update_keeps_what_owners_published_and_takes_the_new_skills(project: Path, var: Path) -> None:
    build_and_publish(project, var)
    files = project.with_name("drafts")
    shutil.copytree(project, files)
    reword(files)
    releases.publish(var, build(files, var))
    (project / "data" / "a_new_skill.yml").write_text('version: "3.1"\n', encoding="utf-8")
    folder = var / "releases" / build_and_publish(project, var)
    assert "Reworded" in (folder / "data" / "answers" / "bladder.yml").read_text(encoding="utf-8")
    assert (folder / "data" / "a_new_skill.yml").exists()
    folder = var / "releases" / build_and_publish(project, var, from_files=True)
    assert "Reworded" not in (folder / "data" / "answers" / "bladder.yml").read_text(encoding="utf-8")


def test_the_old_ones_go_but_not_the_published_and_the_tried(project: Path, var: Path) -> None:
    releases.publish(var, build(project, var))
    (var / "releases" / "candidate").write_text(f"{build(project, var)}\n", encoding="utf-8")
    for _ in range(releases.KEPT_RELEASES + 1):
        build(project, var)
    kept = {path.name for path in releases.all_folders(var)}
    assert {"1", "2"} <= kept
    assert "3" not in kept


def test_an_export_of_what_is_published_changes_nothing(project: Path, var: Path) -> None:
    build_and_publish(project, var)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert list(export(project, var)) == []
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_an_export_brings_new_changed_and_removed_answers_to_the_files(project: Path, var: Path) -> None:
    build_and_publish(project, var)
    reword(project)
    added = project / "data" / "answers" / "another.yml"
    added.write_text("version: '3.1'\n", encoding="utf-8")
    (project / "data" / "answers" / "k_hole_duration.yml").unlink()
    lines = sorted(export(project, var))
    assert lines == [
        "changed: data/answers/bladder.yml",
        "new: data/answers/k_hole_duration.yml",
        "removed: data/answers/another.yml",
    ]
    assert list(export(project, var)) == []


def test_without_a_release_there_is_nothing_to_export(project: Path, tmp_path: Path, var: Path) -> None:
    with pytest.raises(NoRelease, match="`make train` makes one"):
        list(export(project, tmp_path))
    build(project, var)
    with pytest.raises(NoRelease, match=r"no release '7' in .*; there is 1"):
        list(export(project, var, release="7"))


def test_a_release_is_compared_only_with_one_of_the_same_pack(project: Path, var: Path) -> None:
    releases.publish(var, build(project, var))
    published = releases.published_folder(var)
    assert releases.comparable(var, packs.SHIPPED) == published
    assert releases.comparable(var, packs.GENERAL) is None


def test_a_clinics_own_words_for_small_talk_stand_in_the_manifest(project: Path, var: Path) -> None:
    said = {"utter_greet": {"en": "Welcome!", "es": ""}}
    packs.write_mark(project, packs.GENERAL, {packs.WORDINGS: said})
    manifest = releases.read_manifest(var / "releases" / build(project, var))
    assert manifest["utterances"]["utter_greet"] == [{"text": "Welcome!", "language": "en"}]
    assert manifest["pack"] == packs.GENERAL
    assert len(manifest["utterances"]["utter_goodbye"]) == 2


def test_an_update_keeps_the_own_rules_of_what_a_clinic_published(project: Path, var: Path) -> None:
    own = project.parent / "own"
    shutil.copytree(project, own)
    packs.write_mark(own, packs.GENERAL, {packs.CAREFUL: ["tooth_pain"]})
    policy = own / "data" / "policy.yml"
    policy.write_text(policy.read_text().replace("min_questions: 5", "min_questions: 3"))
    releases.publish(var, build(own, var))
    reword(project)  # what the new version ships is no matter of theirs
    release = build_and_publish(project, var, force=True)
    folder = var / "releases" / release
    assert "min_questions: 3" in (folder / "data" / "policy.yml").read_text()
    assert "careful_topics: [tooth_pain]" in (folder / "config.yml").read_text()
    assert packs.pack_of(folder) == packs.GENERAL
