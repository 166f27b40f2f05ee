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
