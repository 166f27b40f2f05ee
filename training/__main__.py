"""`python -m training <command>`: new, check, train, safety, build, export, evaluate, converse,
thresholds.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from components.rasa_patches import blas, no_tensorflow
from content.packs import GENERAL, PACKS
from training.errors import NotDone, why

# Quiet and private before Rasa is imported: no telemetry, no TensorFlow chatter, no progress bars.
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TQDM_DISABLE", "1")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    blas.use_this_processor()
    no_tensorflow.install()
    run = {
        "new": _new,
        "check": _check,
        "train": _train,
        "safety": _safety,
        "build": _build,
        "export": _export,
        "try-drafts": _try_drafts,
        "evaluate": _evaluate,
        "converse": _converse,
        "thresholds": _thresholds,
    }[options.command]
    try:
        return run(options)
    except NotDone as error:
        print(error, file=sys.stderr)
    except OSError as error:  # a file that is not there, a folder that is not ours, a full disk
        print(why(error), file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--project", type=Path, default=Path(), help="the Rasa project's folder")
    parser.add_argument("--var", type=Path, default=Path(os.environ.get("FRONT_DESK_VAR", "var")))
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="begin another clinic's project in a folder")
    new.add_argument("folder", type=Path)
    new.add_argument("--pack", choices=PACKS, default=GENERAL, help="which answers it begins with")
    new.add_argument("--skills", action="store_true", help="renew the skills of a project that is there")
    commands.add_parser("check", help="check answers, facts and skills; say what is wrong where")
    train = commands.add_parser("train", help="check, train and publish a release")
    train.add_argument("--force", action="store_true", help="train even when nothing has changed")
    train.add_argument("--from-files", action="store_true", help="replace what the studio published")
    commands.add_parser("safety", help="train safety's second opinion from safety/corpus")
    build = commands.add_parser("build", help="build a release and its report; publish nothing")
    build.add_argument("--progress", action="store_true", help="tell every step as a line of JSON")
    build.add_argument("--visitors", action="store_true", help="read messages to replay, as JSON lines")
    export = commands.add_parser("export", help="write the published release's content to the project")
    export.add_argument("--release", help="another release than the published one")
    tried = commands.add_parser("try-drafts", help="answer for drafts that are not built: lines of JSON")
    tried.add_argument("--release", required=True, help="the release that they change")
    evaluate = commands.add_parser("evaluate", help="score understanding")
    thresholds = commands.add_parser("thresholds", help="sweep the decision's thresholds")
    for scored in (evaluate, thresholds):
        scored.add_argument("--messages", type=Path, required=True)
        scored.add_argument("--out-of-scope", type=Path)
    evaluate.add_argument("--json", action="store_true")
    _add_converse(commands.add_parser("converse", help="play conversations: to read them, or to score"))
    return parser


def _add_converse(converse: argparse.ArgumentParser) -> None:
    converse.add_argument("files", type=Path, nargs="+", metavar="FILE")
    converse.add_argument("--json", action="store_true")
    converse.add_argument("--score", action="store_true", help="check conversations of JSON Lines")
    scored = converse.add_argument_group("with --score")
    scored.add_argument("--release", help="another release than the published one")
    scored.add_argument("--url", help="a service that runs already, instead of one of its own")
    scored.add_argument("--only", default="", metavar="REGEX", help="only ids or kinds that fit")
    scored.add_argument(
        "--slice", type=int, default=0, metavar="N", help="about N of them, the same each time"
    )
    scored.add_argument("--at-once", type=int, default=2, metavar="N", help="conversations at once (2)")
    scored.add_argument("--floors", type=Path, help="fail when a file is below its floor in this one")
    scored.add_argument("--show-failures", action="store_true", help="print what failed, and why")


def _new(options: argparse.Namespace) -> int:
    from content import packs

    if options.skills:
        packs.renew_skills(options.folder)
        print(f"{options.folder} has the skills of this version. What is the clinic's own is as it was.")
        return 0
    try:
        files = packs.new_project(options.folder, options.pack)
    except packs.FolderTaken as error:
        raise NotDone(str(error)) from error
    answers = sum(name.startswith("data/answers/") for name in files)
    print(f"{options.folder} holds {answers} answers. Next: fill in {options.folder}/clinic.yml, then")
    print(f"python -m training --project {options.folder} check")
    return 0


def _check(options: argparse.Namespace) -> int:
    from training.checks import check_project

    problems = check_project(options.project)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} to mend.", file=sys.stderr)
        return 1
    print("All answers, facts and skills are in order.")
    return 0


def _try_drafts(options: argparse.Namespace) -> int:
    from training.draft_try import serve

    serve(options.var / "releases" / options.release)
    return 0


def _train(options: argparse.Namespace) -> int:
    from content.yaml_files import ProblemsError
    from training.build import build_and_publish

    print("Training (about a minute) ...", flush=True)
    try:
        release = build_and_publish(
            options.project, options.var, force=options.force, from_files=options.from_files
        )
    except ProblemsError as error:
        print(error, file=sys.stderr)
        print(f"{len(error.problems)} to mend; nothing was trained.", file=sys.stderr)
        return 1
    print(f"Release {release} is published.")
    return 0


def _safety(options: argparse.Namespace) -> int:
    from safety.corpus import CorpusRefused
    from training.safety_model import train

    try:
        told = train(options.project)
    except CorpusRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"{told['examples']} examples, {told['features']} features, thresholds {told['thresholds']}.")
    for name, shares in told["held_out"].items():
        print(f"{name:<24}{shares['n']:>5}  card {shares['card']:.0%}  card or check {shares['either']:.0%}")
    return 0


def _build(options: argparse.Namespace) -> int:
    from training.build_process import run

    return run(options.project, options.var, tells=options.progress, reads_visitors=options.visitors)


def _export(options: argparse.Namespace) -> int:
    from training.export import export

    for line in export(options.project, options.var, release=options.release):
        print(line)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from training.evaluation import evaluate_files

    report = evaluate_files(options.var, options.messages, options.out_of_scope)
    print(report.as_json() if options.json else report.as_table())
    return 0


def _thresholds(options: argparse.Namespace) -> int:
    from training.thresholds import sweep

    print(sweep(options.var, options.messages, options.out_of_scope))
    return 0


def _converse(options: argparse.Namespace) -> int:
    if options.score:
        return _score(options)
    from training.conversations import play_file

    for file in options.files:
        print(play_file(options.var, file, as_json=options.json))
    return 0


def _score(options: argparse.Namespace) -> int:
    from content.yaml_files import ProblemsError
    from training.dialogues.command import Wanted, score

    wanted = Wanted(
        options.files, options.var, options.release, options.url, options.only, options.slice,
        options.at_once, options.floors, options.show_failures, options.json,
    )  # fmt: skip
    try:
        told, is_enough = score(wanted)
    except ProblemsError as error:
        print(error, file=sys.stderr)
        return 1
    print(told)
    return 0 if is_enough else 1


if __name__ == "__main__":
    sys.exit(main())
