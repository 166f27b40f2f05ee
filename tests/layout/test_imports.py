"""Who may import whom (the halves never import each other)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ROOMS = {"actions", "clinic", "components", "deploy", "safety", "training", "web"}
SHARED = {"clinic", "safety"}
# A room may import itself and these rooms.
MAY_IMPORT: dict[str, set[str]] = {
    "clinic": set(),
    "safety": set(),
    "components": SHARED,
    "actions": SHARED | {"components"},
    "training": SHARED | {"components"},
    "web": SHARED,
    "deploy": set(),
}
BOT_ROOMS = {"components", "actions", "training"}
BOT_LIBRARIES = {"rasa", "rasa_sdk", "onnx", "onnxruntime", "tokenizers", "safetensors"}
WEB_LIBRARIES = {"sqlalchemy", "alembic", "httpx", "jinja2", "aiosmtplib", "argon2"}
# Rasa's channels are written on its Sanic; the web half has a current one.
SANIC = {"components", "web"}
FOREVER_FORBIDDEN = {"torch", "transformers", "tensorflow", "keras", "pickle", "joblib"}
# Rules know no HTTP: within web/, Sanic stays in the doors, their wiring and what draws pages.
WIRING = {"__main__.py", "app.py"}
# They run before any environment exists.
STANDARD_ONLY = ["setup.py", "environments.py", "progress.py", "pythons.py"]


def files_of(room: str) -> list[Path]:
    return sorted((PROJECT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Full names of the modules a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            yield str(node.module)


def breaches(room: str, forbidden: set[str]) -> list[str]:
    """Lines "file imports module" for top-level modules that a room must not import."""
    return [
        f"{path.relative_to(PROJECT)} imports {module}"
        for path in files_of(room)
        for module in imports(path)
        if module.partition(".")[0] in forbidden
    ]


def test_every_room_is_known() -> None:
    with_code = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
    assert with_code - {"tests"} <= ROOMS


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_rooms_import_only_rooms_below_them(room: str) -> None:
    assert breaches(room, ROOMS - MAY_IMPORT[room] - {room}) == []


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_libraries_stay_in_their_half(room: str) -> None:
    forbidden = set(FOREVER_FORBIDDEN)
    if room not in BOT_ROOMS:
        forbidden |= BOT_LIBRARIES
    if room not in {"web", "deploy"}:
        forbidden |= WEB_LIBRARIES
    if room not in SANIC:
        forbidden.add("sanic")
    assert breaches(room, forbidden) == []


def test_set_up_needs_no_environment() -> None:
    needed = {module for name in STANDARD_ONLY for module in imports(PROJECT / "deploy" / name)}
    needed -= {f"deploy.{Path(name).stem}" for name in STANDARD_ONLY}
    foreign = {module.partition(".")[0] for module in needed} - sys.stdlib_module_names
    assert foreign == set()


def test_web_rules_know_no_routes() -> None:
    found = [
        f"{path.relative_to(PROJECT)} imports {module}"
        for path in (PROJECT / "web").rglob("*.py")
        if not is_wiring(path)
        for module in imports(path)
        if module == "sanic" or module.startswith("sanic.") or "routes" in module.split(".")
    ]
    assert found == []


def is_wiring(path: Path) -> bool:
    return path.name in WIRING or bool({"routes", "http"} & set(path.relative_to(PROJECT).parts))
