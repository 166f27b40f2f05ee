"""The steps that change the machine: user, folders, environments, the first release, the service."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from deploy.environments import clean_environ
from deploy.installer import files
from deploy.installer.plan import BOT_USER, USER, Plan
from deploy.progress import Progress
from deploy.pythons import SetupError

COMPILED = {
    ".venv": ("content", "deploy", "safety", "web"),
    ".venv-bot": ("actions", "components", "content", "safety", "training"),
}
HEALTHY_WITHIN_S = 900.0
ASK_EVERY_S = 2.0
BOT_VAR = Path("/var/lib/front-desk-bot")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def make_user(plan: Plan) -> None:
    """Make the users of the two halves, which cannot sign in; the web half's may read the bot half's logs."""
    if not plan.is_real:
        return
    for name, home in ((BOT_USER, BOT_VAR), (USER, plan.var)):
        try:
            pwd.getpwnam(name)
        except KeyError:
            how = ["--home-dir", str(home), "--no-create-home", "--shell", "/usr/sbin/nologin"]
            subprocess.run(["useradd", "--system", "--user-group", *how, name], check=True)
    subprocess.run(["usermod", "--append", "--groups", BOT_USER, USER], check=True)


def make_folders(plan: Plan) -> None:
    """Make the folders of data and backups, for that user alone, and the token of the two halves."""
    for folder in (plan.var, plan.temporary, plan.backups):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    plan.serving.mkdir(mode=0o755, exist_ok=True)  # in a folder that nobody else enters
    if plan.is_real:
        for folder in (plan.var, plan.temporary, plan.backups, plan.serving):
            shutil.chown(folder, USER, USER)
        files.give_to(plan.settings.parent, USER, group_only=True)
    if not plan.bot_token.exists():
        files.write_secret(plan.bot_token, secrets.token_urlsafe(32))


def environ_of(plan: Plan) -> dict[str, str]:
    """What the set-up's commands are given: Pythons and temporary files on the disk, in known places."""
    path = SYSTEM_PATH if plan.is_real else os.environ.get("PATH", "")
    # The service sees no homes: a Python in somebody's pyenv would be gone for it.
    no_homes = {"HOME": str(plan.var), "PYENV_ROOT": str(plan.var / "none")} if plan.is_real else {}
    return (
        clean_environ()
        | no_homes
        | {
            "PATH": f"{plan.code / '.uv/bin'}{os.pathsep}{path}",
            "TMPDIR": str(plan.temporary),
            "UV_CACHE_DIR": str(plan.temporary / "uv"),
            "UV_PYTHON_INSTALL_DIR": str(plan.code / ".python"),
            "FRONT_DESK_VAR": str(plan.var),
        }
    )


def bring_uv(plan: Plan) -> None:
    """Install uv into the checkout, checked by its hash, unless both environments are there."""
    if _is_set_up(plan) or (plan.code / ".uv/bin/uv").exists():
        return
    environ, python = environ_of(plan), plan.code / ".uv/bin/python"
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    Progress(total=1, log=plan.var / "setup.log").step(
        "Fetching uv, which fetches the rest",
        [sys.executable, "-m", "venv", plan.code / ".uv"],
        [*pip, "--require-hashes", "-r", plan.code / "requirements/uv.txt"],
        environ=environ,
    )


def set_up(plan: Plan) -> None:
    """Make both environments and the encoder. Raises SetupError."""
    _take_what_is_ready(plan)
    done = subprocess.run([sys.executable, "-m", "deploy.setup"], cwd=plan.code, env=environ_of(plan))
    if done.returncode != 0:
        raise SetupError(
            "The environments could not be made; the lines above say why. Start this again afterwards."
        )
    shutil.rmtree(plan.temporary / "uv", ignore_errors=True)
    compile_code(plan.code)


def compile_code(code: Path) -> None:
    """Compile the project's own code once: the service may not write it, so each start would anew."""
    for environment, folders in COMPILED.items():
        command: list[str | Path] = [code / environment / "bin/python", "-m", "compileall", "-q"]
        subprocess.run([*command, *(code / name for name in folders)], check=True)


