"""Writes the files of an installation; a second time it changes only what differs."""

from __future__ import annotations

import os
import pwd
from dataclasses import replace
from pathlib import Path

from deploy.installer.plan import (
    PROXIES,
    STANDS_FOR_CODE,
    STANDS_FOR_HOST,
    STANDS_FOR_PORT,
    UNITS,
    Plan,
)

IMPORT_LINE = "import /etc/caddy/front-desk.caddy"


def write_all(plan: Plan) -> list[Path]:
    """Write units, command and proxy file, and settings when there are none; returns what changed."""
    changed = write_units(plan)
    if _link(plan.command, plan.code / "deploy/front-desk"):
        changed.append(plan.command)
    if not plan.settings.exists():  # what stands in there is the operator's
        plan.settings.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        _write(plan.settings, settings_text(plan), mode=0o640)
        changed.append(plan.settings)
    return changed + _write_proxy(plan)


def write_units(plan: Plan, runs_in: Path | None = None) -> list[Path]:
    """Write the units, for the plan's code or for where it will run; returns what changed."""
    code = runs_in or plan.code
    return [plan.units / name for name in UNITS if _write(plan.units / name, _unit(plan, name, code))]


def remove_all(plan: Plan) -> list[Path]:
    """Take away what `write_all` wrote, but for the settings; the answer is what was there."""
    proxies = [replace(plan, proxy=name).proxy_file for name in PROXIES]
    units = [plan.units / name for name in UNITS]
    files = [*units, plan.command, plan.bot_token, *filter(None, proxies)]
    found = [path for path in files if path.is_symlink() or path.exists()]
    for path in found:
        path.unlink()
    enabled = plan.root / "etc/nginx/sites-enabled/front-desk"
    enabled.unlink(missing_ok=True)
    caddyfile = plan.root / "etc/caddy/Caddyfile"
    if caddyfile.exists() and IMPORT_LINE in (text := caddyfile.read_text(encoding="utf-8")):
        caddyfile.write_text(text.replace(f"{IMPORT_LINE}\n", ""), encoding="utf-8")
        found.append(caddyfile)
    return found


def settings_text(plan: Plan) -> str:
    """The example of every setting, with what this plan knows."""
    known = {
        "FRONT_DESK_PUBLIC_URL": plan.url,
        "FRONT_DESK_ALLOWED_SITES": ",".join(site.rstrip("/") for site in plan.sites),
        "FRONT_DESK_TRUSTED_PROXIES": "127.0.0.1" if plan.proxy != "none" else "",
        "FRONT_DESK_VAR": str(plan.var),
        "FRONT_DESK_BACKUP_TO": str(plan.backups),
        "FRONT_DESK_PORT": str(plan.port),
        "FRONT_DESK_BOT_PORT": str(plan.bot_port),
        "FRONT_DESK_ACTIONS_PORT": str(plan.actions_port),
    }
    lines = (plan.code / "deploy/settings.example").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        name = line.lstrip("#").partition("=")[0]
        if "=" in line and known.get(name):
            lines[number] = f"{name}={known[name]}"
    return "\n".join(lines) + "\n"


def _unit(plan: Plan, name: str, code: Path) -> str:
    text = (plan.code / "deploy/systemd" / name).read_text(encoding="utf-8")
    return text.replace(STANDS_FOR_CODE, str(code))


def _write_proxy(plan: Plan) -> list[Path]:
    path = plan.proxy_file
    if path is None:
        return []
    text = (plan.code / f"deploy/proxies/front-desk.{plan.proxy}").read_text(encoding="utf-8")
    text = text.replace(STANDS_FOR_HOST, plan.host).replace(STANDS_FOR_PORT, f"127.0.0.1:{plan.port}")
    changed = [path] if _write(path, text) else []
    if plan.proxy == "caddy":
        caddyfile = plan.root / "etc/caddy/Caddyfile"
        present = caddyfile.read_text(encoding="utf-8") if caddyfile.exists() else ""
        if IMPORT_LINE not in present.splitlines():
            ended = present if not present or present.endswith("\n") else f"{present}\n"
            _write(caddyfile, f"{ended}{IMPORT_LINE}\n")
            changed.append(caddyfile)
    if plan.proxy == "nginx":
        _link(plan.root / "etc/nginx/sites-enabled/front-desk", Path("/etc/nginx/sites-available/front-desk"))
    return changed


def _write(path: Path, text: str, *, mode: int = 0o644) -> bool:
    """Write a file as a whole or not at all; False when it is so already."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True


def write_secret(path: Path, text: str) -> None:
    """Write a file for root alone."""
    _write(path, f"{text}\n", mode=0o600)


def _link(path: Path, to: Path) -> bool:
    if path.is_symlink() and path.readlink() == to:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(to)
    return True


def give_to(path: Path, user: str, *, group_only: bool = False) -> None:
    """Hand a folder and all in it to a user; or let only its group read it. No link is followed."""
    known = pwd.getpwnam(user)
    owner = 0 if group_only else known.pw_uid
    for each in (path, *path.rglob("*")):
        os.lchown(each, owner, known.pw_gid)
