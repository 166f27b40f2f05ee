"""A public class name means one thing in the whole project."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PROJECT = Path(__file__).parents[2]
ROOMS = ("actions", "components", "content", "safety", "training", "web", "deploy")
# Names that stand twice: what both halves or the supervisor have of their own is one thing seen from two
# processes. Nothing may be added.
SAME_THING = {
    "BadRequest": "what each server answers with status 400",
    "Bot": "a bot process: the supervisor runs it, the web half calls it",
    "Bots": "all of them, in both",
    "Settings": "what each process reads from its environment",
    "SettingsError": "what is wrong with them",
    "Turn": "one turn, in the bot and in the record",
}

# Words of the first version, and what stands for them now: no identifier and no file brings them back.
STALE = {
    "a_house": "run_shared_service",
    "about_to_say": "first_text",
    "blast_radius": "impact_of",
    "house": "context, settings or service",
    "open_house": "shared_service",
    "OpenHouse": "SharedService",
    "Reception": "Inbound",
    "Spotter": "RuleMatcher",
    "uproot": "delete_payloads",
}
STALE_FILES = {
    "furnished": "seed_data",
    "patience": "timeouts",
    "planted": "payloads",
    "test_blast_radius": "test_impact",
    "test_children": "test_processes",
    "test_fit_changes": "test_incremental",
    "test_fitting": "test_prefit",
    "test_guards": "test_preflight",
    "test_house": "test_settings",
    "test_kept_fits": "test_fit_cache",
    "test_known_models": "test_model_cache",
    "test_known_vectors": "test_vector_cache",
    "test_readings": "test_segments",
    "test_ridge": "test_kernel_ridge",
    "test_told_again": "test_repeated_notifications",
    "test_told_of_crises": "test_crisis_notifications",
}


def identifiers(path: Path) -> set[str]:
    """Every name in a file, without the underscores that begin it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = (getattr(node, field, None) for field in ("id", "attr", "arg", "name"))
        found |= {name.lstrip("_") for name in names if isinstance(name, str)}
    return found


def public_classes() -> dict[str, list[str]]:
    """Where each public class of the project is made."""
    found: dict[str, list[str]] = defaultdict(list)
    for room in ROOMS:
        for path in sorted((PROJECT / room).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(path.relative_to(PROJECT).as_posix())
    return found


def test_no_public_class_name_means_two_things() -> None:
    twice = {name: paths for name, paths in public_classes().items() if len(paths) > 1}
    new = {name: paths for name, paths in twice.items() if name not in SAME_THING}
    assert new == {}
    assert SAME_THING.keys() == twice.keys(), "a name that stands once is struck out above"


def test_classes_are_found() -> None:
    assert public_classes()["PeriodicTask"] == ["web/core/background.py"]


def test_no_word_of_the_first_version_comes_back() -> None:
    files = [path for room in (*ROOMS, "tests") for path in sorted((PROJECT / room).rglob("*.py"))]
    stale = [
        f"{path.relative_to(PROJECT)} says {name}; it is {STALE[name]} now"
        for path in files
        for name in sorted(identifiers(path) & STALE.keys())
    ]
    stale += [f"{path.name} is {STALE_FILES[path.stem]}.py now" for path in files if path.stem in STALE_FILES]
    assert stale == []
