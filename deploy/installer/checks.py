"""Looks at the machine before anything is changed, and finds everything that is missing at once."""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deploy.installer.plan import Plan

MIN_MEMORY_BYTES = 1_900_000_000
# Both environments, the encoder, a release and room for a build.
MIN_FREE_BYTES = 6_000_000_000
MIN_FREE_BYTES_WHEN_SET_UP = 1_500_000_000
HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,62}")
MACHINES = {
    "x86_64": "",
    "aarch64": "Every pinned package is there for aarch64; nobody has run it there yet.",
}
PACKAGES = {"caddy": "caddy", "nginx": "nginx", "apache": "apache2"}
PROGRAMS = {"caddy": "caddy", "nginx": "nginx", "apache": "apache2"}


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: a sentence, and the Debian package that brings it, if one does."""

    sentence: str
    package: str = ""


def look(plan: Plan) -> list[Missing]:
    """Everything that is missing for this plan."""
    found: list[Missing] = []
    for check in (
        _names,
        _debian,
        _homes,
        _machine,
        _room,
        _programs,
        _ports,
        _name_resolution,
        _other_install,
    ):
        found += check(plan)
    return found


def doubt() -> str:
    """A sentence when this kind of machine is not one that it was tried on."""
    return MACHINES.get(platform.machine(), "")


def told(missing: list[Missing]) -> str:
    """All of it in one text, with one line that installs what Debian has."""
    lines = [f"- {each.sentence}" for each in missing]
    packages = sorted({each.package for each in missing if each.package})
    if packages:
        lines += ["Debian has some of it:", f"    apt install -y {' '.join(packages)}"]
    return "\n".join(["Nothing was changed. Missing:", *lines])


def _names(plan: Plan) -> Iterator[Missing]:
    if not HOST.fullmatch(plan.host):
        yield Missing(f"'{plan.host}' is no host name; expected one like desk.clinic.example.")
    for site in plan.sites:
        parts = urlsplit(site)
        if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/") or parts.query:
            yield Missing(
                f"--site {site}: expected an address without a path, like https://www.clinic.example."
            )
    if not plan.sites and not plan.settings.exists():
        yield Missing("The website that will show the chat: --site https://www.clinic.example")


def _debian(plan: Plan) -> Iterator[Missing]:
    if not plan.is_real:
        return
    if os.geteuid() != 0:
        yield Missing("The rights of root, to make a user and a service: sudo ./deploy/install ...")
    release = _os_release(plan.root / "etc/os-release")
    if (release.get("ID"), release.get("VERSION_ID")) not in (("debian", "12"), ("debian", "13")):
        yield Missing(f"Debian 12 or 13; this is {release.get('PRETTY_NAME', 'something else')}.")
    if not Path("/run/systemd/system").is_dir():
        yield Missing("A running systemd: this machine was started by something else. Use `make run` here.")


def _homes(plan: Plan) -> Iterator[Missing]:
    if not plan.is_real:
        return
    if _is_in_a_home(plan.code):
        yield Missing(
            f"These files outside of homes, which the service does not see: move {plan.code} to /opt."
        )
    if _is_in_a_home(Path(sys.executable).resolve()):
        yield Missing("A Python outside of homes, which the service does not see.", "python3-venv")


def _machine(plan: Plan) -> Iterator[Missing]:
    if platform.machine() not in MACHINES:
        yield Missing(f"A machine of x86-64 or aarch64; this is {platform.machine()}.")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if memory < MIN_MEMORY_BYTES:
        yield Missing(f"2 GB of memory; there are {memory // 1_000_000} MB.")


def _room(plan: Plan) -> Iterator[Missing]:
    is_set_up = (plan.code / ".venv-bot/front-desk-stamp").exists()
    needed = MIN_FREE_BYTES_WHEN_SET_UP if is_set_up else MIN_FREE_BYTES
    for path in {_there(plan.code), _there(plan.var)}:
        free = shutil.disk_usage(path).free
        if free < needed:
            yield Missing(
                f"{needed // 1_000_000:,} MB free on the disk of {path}; there are {free // 1_000_000:,}."
            )


def _programs(plan: Plan) -> Iterator[Missing]:
    if plan.proxy in PROGRAMS and shutil.which(PROGRAMS[plan.proxy]) is None:
        yield Missing(f"The proxy {plan.proxy} (or another one with --proxy).", PACKAGES[plan.proxy])


def _ports(plan: Plan) -> Iterator[Missing]:
    if not plan.is_real or is_active():
        return  # what listens there is ours
    for port in (plan.port, plan.bot_port, plan.actions_port):
        if not _is_free("127.0.0.1", port):
            yield Missing(f"Port {port}, which another program has: ss -ltnp 'sport = {port}'.")
    if plan.proxy == "none" or is_active(f"{PACKAGES[plan.proxy]}.service"):
        return
    for port in (80, 443):
        if not _is_free("0.0.0.0", port):
            yield Missing(f"Port {port} for {plan.proxy}, which another has: ss -ltnp 'sport = {port}'.")


def _name_resolution(plan: Plan) -> Iterator[Missing]:
    if not plan.is_real or not HOST.fullmatch(plan.host):
        return
    try:
        socket.getaddrinfo(plan.host, 443)
    except OSError:
        yield Missing(f"An address of {plan.host}: its DNS record has to name this machine.")


def _other_install(plan: Plan) -> Iterator[Missing]:
    unit = plan.units / "front-desk.service"
    if unit.exists() and f"WorkingDirectory={plan.code}\n" not in unit.read_text(encoding="utf-8"):
        yield Missing(f"No other Front Desk: {unit} names another folder; uninstall that one first.")


def is_active(unit: str = "front-desk.service") -> bool:
    """Whether a unit runs."""
    if shutil.which("systemctl") is None:
        return False
    asked = ["systemctl", "--quiet", "is-active", unit]  # on a machine without systemd it complains
    return subprocess.run(asked, stderr=subprocess.DEVNULL).returncode == 0


def _is_in_a_home(path: Path) -> bool:
    return path.parts[1:2] in (("root",), ("home",))


def _os_release(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: value.strip('"') for name, _, value in pairs}


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _there(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
