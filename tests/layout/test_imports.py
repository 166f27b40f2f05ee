"""Who may import whom (the halves never import each other)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ROOMS = {"actions", "components", "content", "deploy", "safety", "training", "web"}
SHARED = {"content", "safety"}
# A room may import itself and these rooms.
MAY_IMPORT: dict[str, set[str]] = {
    "content": set(),
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
STANDARD_ONLY = [
    "setup.py", "environments.py", "progress.py", "pythons.py", "os_errors.py", "settings.py",
    "cli/settings_file.py",
]  # fmt: skip


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
    paths = [PROJECT / "deploy" / name for name in STANDARD_ONLY] + files_of("deploy/installer")
    needed = {module for path in paths for module in imports(path)}
    needed -= {".".join(path.relative_to(PROJECT).with_suffix("").parts) for path in paths}
    needed.discard("deploy.installer")
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


# Within web/, from the ground up: a district may import those before it. Routes stand above all rules
# of their own floor, so they may import `http` and what it needs.
DISTRICTS = [
    "core", "schema", "migrations", "accounts", "bot", "notifications", "hours", "safety",
    "allowed_origins", "last_known", "context", "callers", "chat",
    "releases", "http", "desk", "widget", "help_center", "studio", "setup", "restoring", "rotation",
    "metrics", "cli", "app", "answers_export", "__main__",
]  # fmt: skip
# Signing out and locking end what somebody holds at the desk.
KNOWN_UPWARD = {
    ("web/accounts/routes/login.py", "desk"),
    ("web/accounts/routes/lock_screen.py", "desk"),
    # One's own devices stand on the page of one's account.
    ("web/accounts/routes/notifications.py", "notifications"),
    ("web/accounts/routes/profile.py", "notifications"),
}
MAX_MODULES, MAX_OF_LARGE_ROOMS = 19, {"studio": 34, "desk": 30}


def district_of(path: Path) -> str:
    parts = path.relative_to(PROJECT / "web").parts
    return parts[0] if len(parts) > 1 else path.stem


def districts_imported(path: Path) -> set[str]:
    return {module.split(".")[1] for module in web_imports(path)} - {district_of(path)}


def web_imports(path: Path) -> Iterator[str]:
    """Full names of what a file imports of `web`, names taken from the package itself included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if not isinstance(node, ast.If)]  # if TYPE_CHECKING
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "web":
            yield from (f"web.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("web."):
            yield str(node.module)


def test_every_module_of_the_web_half_is_in_a_district() -> None:
    found = {district_of(path) for path in files_of("web")} - {"__init__"}
    assert found == set(DISTRICTS)


def test_districts_import_only_districts_below_them() -> None:
    upward = set()
    for path in files_of("web")[1:]:  # without web/__init__.py
        name, is_route = str(path.relative_to(PROJECT)), "routes" in path.parts
        floor = (
            DISTRICTS.index(district_of(path))
            if path.name != "__init__.py" or path.parent.name != "web"
            else 99
        )
        for other in districts_imported(path):
            is_below = DISTRICTS.index(other) < floor or (is_route and other == "http")
            if not is_below and (name, other) not in KNOWN_UPWARD:
                upward.add(f"{name} imports web.{other}")
    assert sorted(upward) == []


def test_desk_and_studio_do_not_know_each_other() -> None:
    known = {
        district_of(path): districts_imported(path) for path in files_of("web/desk") + files_of("web/studio")
    }
    assert "studio" not in known["desk"]
    assert "desk" not in known["studio"]


@pytest.mark.parametrize("district", [name for name in DISTRICTS if (PROJECT / "web" / name).is_dir()])
def test_no_district_is_crowded(district: str) -> None:
    modules = [path for path in (PROJECT / "web" / district).glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= MAX_OF_LARGE_ROOMS.get(district, MAX_MODULES)


# Where modules stood before the districts, and where they are now.
MOVED = {
    "web.house": "web.context",
    "web.reception": "web.chat.inbound",
    "web.answering": "web.chat.turn_worker",
    "web.outcomes": "web.chat.turn_results",
    "web.edge": "web.chat.reply_filter",
    "web.admission": "web.chat.rate_limits",
    "web.throttle": "web.accounts.login_throttle",
    "web.sign_ins": "web.accounts.login",
    "web.sealing": "web.core.encryption",
    "web.words": "web.core.i18n",
    "web.routes": "web.<district>.routes",
}


def test_no_import_names_a_place_from_before_the_districts() -> None:
    stale = [
        f"{path.relative_to(PROJECT)} imports {module}; it is {new} now"
        for room in ("web", "tests")
        for path in files_of(room)
        for module in web_imports(path)
        for old, new in MOVED.items()
        if module == old or module.startswith(f"{old}.")
    ]
    assert stale == []
