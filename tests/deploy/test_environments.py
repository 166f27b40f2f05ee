"""An environment is kept when it is right, completed when it is not, remade when it is broken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deploy.environments import Environment, Requirements, clean_environ
from deploy.pythons import Python, try_python

UV = Path("/somewhere/uv")


@pytest.fixture
def python() -> Python:
    found = try_python(sys.executable)
    assert found is not None
    return found


@pytest.fixture
def environment(tmp_path: Path, python: Python) -> Environment:
    """An environment with an interpreter and nothing installed yet."""
    requirements = tmp_path / "some.txt"
    requirements.write_text("sanic==1.0\n", encoding="utf-8")
    environment = Environment(tmp_path / ".venv", (Requirements(requirements),))
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(python.path)
    return environment


def test_a_finished_environment_is_ready(environment: Environment) -> None:
    environment.mark_unfinished()
    assert not environment.is_ready()
    environment.mark_ready()
    assert environment.is_ready()


def test_changed_requirements_need_an_installation(environment: Environment) -> None:
    environment.mark_ready()
    environment.requirements[0].path.write_text("sanic==2.0\n", encoding="utf-8")
    assert not environment.is_ready()


def test_a_vanished_python_is_noticed(environment: Environment) -> None:
    environment.mark_ready()
    environment.python.unlink()
    environment.python.symlink_to("/nonexistent/python")
    assert not environment.is_ready()


def test_a_working_environment_is_kept(environment: Environment, python: Python) -> None:
    assert environment.prepare(python, None) == []
    assert environment.folder.exists()


def test_an_interrupted_installation_starts_afresh(environment: Environment, python: Python) -> None:
    environment.mark_unfinished()
    remove, make = environment.prepare(python, None)
    assert remove == ["rm", "-rf", environment.folder]
    assert make == [python.path, "-m", "venv", environment.folder]


def test_an_environment_of_another_python_is_remade(environment: Environment) -> None:
    other = Python(Path("/usr/bin/python3.10"), "3.10.1")
    remove, make = environment.prepare(other, UV)
    assert remove == ["rm", "-rf", environment.folder]
    assert make[:2] == [UV, "venv"]
    assert make[-2:] == [other.path, environment.folder]


@pytest.mark.parametrize("uv", [None, UV])
def test_every_package_is_checked_by_its_hash(environment: Environment, uv: Path | None) -> None:
    *_, install = environment.install(uv)
    assert "--require-hashes" in install
    assert install[-2:] == ["-r", environment.requirements[0].path]


def test_pip_is_put_in_when_uv_left_it_out(environment: Environment) -> None:
    first, _ = environment.install(None)
    assert first == [environment.python, "-m", "ensurepip"]


def test_with_development_is_enough_to_run_but_not_the_other_way_round(environment: Environment) -> None:
    more = environment.folder.parent / "some-dev.txt"
    more.write_text("sanic==1.0\npytest==1.0\n", encoding="utf-8")
    both = Environment(environment.folder, environment.requirements, development=Requirements(more))
    both.mark_ready()
    assert both.is_ready()
    assert not both.is_ready(development=True)
    assert both.install(UV, development=True)[-1][-2:] == ["-r", more]
    both.mark_ready(development=True)
    assert both.is_ready()
    assert both.is_ready(development=True)


def test_another_environment_does_not_leak_into_ours() -> None:
    leaky = {"PYTHONPATH": "/x", "VIRTUAL_ENV": "/y", "HOME": "/home"}
    assert clean_environ(leaky) == {"HOME": "/home"}
