"""Release folders: a plain Rasa project with its model, manifest and report, and which is published.

A finished release is never changed, but for its report, which is written anew once the practice
conversations have ended. The pointer `published` is one small file, replaced at once.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from content.answer_yaml import parse
from content.answers import fingerprint, taught_mark
from content.packs import MARK, pack_of, words_of
from content.wording import Wording
from content.yaml_files import ProblemsError
from training.errors import NoRelease
from training.models import MODEL, TRAINING_LOG, code_hash, documents, file_hash

MANIFEST, REPORT, POINTER, CANDIDATE = "manifest.json", "report.json", "published", "candidate"
# A release holds a project that stock `rasa train` and `rasa test` accept.
PROJECT_FILES = ("config.yml", "domain.yml", "clinic.yml", "endpoints.yml", "credentials.yml",
                 "test_messages.json", "safety_examples.tsv", MARK)  # fmt: skip
TEST_FILES = ("test_*.yml", "must_answer.tsv", "evaluation/*.tsv")
KEPT_RELEASES = 10
_UNFINISHED = "building-"
_locks: dict[
    Path, int
] = {}  # of the folders being built here, as `deploy.release_pointers.is_building` asks for


def new_folder(var: Path) -> Path:
    """Make the folder in which the next release is built; it is no release before `finish`."""
    releases = var / "releases"
    releases.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in releases.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)  # a build that was killed
    number = max((int(path.name) for path in all_folders(var)), default=0) + 1
    folder = releases / f"{_UNFINISHED}{number}"
    folder.mkdir()
    # Not closed before the build has ended: a lock goes with its process, even by SIGKILL.
    _locks[folder] = os.open(folder, os.O_RDONLY)
    fcntl.flock(_locks[folder], fcntl.LOCK_EX | fcntl.LOCK_NB)
    return folder


def give_up(folder: Path) -> None:
    """Remove what was not finished: a half-made release must not look like one."""
    shutil.rmtree(folder, ignore_errors=True)
    _unlock(folder)


def _unlock(folder: Path) -> None:
    if (opened := _locks.pop(folder, None)) is not None:
        os.close(opened)


def release_id(folder: Path) -> str:
    """Id of a release, finished or being built."""
    return folder.name.removeprefix(_UNFINISHED)


def copy_project(project: Path, folder: Path) -> None:
    """Copy the project into the release, so that it can be trained and tested from there."""
    for name in PROJECT_FILES:
        source = project / name
        if source.exists():
            shutil.copyfile(source, folder / name)
    shutil.copytree(project / "data", folder / "data")
    for pattern in TEST_FILES:
        for source in sorted((project / "tests").glob(pattern)):
            target = folder / source.relative_to(project)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def write_manifest(folder: Path, *, learnt: str, origin: str) -> dict[str, Any]:
    """Write what the web half needs to word what the bot names, and the hash of every file."""
    read = documents(folder)
    answers = {item["intent"].removeprefix("faq/"): item.get("metadata") or {} for item in _answers(read)}
    marks = _marks(folder)
    manifest = {
        "release": release_id(folder),
        "built_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "learnt": learnt,
        "origin": origin,
        "pack": pack_of(folder),
        "utterances": {**_utterances(document for _, document in read), **_own_words(folder)},
        "answers": {
            name: {**_answer(metadata), "fingerprint": None, **marks.get(name, {})}
            for name, metadata in answers.items()
        },
        "starters": [f"faq/{name}" for name, metadata in answers.items() if metadata.get("starter")],
        "code": code_hash(),
        "files": hashes_of(folder),
    }
    _write(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def hashes_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a release but its log, manifest and report."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    outside = {TRAINING_LOG, MANIFEST, REPORT}
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: file_hash(path) for name, path in named.items() if name not in outside}


def write_report(folder: Path, report: dict[str, Any]) -> None:
    """Write what an owner reads of a release; who reads meanwhile gets the one before, or this one."""
    draft = folder / f"{REPORT}.next"
    _write(draft, json.dumps(report, ensure_ascii=False, indent=1))
    draft.replace(folder / REPORT)


def finish(folder: Path) -> Path:
    """Turn what was built into a release, in one step."""
    finished = folder.with_name(release_id(folder))
    _sync(folder)
    folder.rename(finished)
    _unlock(folder)
    _sync(finished.parent)
    return finished


def publish(var: Path, release: str) -> None:
    """Point at a release; readers see the old one or the new one, never nothing."""
    pointer = var / "releases" / POINTER
    _write(pointer.with_suffix(".next"), f"{release}\n")
    pointer.with_suffix(".next").replace(pointer)
    _sync(pointer.parent)


def published_folder(var: Path) -> Path | None:
    """Folder of the published release, when there is one with a manifest."""
    pointer = var / "releases" / POINTER
    if not pointer.exists():
        return None
    folder = var / "releases" / pointer.read_text(encoding="utf-8").strip()
    return folder if (folder / MANIFEST).exists() else None


def comparable(var: Path, pack: str) -> Path | None:
    """Folder of the published release, when it speaks for the same clinic: made of the same pack."""
    folder = published_folder(var)
    return folder if folder and pack_of(folder) == pack else None


def needed_release(var: Path, release: str | None = None) -> Path:
    """Folder of a release with its content, the published one when none is named. Raises NoRelease."""
    if release is None:
        if folder := published_folder(var):
            return folder
        raise NoRelease(f"No release is published in {var}/releases yet: `make train` makes one.")
    folder = var / "releases" / release
    if release.isdigit() and (folder / MANIFEST).exists():
        return folder
    there = ", ".join(path.name for path in all_folders(var)) if (var / "releases").is_dir() else ""
    raise NoRelease(f"There is no release '{release}' in {var}/releases; there is {there or 'none'}.")


def read_published(var: Path) -> dict[str, Any] | None:
    """Manifest of the published release."""
    folder = published_folder(var)
    return read_manifest(folder) if folder else None


def read_manifest(folder: Path) -> dict[str, Any]:
    """Manifest of one release."""
    return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))


def all_folders(var: Path) -> list[Path]:
    """Every finished release, the oldest first."""
    found = (path for path in (var / "releases").iterdir() if path.name.isdigit())
    return sorted(found, key=lambda path: int(path.name))


def with_model_of(var: Path, learnt: str) -> Path | None:
    """The newest release whose model learnt from the very same things and is whole."""
    for folder in reversed(all_folders(var)):
        with suppress(OSError, ValueError):
            manifest = read_manifest(folder)
            if manifest.get("learnt") == learnt and manifest["files"][MODEL] == file_hash(folder / MODEL):
                return folder
    return None


def drop_old(var: Path) -> None:
    """Keep the newest releases, and those that are published or being tried."""
    pointers = [var / "releases" / name for name in (POINTER, CANDIDATE)]
    pointed = {path.read_text(encoding="utf-8").strip() for path in pointers if path.exists()}
    for folder in all_folders(var)[:-KEPT_RELEASES]:
        if folder.name not in pointed:
            shutil.rmtree(folder)


def _answers(read: Iterable[tuple[Path, dict[str, Any]]]) -> Iterable[dict[str, Any]]:
    items = (item for _, document in read for item in document.get("nlu") or ())
    return (item for item in items if str(item.get("intent")).startswith("faq/"))


def _marks(folder: Path) -> dict[str, dict[str, str]]:
    """What a signature would stand for, and what was taught, by answer."""
    found = {}
    for path in sorted((folder / "data" / "answers").glob("*.yml")):
        with suppress(ProblemsError):  # a file of another shape: nothing was signed for it
            answer = parse(path.read_text(encoding="utf-8"), shown_as=path.name)
            found[answer.id] = {"fingerprint": fingerprint(answer), "taught": taught_mark(answer)}
    return found


def _utterances(read: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, str]]]:
    utterances: dict[str, list[dict[str, str]]] = {}
    for document in read:
        for name, variations in (document.get("responses") or {}).items():
            wordings = [Wording.of(variation) for variation in variations]
            utterances[str(name)] = [{"text": w.text, "language": w.language} for w in wordings]
    return utterances


def _own_words(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The clinic's own wordings of what the skills say."""
    return {
        name: [{"text": text, "language": language} for language, text in texts.items() if text]
        for name, texts in words_of(folder).items()
    }


def _answer(metadata: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(json.dumps(metadata))
    return {"offer_call": False, "it": None, **kept}


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Bring a folder's names to the disk: a rename that was told survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
