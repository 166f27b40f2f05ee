"""Builds a release: check, train (or keep the model), evaluate, report; publishing is another step."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from content.answer_yaml import dump, parse
from content.answers import Answer
from content.clinical import Judge
from content.facts import names_of
from content.packs import MARK, pack_of, take_own
from content.policies import read_policy
from content.yaml_files import ProblemsError
from training import releases
from training.checks import check_project
from training.child import in_a_child
from training.models import file_hash, keep_model, model_fingerprint, train_model

STEPS = ("check", "train", "evaluate", "converse", "report")
STUDIO, FILES = "studio", "files"  # where a release's answers come from
OWNERS_FILES = ("clinic.yml", "test_messages.json", "safety_examples.tsv")
Tell = Callable[[str, float], None]


def build(
    project: Path,
    var: Path,
    *,
    origin: str = STUDIO,
    visitors: Iterable[dict[str, Any]] = (),
    force: bool = False,
    converses: bool = False,
    tell: Tell = lambda step, share: None,
    show: Callable[[str], None] = lambda release: None,
) -> str:
    """Build what stands in `project` into a new release and return its id.

    `visitors`: what visitors asked lately, masked (`training.replay.Ask`). Raises ProblemsError
    when the content is not in order; nothing is left behind when anything fails. `origin`: whether
    the answers come from the studio or from the files. `converses`: hold practice conversations
    too, for somebody who reads the report. `show` is called with the id once all else of the report
    can be read; until the conversations have ended their gate is closed.
    """
    started_s = time.monotonic()
    tell("check", 0.0)
    problems = check_project(project)
    if problems:
        raise ProblemsError(problems)
    folder = releases.new_folder(var)
    try:
        releases.copy_project(project, folder)
        tell("check", 1.0)
        made = partial(_make, folder, var, visitors, origin, force, tell)
        # In a child: the conversations need the memory that training and comparing took.
        report = in_a_child(made) if converses else made()
        report |= {"seconds": time.monotonic() - started_s}
        releases.write_report(folder, _awaiting(report) if converses else report)
        finished = releases.finish(folder)
    except BaseException:
        releases.give_up(folder)
        raise
    if converses:
        show(finished.name)
        report |= _conversations(finished, project, var, report["gates"], tell)
        tell("report", 0.0)
        releases.write_report(finished, report)
    releases.drop_old(var)
    tell("report", 1.0)
    return finished.name


def _awaiting(report: dict[str, Any]) -> dict[str, Any]:
    """The report as it can be read before the conversations: with their gate closed."""
    from training.conversation_gate import AWAITED

    return {**report, "gates": [*report["gates"], AWAITED.as_json()]}


def build_and_publish(project: Path, var: Path, *, force: bool = False, from_files: bool = False) -> str:
    """Build and publish at once, unless the very same is published: `make train`.

    What owners published from the studio stays: their answers and facts are trained again with the
    skills and the recipe of `project`, as after an update. `from_files`: the files' answers instead.
    """
    published = releases.read_published(var)
    folder = releases.published_folder(var)
    if published and folder and published.get("origin") == STUDIO and not from_files:
        with tempfile.TemporaryDirectory() as made:
            return _train(
                _with_answers_of(folder, project, Path(made) / "project"), var, published, STUDIO, force
            )
    return _train(project, var, published, FILES, force)


def _train(project: Path, var: Path, published: dict[str, Any] | None, origin: str, force: bool) -> str:
    if published and not force and _is_same(project, published):
        return str(published["release"])
    release = build(project, var, origin=origin, force=force)
    releases.publish(var, release)
    return release


def _with_answers_of(release: Path, project: Path, made: Path) -> Path:
    """A project of this version's skills and recipe, and of the answers and facts of a release."""
    made.mkdir()
    releases.copy_project(project, made)
    if (release / MARK).exists():
        take_own(release, made)
    shutil.rmtree(made / "data" / "answers")
    shutil.copytree(release / "data" / "answers", made / "data" / "answers")
    for name in OWNERS_FILES:
        if (release / name).exists():
            shutil.copyfile(release / name, made / name)
    _lock(made)
    return made


def _lock(project: Path) -> None:
    """Mark what is clinical by its text: answers of an earlier version had their author's flag."""
    read: dict[Path, Answer] = {}
    for path in sorted((project / "data" / "answers").glob("*.yml")):
        with suppress(ProblemsError):  # the check says what is wrong with it
            read[path] = parse(path.read_text(encoding="utf-8"), shown_as=path.name)
    with suppress(ProblemsError):
        judge = Judge(read_policy(project).clinical, list(read.values()), names_of(project))
        for path, answer in read.items():
            if (locked := judge.locked(answer)) != answer:
                path.write_text(dump(locked), encoding="utf-8")


def _make(
    folder: Path,
    var: Path,
    visitors: Iterable[dict[str, Any]],
    origin: str,
    force: bool,
    tell: Tell,
) -> dict[str, Any]:
    """Make the model and the manifest; the report on them."""
    is_kept = _make_model(folder, var, origin=origin, force=force, tell=tell)
    return {**_report(folder, var, visitors, tell), "model": "kept" if is_kept else "trained"}


def _make_model(folder: Path, var: Path, *, origin: str, force: bool, tell: Tell) -> bool:
    """Whether the model of an earlier release could be kept; otherwise one was trained."""
    tell("train", 0.0)
    learnt = model_fingerprint(folder)
    same = None if force else releases.with_model_of(var, learnt)
    if same:
        keep_model(same, folder)
    else:
        train_model(folder, folder, lambda: _get_ready(folder, var))
    releases.write_manifest(folder, learnt=learnt, origin=origin)
    tell("train", 1.0)
    return same is not None


def _get_ready(folder: Path, var: Path) -> None:
    from training.report import get_ready

    get_ready(releases.comparable(var, pack_of(folder)))


def _report(folder: Path, var: Path, visitors: Iterable[dict[str, Any]], tell: Tell) -> dict[str, Any]:
    from training.report import make_report

    return make_report(folder, var, releases.comparable(var, pack_of(folder)), visitors, tell)


def _conversations(
    folder: Path, project: Path, var: Path, gates: list[dict[str, Any]], tell: Tell
) -> dict[str, Any]:
    """The practice conversations for the report, and their gate beside the others."""
    from training.conversation_gate import hold
    from training.own_tests import NAME as OWN_TESTS

    tell("converse", 0.0)
    held = hold(
        folder,
        releases.comparable(var, pack_of(folder)),
        project,
        var,
        lambda done: tell("converse", min(done, 0.99)),
    )
    tell("converse", 1.0)
    more = [each.as_json() for each in (held.gate, held.own.gate) if each]
    told = {"conversations": held.as_data(), OWN_TESTS: held.own.as_data()}
    return {"gates": [*gates, *more], **told}


def _is_same(project: Path, published: dict[str, Any]) -> bool:
    """Whether a published release holds exactly this project, built by this code."""
    present = {
        path.relative_to(project).as_posix(): file_hash(path)
        for path in (*(project / "data").rglob("*.yml"), *(project / n for n in releases.PROJECT_FILES))
        if path.exists()
    }
    kept = {name: value for name, value in published["files"].items() if name.startswith("data/")}
    kept |= {name: published["files"].get(name) for name in present if "/" not in name}
    return present == kept and published.get("learnt") == model_fingerprint(project)
