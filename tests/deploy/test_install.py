"""`deploy/install`: looks before it changes anything, can be run again, and leaves data at the end."""

from __future__ import annotations

import dataclasses
import os
import platform
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from deploy.cli import settings_file
from deploy.cli.trial import LEFT_OUT
from deploy.installer import checks, files, steps
from deploy.installer.__main__ import main
from deploy.installer.plan import PROXIES, UNITS, Plan
from deploy.os_errors import why
from deploy.settings import SECRETS
from deploy.supervise import WRONG_SETTINGS
from web.core.settings import Settings

PROJECT = Path(__file__).parents[2]
HOST, SITE = "desk.clinic.example", "https://www.clinic.example"
SANDBOX_SCORE = 2.0  # of systemd-analyze security: 0 is a closed box, 10 an open door


@pytest.fixture(autouse=True)
def on_ready_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environments of this checkout are not made anew, and nothing is trained."""
    for step in ("bring_uv", "set_up", "train"):
        monkeypatch.setattr(steps, step, lambda _: None)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(HOST, (SITE,), root=tmp_path / "machine")


def install(plan: Plan, *more: str) -> int:
    """Install into the folder that stands for the machine; the answer is the exit status."""
    sites = [f"--site={site}" for site in plan.sites]
    return main(["install", plan.host, *sites, f"--root={plan.root}", *more])


def everything_in(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its mode and content, every link with where it leads."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file()]
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            bytes(path.readlink()) if path.is_symlink() else path.read_bytes(),
        )
        for path in paths
    }


def test_everything_that_is_missing_is_told_at_once_and_nothing_is_changed(
    tmp_path, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(checks, "MIN_MEMORY_BYTES", 1 << 60)
    root = tmp_path / "machine"
    assert main(["install", "desk", "--site", "clinic.example", f"--root={root}"]) == 1
    told = capsys.readouterr().err
    for part in ("no host name", "without a path", "x86-64", "2 GB of memory", "apt install -y caddy"):
        assert part in told
    assert not root.exists()


def test_on_aarch64_it_goes_on_and_says_that_nobody_tried(plan: Plan, capsys, monkeypatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert install(plan, "--check") == 0
    assert "nobody has run it there yet" in capsys.readouterr().err


@pytest.mark.parametrize(("place", "is_seen"), [("opt", True), ("home", False), ("root", False)])
def test_code_in_a_home_is_refused_for_the_service_does_not_see_it(place: str, is_seen: bool) -> None:
    plan = Plan(HOST, (SITE,), code=Path("/", place, "front-desk"))
    told = [each.sentence for each in checks.look(plan) if "move /" in each.sentence]
    assert bool(told) is not is_seen


def test_check_changes_nothing(plan: Plan, capsys) -> None:
    assert install(plan, "--check") == 0
    assert "Nothing is missing" in capsys.readouterr().out
    assert not plan.root.exists()


def test_an_installation_has_units_command_settings_proxy_and_closed_folders(plan: Plan) -> None:
    assert install(plan) == 0
    assert all((plan.units / name).is_file() for name in UNITS)
    assert plan.command.resolve() == PROJECT / "deploy/front-desk"
    assert stat.S_IMODE(plan.settings.stat().st_mode) == 0o640
    for folder in (plan.var, plan.backups, plan.temporary):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert plan.proxy_file is not None
    assert f"{HOST} {{" in plan.proxy_file.read_text(encoding="utf-8")


def test_a_root_with_a_closed_umask_still_writes_files_that_the_proxy_can_read(plan: Plan) -> None:
    os.umask(0o077)
    install(plan)
    assert plan.proxy_file is not None
    for path in (plan.proxy_file, plan.units / "front-desk.service"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
    for folder in (plan.proxy_file.parent, plan.units):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_a_second_time_changes_nothing_and_keeps_what_the_operator_wrote(plan: Plan) -> None:
    assert install(plan) == 0
    with plan.settings.open("a", encoding="utf-8") as file:
        file.write("FRONT_DESK_CHAT_DAYS=14\n")
    before = everything_in(plan.root)
    assert files.write_all(plan) == []
    assert install(plan) == 0
    assert everything_in(plan.root) == before


def test_a_second_time_needs_no_arguments_and_keeps_ports_and_proxy(plan: Plan) -> None:
    assert install(plan, "--port=8100", "--proxy=nginx") == 0
    before = everything_in(plan.root)
    assert main(["install", f"--root={plan.root}"]) == 0
    assert everything_in(plan.root) == before


@pytest.mark.parametrize(
    ("host", "more", "setting"),
    [
        ("other.clinic.example", (), "FRONT_DESK_PUBLIC_URL"),
        (HOST, ("--port=8100",), "FRONT_DESK_PORT"),
        (HOST, ("--site=https://www.other.example",), "FRONT_DESK_ALLOWED_SITES"),
    ],
)
def test_what_contradicts_the_settings_is_refused_and_changes_nothing(
    plan: Plan, capsys, host: str, more: tuple[str, ...], setting: str
) -> None:
    install(plan)
    before = everything_in(plan.root)
    assert main(["install", host, f"--root={plan.root}", *more]) == 1
    told = capsys.readouterr().err
    assert setting in told
    assert str(plan.settings) in told
    assert everything_in(plan.root) == before


def test_the_written_settings_are_taken_by_the_service_without_a_doubt(plan: Plan) -> None:
    install(plan)
    settings = Settings.from_environment(settings_file.read(plan.settings))
    assert settings.public_url == f"https://{HOST}"
    assert settings.allowed_sites == (SITE,)
    assert settings.doubts() == []


def test_the_example_names_every_setting_of_an_operator() -> None:
    text = (PROJECT / "deploy/settings.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))
    table = (PROJECT / "docs/operators.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `([A-Z][A-Z_]+)` \|", table, re.MULTILINE))
    made_by_the_supervisor = {"FRONT_DESK_BOT_URL", "FRONT_DESK_BOT_TOKEN", "FRONT_DESK_ACTIONS_TOKEN"}
    assert named == described - made_by_the_supervisor


def test_no_secret_reaches_the_bot_half_and_no_trial_tells_anybody() -> None:
    unit = (PROJECT / "deploy/systemd/front-desk-bot.service").read_text(encoding="utf-8")
    unset = re.search(r"^UnsetEnvironment=(.+)$", unit, re.MULTILINE)
    assert unset
    assert set(SECRETS) <= set(unset[1].split())
    assert set(SECRETS) - {"DATABASE_URL"} <= set(LEFT_OUT)


def test_uninstall_leaves_data_settings_backups_and_the_proxys_own_file(plan: Plan, capsys) -> None:
    caddyfile = plan.root / "etc/caddy/Caddyfile"
    caddyfile.parent.mkdir(parents=True)
    caddyfile.write_text(":80 {\n}\n", encoding="utf-8")
    install(plan)
    record = plan.var / "front-desk.sqlite3"
    record.write_bytes(b"words")
    assert "import /etc/caddy/front-desk.caddy" in caddyfile.read_text(encoding="utf-8")
    assert main(["uninstall", f"--root={plan.root}"]) == 0
    left = everything_in(plan.root)
    kept = ["etc/caddy/Caddyfile", "etc/front-desk/settings", "var/lib/front-desk/front-desk.sqlite3"]
    assert sorted(left) == kept
    assert caddyfile.read_text(encoding="utf-8") == ":80 {\n}\n"
    told = capsys.readouterr().out
    assert f"our line removed from: {caddyfile}" in told
    assert f"removed: {plan.proxy_file}" in told


def test_a_second_checkout_does_not_take_over_the_service_of_the_first(plan: Plan, capsys) -> None:
    install(plan)
    unit = plan.units / "front-desk.service"
    unit.write_text(unit.read_text(encoding="utf-8").replace(str(PROJECT), "/opt/other"), encoding="utf-8")
    before = everything_in(plan.root)
    assert install(plan) == 1
    assert "uninstall that one first" in capsys.readouterr().err
    assert everything_in(plan.root) == before


@pytest.mark.thorough
def test_a_full_disk_ends_in_a_sentence_and_the_next_start_finishes(small_disk, capsys, monkeypatch) -> None:
    monkeypatch.setattr(checks, "MIN_FREE_BYTES_WHEN_SET_UP", 0)
    monkeypatch.setattr(checks, "MIN_FREE_BYTES", 0)
    plan = Plan(HOST, (SITE,), root=small_disk / "machine")
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (8 * 1024 * 1024 - 16_384))
    assert install(plan) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert not [path for path in plan.root.rglob("*") if path.is_file() and not path.stat().st_size]
    filler.unlink()
    assert install(plan) == 0


@pytest.mark.thorough
def test_a_disk_that_fills_up_while_what_was_shipped_is_copied_leaves_no_half_of_it(
    small_disk: Path, tmp_path: Path
) -> None:
    plan = Plan(HOST, (SITE,), root=small_disk / "machine", code=tmp_path / "checkout")
    shipped = plan.code / "var"
    for name in ("encoder/weights", "releases/1/model.tar.gz", "releases/trained-from"):
        (shipped / name).parent.mkdir(parents=True, exist_ok=True)
        (shipped / name).write_bytes(b"x" * 3_000_000)
    plan.var.mkdir(parents=True)
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * 2_000_000)
    with pytest.raises(shutil.Error) as full:
        steps._take_what_is_ready(plan)
    assert why(full.value).startswith("No space left on device (")
    assert not (plan.var / "releases").exists()
    filler.unlink()
    (shipped / "releases/trained-from").write_bytes(b"")
    shutil.rmtree(shipped / "releases/1")
    steps._take_what_is_ready(plan)
    assert (plan.var / "encoder/weights").stat().st_size == 3_000_000
    assert (plan.var / "releases").is_dir()


# What systemd and the proxies themselves say of the files.


@pytest.mark.thorough
def test_systemd_takes_every_unit_without_a_word(plan: Plan) -> None:
    install(plan)
    units = [plan.units / name for name in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.thorough
@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_the_sandbox_of_every_service_is_tight(plan: Plan, name: str) -> None:
    install(plan)
    asked: list[str | Path] = [
        "systemd-analyze",
        "security",
        "--offline=true",
        "--no-pager",
        plan.units / name,
    ]
    done = subprocess.run(asked, capture_output=True, text=True)
    score = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert score is not None, done.stdout + done.stderr
    assert float(score[1]) <= SANDBOX_SCORE


def test_a_wrong_setting_is_not_started_again_and_again(plan: Plan) -> None:
    install(plan)
    unit = (plan.units / "front-desk.service").read_text(encoding="utf-8")
    assert f"RestartPreventExitStatus={WRONG_SETTINGS}\n" in unit


@pytest.mark.thorough
@pytest.mark.parametrize("proxy", [proxy for proxy in PROXIES if proxy != "none"])
def test_the_proxy_itself_takes_its_file(plan: Plan, tmp_path: Path, proxy: str) -> None:
    plan = dataclasses.replace(plan, proxy=proxy)
    assert install(plan, f"--proxy={proxy}") == 0
    path = plan.proxy_file
    assert path is not None
    done = subprocess.run(PROXY_CHECKS[proxy](path, tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def caddy_check(path: Path, folder: Path) -> list[str | Path]:
    config = folder / "Caddyfile"
    options = f"{{\n\tstorage file_system {folder}\n\tlocal_certs\n}}\n"
    config.write_text(options + path.read_text(encoding="utf-8"), encoding="utf-8")
    return ["caddy", "validate", "--config", config, "--adapter", "caddyfile"]


def nginx_check(path: Path, folder: Path) -> list[str | Path]:
    certificate(folder)
    text = path.read_text(encoding="utf-8").replace(f"/etc/letsencrypt/live/{HOST}", str(folder))
    config, temporary = folder / "nginx.conf", ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{name}_temp_path {folder / name};\n" for name in temporary)
    config.write_text(
        f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{paths}{text}\n}}\n",
        encoding="utf-8",
    )
    return ["nginx", "-t", "-c", config]


def apache_check(path: Path, folder: Path) -> list[str | Path]:
    modules = ("mpm_event", "authz_core", "alias", "headers", "filter", "deflate", "ssl", "http2", "proxy",
               "proxy_http", "md")  # fmt: skip
    loads = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in modules)
    config = folder / "apache.conf"
    head = f"ServerRoot {folder}\nPidFile {folder}/pid\nErrorLog {folder}/log\nServerName {HOST}\n{loads}"
    ports = "Listen 80\nListen 443\n"
    config.write_text(head + ports + path.read_text(encoding="utf-8"), encoding="utf-8")
    return ["apache2", "-t", "-f", config]


def certificate(folder: Path) -> None:
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    made += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(made, check=True, capture_output=True)


PROXY_CHECKS = {"caddy": caddy_check, "nginx": nginx_check, "apache": apache_check}
