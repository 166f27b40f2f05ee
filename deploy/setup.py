"""Set up everything `make run` and `make test` need; a second time it only looks.

Runs before any environment exists, so with the standard library only, on Python 3.11 or newer.
"""

from __future__ import annotations

import fcntl
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.environments import Command, Environment, Requirements, clean_environ
from deploy.os_errors import why
from deploy.progress import Progress, StepFailed
from deploy.pythons import Python, SetupError, find_bot_python, find_uv

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
WEB = Environment(
    ROOT / ".venv",
    (Requirements(REQUIREMENTS / "web.txt"),),
    development=Requirements(REQUIREMENTS / "web-dev.txt"),
)
BOT = Environment(
    ROOT / ".venv-bot",
    (
        # Rasa asks for TensorFlow, which the running bot does without (requirements/bot-without.in).
        Requirements(REQUIREMENTS / "bot.txt", ("--no-deps",)),
        # It asks for PyTorch, which building the encoder does without.
        Requirements(REQUIREMENTS / "encoder.txt", ("--no-deps", "--only-binary", ":all:")),
    ),
    development=Requirements(REQUIREMENTS / "bot-dev.txt"),
)
DEVELOPMENT = "--development"  # what tests, linters and Rasa's own commands need besides
STEPS_OF_AN_ENVIRONMENT = 2


def main() -> int:
    """Set up what is missing; return the exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops the installer with us
    var = Path(os.environ.get("FRONT_DESK_VAR") or ROOT / "var")
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        with only_one_set_up(var):
            set_up(var, development=DEVELOPMENT in sys.argv[1:])
    except (SetupError, StepFailed) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{why(error)}. Start this again afterwards; it goes on where it was.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next run starts this step afresh.", file=sys.stderr)
        return 130
    return 0


def set_up(var: Path, *, development: bool = False) -> None:
    """Run the steps whose result is not there yet."""
    missing = [each for each in (WEB, BOT) if not each.is_ready(development=development)]
    environ = clean_environ()
    encoder: Command = [BOT.python, "-m", "training.encoder", "--to", var / "encoder"]
    needs_encoder = BOT in missing or _fails([*encoder, "--check"], environ)
    progress = Progress(total=STEPS_OF_AN_ENVIRONMENT * len(missing) + needs_encoder, log=var / "setup.log")
    os.chdir(ROOT)
    for environment in missing:
        _set_up_environment(environment, progress, environ, development=development)
    if needs_encoder:
        progress.step("Building the encoder (about 10 s)", encoder, environ=environ)


def _set_up_environment(
    environment: Environment, progress: Progress, environ: dict[str, str], *, development: bool
) -> None:
    python, uv = _python_for(environment), find_uv(environ)
    name = "bot" if environment is BOT else "web"
    about = "1 minute" if environment is WEB else "4 minutes" if development else "2 minutes"
    make = environment.prepare(python, uv)
    progress.step(f"Making the {name} environment", *make, environ=environ)
    environment.mark_unfinished()
    progress.step(
        f"Installing the {name} half's packages (about {about})",
        *environment.install(uv, development=development),
        environ=environ,
    )
    environment.mark_ready(development=development)


def _python_for(environment: Environment) -> Python:
    if environment is BOT:
        return find_bot_python(os.environ)
    # The Python that runs this was chosen by deploy/find-python.sh.
    base = Path(getattr(sys, "_base_executable", sys.executable))
    return Python(base, platform.python_version())


def _fails(command: Command, environ: dict[str, str]) -> bool:
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True)
    return done.returncode != 0


@contextmanager
def only_one_set_up(var: Path) -> Iterator[None]:
    """Wait until no other set-up works on these folders."""
    with (var / "setup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another setup is running here; waiting for it ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
