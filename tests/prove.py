"""`make prove`: every test, linter and long proof, stage after stage; it goes on where it was stopped.

    python -m tests.prove [--only STAGE...] [--afresh] [--note "..."]

A stage is a target of the Makefile. What passed with this very code stands in `var/prove/state.json` and is
not run again; what failed is named at the end, after all the others, and is run again the next time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.settings import ROOT
from tests.bench import report as page

STAGES = (
    "lint", "quick", "services", "thorough", "validate", "stories", "conversations", "end-to-end-deeds",
    "end-to-end-builds", "end-to-end-looks", "faults", "evaluate", "kills",
)  # fmt: skip
STATE = Path(os.environ.get("FRONT_DESK_VAR") or ROOT / "var") / "prove" / "state.json"
# What a proof writes, or what changes nothing that is proven.
_LEFT_OUT = (":!docs", ":!CHANGELOG.md")


@dataclass(frozen=True)
class Stage:
    """A stage that was run."""

    name: str
    passed: bool
    minutes: float
    ended: str


def main() -> int:
    """Run what is left; 1 when a stage failed."""
    options = _options()
    done = prove(options.only or STAGES, _code(), _make, afresh=options.afresh)
    page.write("prove", table(done, options.note))
    failed = [each.name for each in done.values() if not each.passed]
    left = [name for name in STAGES if name not in done]
    if failed:
        print(f"Failed: {', '.join(failed)}. `make prove` runs these again, and not what passed.")
    print(f"Left: {', '.join(left)}." if left else "Every stage was run with this code.")
    return 1 if failed else 0


def prove(
    wanted: Sequence[str], code: str, run: Callable[[str], bool], *, afresh: bool = False, state: Path = STATE
) -> dict[str, Stage]:
    """Run the stages that did not pass with this code yet; each is kept as soon as it ended."""
    done = {} if afresh else _kept(state, code)
    for name in wanted:
        if name in done and done[name].passed:
            print(f"{name}: passed at {done[name].ended}", flush=True)
            continue
        print(f"{name}: begins", flush=True)
        began = time.monotonic()
        passed = run(name)
        minutes = round((time.monotonic() - began) / 60, 1)
        done[name] = Stage(name, passed, minutes, datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"))
        print(f"{name}: {'passed' if passed else 'FAILED'} in {minutes} min", flush=True)
        _keep(state, code, done)
    return done


def _make(stage: str) -> bool:
    environ = os.environ | {"FRONT_DESK_PROVE": "1"}
    command = ["make", "--no-print-directory", stage, "RERUNS="]  # a proof forgives nothing
    return subprocess.run(command, cwd=ROOT, env=environ).returncode == 0


def _code() -> str:
    """A hash of the code as it stands, committed or not."""
    commands = (["ls-files", "-s"], ["diff", "HEAD"], ["ls-files", "-o", "--exclude-standard"])
    digest = hashlib.sha256()
    for command in commands:
        asked = ["git", *command, "--", ".", *_LEFT_OUT]
        digest.update(subprocess.run(asked, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    return digest.hexdigest()


def _kept(state: Path, code: str) -> dict[str, Stage]:
    if not state.exists():
        return {}
    kept = json.loads(state.read_text(encoding="utf-8"))
    if kept["code"] != code:
        print("The code is another one since then: every stage begins again.")
        return {}
    return {each["name"]: Stage(**each) for each in kept["done"]}


def _keep(state: Path, code: str, done: dict[str, Stage]) -> None:
    state.parent.mkdir(parents=True, exist_ok=True)
    written = state.with_suffix(".next")
    written.write_text(json.dumps({"code": code, "done": [asdict(each) for each in done.values()]}))
    written.replace(state)


def table(done: dict[str, Stage], note: str) -> str:
    """Every stage and what came of it; those that were not run with this code, too."""
    rows = [
        [f"`{name}`", "passed" if each.passed else "failed", f"{each.minutes:.1f}", each.ended]
        if (each := done.get(name))
        else [f"`{name}`", "not run with this code", "", ""]
        for name in STAGES
    ]
    whole = sum(each.minutes for each in done.values())
    said = page.stamp("make prove", note=f"{whole:.0f} minutes in all. {note}".strip())
    return f"{said}\n\n{page.table(['stage', 'result', 'minutes', 'ended'], rows)}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=STAGES, metavar="STAGE", help=", ".join(STAGES))
    parser.add_argument("--afresh", action="store_true", help="run what passed already, too")
    parser.add_argument("--note", default="", help="a sentence for the page")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
