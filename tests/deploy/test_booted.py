"""Installed on a booted machine: it answers, and a bot half that went bad gets nowhere."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.settings import SECRETS
from deploy.train import stamp_of
from tests.deploy.booted import CODE, ELSEWHERE, PROJECT, BootedMachine, booted

HOST, SITE, PAGE_PORT, ELSEWHERE_PORT = "desk.clinic.example", "https://www.clinic.example", 8000, 8099
PYTHON = f"{CODE}/.venv/bin/python"
MAY = {"reads a release", "writes its own folder", "reaches loopback"}
WEBHOOK = "FRONT_DESK_WEBHOOK_URL=https://chat.clinic.example/secret"
PROBE_UNIT = """
[Service]
Type=oneshot
Restart=no
WatchdogSec=0
ExecStart=
ExecStart={command}
"""

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BootedMachine]:
    """A machine on which `deploy/install` ran to its end."""
    with booted(tmp_path_factory.mktemp("machine")) as made:
        shipped = made.root / CODE.lstrip("/") / "var"
        shipped.mkdir()
        for name in ("encoder", "releases"):
            shutil.copytree(PROJECT / "var" / name, shipped / name)
        # Whether the content is the present one is not what is asked here.
        stamp = stamp_of(shipped, shipped.parent)
        (shipped / "releases/trained-from").write_text(stamp, encoding="utf-8")
        with (made.root / "etc/hosts").open("a", encoding="utf-8") as hosts:
            hosts.write(f"127.0.0.1 {HOST}\n")
        path = f"PATH={CODE}/.venv/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        install = [f"{CODE}/deploy/install", HOST, "--site", SITE, "--proxy", "none"]
        done = made.run("timeout", "400", "env", path, *install, check=False)
        assert done.returncode == 0, done.stdout + done.stderr + made.journal("front-desk-bot.service")
        yield made


@pytest.fixture(scope="module")
def came_of_it(machine: BootedMachine) -> dict[str, Any]:
    """What came of each deed of a bot half that went bad."""
    server = ["-m", "http.server", f"--bind={ELSEWHERE}", str(ELSEWHERE_PORT)]
    machine.run("systemd-run", "--quiet", "--unit=elsewhere", PYTHON, *server)
    for key in ("second-factor.key", "record.key"):
        machine.run("install", "-o", "front-desk", "-m", "600", "/dev/null", f"/var/lib/front-desk/{key}")
    with (machine.root / "etc/front-desk/settings").open("a", encoding="utf-8") as settings:
        settings.write(f"{WEBHOOK}\n")
    machine.write("/opt/compromised.py", (Path(__file__).with_name("compromised.py")).read_text("utf-8"))
    web = machine.run("systemctl", "show", "front-desk.service", "--property=MainPID", "--value").stdout
    command = f"{PYTHON} /opt/compromised.py {ELSEWHERE} {ELSEWHERE_PORT} {PAGE_PORT} {web.strip()}"
    drop_in = "/run/systemd/system/front-desk-bot.service.d/probe.conf"
    machine.run("mkdir", "-p", str(Path(drop_in).parent))
    machine.run("sh", "-c", f"cat > {drop_in} <<'END'{PROBE_UNIT.format(command=command)}END")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "front-desk-bot.service")
    told = [line for line in machine.journal("front-desk-bot.service").splitlines() if line.startswith("{")]
    machine.run("rm", drop_in)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "start", "front-desk-bot.service")
    found: dict[str, Any] = json.loads(told[-1])
    # The same deeds by a user without a sandbox: what is refused above is refused by nothing else.
    free = machine.run(PYTHON, "/opt/compromised.py", ELSEWHERE, str(ELSEWHERE_PORT), str(PAGE_PORT), "1")
    found["free"] = json.loads(free.stdout)
    return found


def health(machine: BootedMachine) -> dict[str, Any]:
    asked = machine.run("curl", "--silent", f"http://127.0.0.1:{PAGE_PORT}/health")
    return dict(json.loads(asked.stdout))


def test_visitors_are_answered_by_a_bot_half_of_another_user(machine: BootedMachine) -> None:
    assert health(machine)["ok"], machine.journal("front-desk-bot.service")
    for unit, user in (("front-desk", "front-desk"), ("front-desk-bot", "front-desk-bot")):
        asked = machine.run("systemctl", "show", unit, "--property=MainPID", "--value").stdout.strip()
        group = Path("/proc", asked, "cgroup")
        listed = machine.run("sh", "-c", f"grep -l {unit}.service /proc/[0-9]*/cgroup; cat {group}").stdout
        processes = re.findall(r"/proc/(\d+)/", listed)
        assert len(processes) > 1
        users = {machine.run("stat", "-c", "%U", f"/proc/{each}").stdout.strip() for each in processes}
        assert users == {user}


def test_a_compromised_bot_half_gets_to_nothing_but_its_release_its_folder_and_loopback(
    came_of_it: dict[str, Any],
) -> None:
    came_of = {name: end for name, end in came_of_it.items() if name not in ("environment", "free")}
    assert {name for name, end in came_of.items() if end == "done"} == MAY, came_of


def test_without_the_sandbox_the_same_deeds_are_done(came_of_it: dict[str, Any]) -> None:
    refused = {name for name, end in came_of_it["free"].items() if name != "environment" and end != "done"}
    assert refused <= MAY | {"writes a release"}  # bound into the bot half's unit alone


def test_a_compromised_bot_half_finds_no_secret_in_its_environment(came_of_it: dict[str, Any]) -> None:
    assert "FRONT_DESK_BOT_PORT" in came_of_it["environment"]
    secret = set(SECRETS)
    assert not secret & set(came_of_it["environment"])


def test_after_it_the_real_bot_half_answers_again(machine: BootedMachine, came_of_it: dict[str, Any]) -> None:
    assert health(machine)["ok"]
