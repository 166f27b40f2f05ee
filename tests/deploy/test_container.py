"""The image and the compose file. Where no builder is, they are read and checked, not built: see the docs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deploy.settings import ROOT
from deploy.train import SOURCES
from web.core.settings import Settings

FOLDER = ROOT / "deploy" / "container"


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile, one (instruction, rest) each; continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (FOLDER / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for each in instructions():
        if each[0] == "FROM":
            found.append([])
        found[-1].append(each)
    return found


def compose() -> dict[str, Any]:
    loaded = YAML(typ="safe").load((FOLDER / "compose.yml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_two_stages_and_nothing_that_builds_is_in_the_second() -> None:
    build, runs = stages()
    assert build[0][1].endswith(" AS build")
    assert not [rest for name, rest in runs if name == "RUN" and re.search(r"\b(pip|uv|gcc|git)\b", rest)]
    assert {name for name, _ in instructions()} <= {
        "FROM", "RUN", "WORKDIR", "ENV", "COPY", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK",
        "ENTRYPOINT", "CMD",
    }  # fmt: skip
    for (_, first), *_rest in stages():
        assert ":" in first.split(" ")[0]
        assert "latest" not in first


def test_packages_come_by_hash_and_lists_are_not_left_behind() -> None:
    for name, rest in instructions():
        if name == "RUN" and "pip install" in rest:
            assert "--require-hashes" in rest
        if name == "RUN" and "apt-get" in rest:
            assert "--no-install-recommends" in rest
            assert "rm -rf /var/lib/apt/lists/*" in rest
        assert name != "ADD"
        assert not re.search("curl|wget", rest)


def test_it_runs_as_nobody_special_and_cannot_write_its_code() -> None:
    last = stages()[-1]
    (user,) = [rest for name, rest in last if name == "USER"]
    assert re.fullmatch(r"[1-9]\d{4,}:[1-9]\d{4,}", user)
    code = next(rest for name, rest in last if name == "COPY" and rest.endswith(" /opt/front-desk"))
    assert "--chown" not in code
    order = [name for name, _ in last]
    assert order.index("USER") > max(number for number, name in enumerate(order) if name in ("RUN", "COPY"))


def test_its_health_is_asked_of_the_page_that_knows() -> None:
    (check,) = [rest for name, rest in stages()[-1] if name == "HEALTHCHECK"]
    assert "http://127.0.0.1:8000/health" in check
    assert "--start-period" in check


def test_everything_the_image_is_made_from_goes_in_and_no_data_of_a_clinic() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert lines[1] == "*"
    for source in SOURCES:
        assert source.split("/")[0] in let_in or (source.endswith(".yml") and "*.yml" in let_in), source
    assert not {"var", ".git", "tests", "settings"} & let_in
    for part in ("web", "actions", "deploy", "requirements", "pyproject.toml"):
        assert part in let_in


@pytest.mark.parametrize("name", ["front-desk", "database", "caddy"])
def test_every_container_is_read_only_without_rights_and_bounded(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert "privileged" not in service
    assert ":latest" not in service["image"]


def test_only_the_proxy_is_reached_from_outside_and_the_database_from_nowhere() -> None:
    services = compose()["services"]
    assert {name for name, each in services.items() if "ports" in each} == {"caddy"}
    assert services["database"]["network_mode"] == "none"
    assert "listen_addresses=" in services["database"]["command"]
    shared = [name for name, each in services.items()
              if any(volume.startswith("database-socket:") for volume in each["volumes"])]  # fmt: skip
    assert shared == ["front-desk", "database"]


def test_its_settings_are_settings_and_can_be_used() -> None:
    given = dict(compose()["services"]["front-desk"]["environment"])
    names = {"FRONT_DESK_HOSTNAME": "desk.clinic.example"}
    filled = {
        name: re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda m: names.get(m[1], m[2] or ""), value)
        for name, value in given.items()
    }
    settings = Settings.from_environment(filled)  # a misspelt one is refused
    assert settings.public_url == "https://desk.clinic.example"
    assert settings.doubts() == []
    subnet = compose()["networks"]["front"]["ipam"]["config"][0]["subnet"]
    assert [str(each) for each in settings.trusted_proxies] == [subnet]


def test_it_starts_with_the_encoder_of_the_image_in_an_older_volume(tmp_path: Path) -> None:
    image, var = tmp_path / "image", tmp_path / "var"
    for folder, content in ((image, "new"), (var / "encoder", "old")):
        folder.mkdir(parents=True)
        (folder / "encoder.json").write_text(content, encoding="utf-8")
    script = tmp_path / "start"
    shipped = (FOLDER / "start").read_text(encoding="utf-8")
    script.write_text(shipped.replace("/opt/front-desk/encoder", str(image)), encoding="utf-8")
    environ = os.environ | {"FRONT_DESK_VAR": str(var), "TMPDIR": str(var / "tmp")}
    for _ in range(2):
        done = subprocess.run(
            ["sh", script, "echo", "two words"], env=environ, capture_output=True, text=True
        )
        assert done.stdout == "two words\n", done.stderr
        assert (var / "encoder" / "encoder.json").read_text(encoding="utf-8") == "new"
    assert (var / "tmp").is_dir()


@pytest.mark.thorough
def test_caddy_takes_its_file(tmp_path: Path) -> None:
    environ = os.environ | {"FRONT_DESK_HOSTNAME": "desk.clinic.example", "HOME": str(tmp_path)}
    command = ["caddy", "validate", "--config", str(FOLDER / "Caddyfile"), "--adapter", "caddyfile"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def has_builder() -> bool:
    """Whether something here can build an image: a client alone cannot."""
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "info"], capture_output=True).returncode == 0


@pytest.mark.thorough
def test_it_is_built_and_answers_where_a_builder_is(tmp_path: Path) -> None:
    if not has_builder():
        print("No builder here: the image is checked as text only (the tests above).")
        return
    build = ["docker", "build", "--file", str(FOLDER / "Dockerfile"), "--tag", "front-desk:test", str(ROOT)]
    subprocess.run(build, check=True)
    run = ["docker", "run", "--rm", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "front-desk:test"]
    version = subprocess.run(
        [*run, ".venv/bin/python", "-m", "web", "--version"], capture_output=True, text=True
    )
    assert version.stdout.startswith("Front Desk "), version.stderr
