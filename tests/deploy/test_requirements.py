"""Every package is pinned by version and hash, and no file says where packages come from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[2] / "requirements"
NAMES = ("bot", "bot-dev", "web", "web-dev", "encoder")
HEAVY = ("tensorflow", "jax", "jaxlib", "keras", "torch", "pytest", "mypy", "ruff", "playwright")


@pytest.mark.parametrize("name", [f"{name}.{kind}" for name in NAMES for kind in ("in", "txt")])
def test_no_address_is_named(name: str) -> None:
    text = (REQUIREMENTS / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(-\w*index|-find-links|-trusted|i\b|f\b)", text, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_every_package_has_a_version_and_a_hash(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert packages
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_is_pinned(name: str) -> None:
    pinned = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").lower()
    for line in (REQUIREMENTS / f"{name}.in").read_text(encoding="utf-8").splitlines():
        package = re.match(r"\w[\w.-]*", line.partition("#")[0].strip())
        if package:
            wanted = re.sub(r"[-_.]+", "-", package[0]).lower()
            assert re.search(rf"^{re.escape(wanted)}==", pinned, re.MULTILINE), wanted


@pytest.mark.parametrize("half", ["bot", "web"])
def test_what_runs_brings_neither_tensorflow_nor_tools_of_developers(half: str) -> None:
    assert [name for name in HEAVY if any(each.startswith(f"{name}==") for each in pinned(half))] == []


@pytest.mark.parametrize("half", ["bot", "web"])
def test_development_has_the_very_versions_that_run(half: str) -> None:
    assert pinned(half) - pinned(f"{half}-dev") == set()


def pinned(name: str) -> set[str]:
    """Names with their versions, "sanic==25.12.1"."""
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^([\w.-]+==[^\s;]+)", text, re.MULTILINE))