def train(plan: Plan) -> None:
    """Train the first release, unless one for this content is there. Raises StepFailed."""
    if plan.is_real:
        files.give_to(plan.var, USER)
    check: list[str | Path] = [plan.code / ".venv/bin/python", "-m", "deploy.train", "--if-needed"]
    as_user: list[str | Path] = ["runuser", "-u", USER, "--"] if plan.is_real else []
    Progress(total=1, log=plan.var / "setup.log").step(
        "Training the answers (up to 5 minutes; none when a release is there)",
        ["env", "-C", plan.code, *as_user, *check],
        environ=environ_of(plan) | {"HOME": str(plan.var)},
    )
    if plan.is_real:
        files.give_to(plan.var, USER)  # the log of the step too


def start(plan: Plan) -> None:
    """Enable and (re)start the units and the proxy."""
    if not plan.is_real:
        return
    for command in (
        ["systemctl", "daemon-reload"],
        ["systemctl", "enable", "--quiet", "front-desk.service"],
        ["systemctl", "enable", "--quiet", "--now", "front-desk-backup.timer", "front-desk-drill.timer"],
        ["systemctl", "restart", "--no-block", "front-desk.service"],
    ):
        subprocess.run(command, check=True)
    reload_proxy(plan)


def reload_proxy(plan: Plan) -> None:
    """Have the proxy read its file, which is checked first. Raises SetupError."""
    checks = {
        "caddy": ["caddy", "validate", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"],
        "nginx": ["nginx", "-t"],
        "apache": ["apache2ctl", "configtest"],
    }
    if plan.proxy not in checks or not plan.is_real:
        return
    done = subprocess.run(checks[plan.proxy], capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise SetupError(f"{plan.proxy} does not take {plan.proxy_file}: {' '.join(last)}")
    unit = {"apache": "apache2"}.get(plan.proxy, plan.proxy)
    subprocess.run(["systemctl", "reload-or-restart", unit], check=True)


def stop(plan: Plan) -> None:
    """Stop and disable the units."""
    if plan.is_real:
        units = ["front-desk.service", "front-desk-backup.timer", "front-desk-drill.timer"]
        subprocess.run(["systemctl", "disable", "--quiet", "--now", *units], check=False)


def wait_for_health(plan: Plan, *, within_s: float = HEALTHY_WITHIN_S) -> None:
    """Return once a visitor would be answered. Raises SetupError with what is wrong."""
    until_s, said = time.monotonic() + within_s, "it does not answer yet"
    while time.monotonic() < until_s:
        try:
            with urllib.request.urlopen(f"{plan.local_url}/health", timeout=10):
                return
        except urllib.error.HTTPError as error:
            said = " ".join(json.loads(error.read() or b"{}").get("problems", [])) or str(error)
        except OSError:
            pass  # not up yet
        if plan.is_real and not is_active_or_starting():
            said = "it ended; journalctl -u front-desk says why"
            break
        time.sleep(ASK_EVERY_S)
    raise SetupError(f"Front Desk was started and is not well: {said}. See: front-desk logs")


def is_active_or_starting(unit: str = "front-desk.service") -> bool:
    """Whether systemd still tries; between two tries it is activating."""
    asked = ["systemctl", "show", unit, "--property=ActiveState", "--value"]
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip() in ("active", "activating")


def first_link(plan: Plan) -> str:
    """What `front-desk link` says: the one-time link, or that there is an administrator already."""
    asked: list[str | Path] = [plan.code / "deploy/front-desk", f"--settings={plan.settings}", "link"]
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip()


def _is_set_up(plan: Plan) -> bool:
    return all((plan.code / name / "front-desk-stamp").exists() for name in (".venv", ".venv-bot"))


def _take_what_is_ready(plan: Plan) -> None:
    """Take encoder and releases of the checkout's own var, when a version was shipped or tried with them."""
    shipped = plan.code / "var"
    if plan.var == shipped or not (shipped / "releases/trained-from").exists():
        return
    for name in ("encoder", "releases"):
        if (shipped / name).is_dir() and not (plan.var / name).exists():
            draft = plan.var / f".{name}.new"
            shutil.rmtree(draft, ignore_errors=True)
            shutil.copytree(shipped / name, draft, ignore=shutil.ignore_patterns("building-*", "bots.json"))
            draft.rename(plan.var / name)
