"""Where a build's time goes, step by step: `python -m tests.bench.build_steps`.

On a copy of the trained installation, without the web half. Each build teaches one answer one more
question and replays 1,000 messages; the next one is held against it, as after a publish. Processor time
counts where the machine is busy with other things. Prints the table of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from deploy.settings import BOT_PYTHON, ROOT
from tests.bench.parties import copy_of_var, environ
from tests.bench.report import stamp, table
from web.releases.publishing import point

LOOK_EVERY_S = 0.2
OF_A_RELEASE = ("model.tar.gz", "manifest.json", "report.json", "safety.json", "training.log")
REPLAYED, EVERY_NTH = 1000, 19
STEPS = {
    "check": "check",
    "train": "training",
    "evaluate": "evaluation and gates",
    "converse": "practice conversations",
    "report": "writing the report",
}


@dataclass
class Spent:
    """Processor time of a process and of all that it started, of those that have ended too."""

    process_id: int
    by_process: dict[int, float] = field(default_factory=dict)

    def look(self) -> float:
        """Seconds so far."""
        try:
            root = psutil.Process(self.process_id)
            for each in (root, *root.children(recursive=True)):
                times = each.cpu_times()
                self.by_process[each.pid] = times.user + times.system
        except psutil.Error:
            pass  # one has ended meanwhile: its last look counts
        return sum(self.by_process.values())

    def keep_looking(self, process: subprocess.Popen[str]) -> None:
        while process.poll() is None:
            self.look()
            time.sleep(LOOK_EVERY_S)


@dataclass(frozen=True)
class Step:
    """Where a build was, and what it had taken until then."""

    name: str
    seconds: float
    cpu_s: float


def main() -> int:
    """Build, print."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.build_steps", description=__doc__)
    options.add_argument("--builds", type=int, default=2)
    options.add_argument("--to-the-report", action="store_true", help="without the practice conversations")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder) / "var"
        copy_of_var(var, with_releases=True)
        print(stamp("python -m tests.bench.build_steps"), flush=True)
        for number in range(1, chosen.builds + 1):
            project = _project(var, Path(folder) / f"project-{number}", number)
            steps, release = _build(project, var, stops_early=chosen.to_the_report)
            print(f"\n{_told(number, steps)}", flush=True)
            point(var / "releases", release)
    return 0


def _project(var: Path, made: Path, number: int) -> Path:
    """The published content with one more question."""
    published = (var / "releases" / "published").read_text(encoding="utf-8").strip()
    shutil.copytree(var / "releases" / published, made, ignore=shutil.ignore_patterns(*OF_A_RELEASE))
    path = min((made / "data" / "answers").glob("*.yml"))
    question = f"    - and where would i read figure {number} of the bench\n"
    written = path.read_text(encoding="utf-8").replace("  examples: |\n", f"  examples: |\n{question}", 1)
    path.write_text(written, encoding="utf-8")
    return made


def _build(project: Path, var: Path, *, stops_early: bool) -> tuple[list[Step], str]:
    """One build as the studio starts it: its steps, and the release."""
    where = ["--project", str(project), "--var", str(var)]
    command = [
        str(BOT_PYTHON), "-W", "ignore", "-m", "training", *where, "build", "--progress", "--visitors",
    ]  # fmt: skip
    begun_s, steps, told = time.monotonic(), [Step("", 0.0, 0.0)], dict[str, Any]()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ() | {"FRONT_DESK_VAR": str(var)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    spent = Spent(process.pid)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(_visitors(project)))
    process.stdin.close()
    threading.Thread(target=spent.keep_looking, args=(process,), daemon=True).start()
    for line in process.stdout:
        told |= json.loads(line)
        name = "report to read" if line.startswith('{"report"') else str(told.get("step", ""))
        if steps[-1].name != name:
            steps.append(Step(name, time.monotonic() - begun_s, spent.look()))
        if stops_early and told.get("report"):
            process.kill()
    process.wait()
    steps.append(Step("end", time.monotonic() - begun_s, spent.look()))
    if not (told.get("release") or told.get("report")):
        raise SystemExit(f"The build failed: {told.get('failed')}")
    return steps, str(told.get("release") or told["report"])


def _visitors(project: Path) -> Iterator[str]:
    """Questions as visitors may have asked them, as the studio sends them."""
    files = sorted((project / "data" / "answers").glob("*.yml"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    taught = [line[6:] for line in lines if line.startswith("    - ")]
    for number, text in enumerate(taught[::EVERY_NTH][:REPLAYED]):
        yield json.dumps({"id": str(number), "text": text}) + "\n"


def _told(number: int, steps: list[Step]) -> str:
    rows = []
    for step, after in pairwise(steps):
        if step.name in STEPS:
            seconds, cpu_s = after.seconds - step.seconds, after.cpu_s - step.cpu_s
            rows.append([STEPS[step.name], f"{seconds:.0f} s", f"{cpu_s:.0f} s"])
    readable = next((step for step in steps if step.name == "report to read"), None)
    for name, reached in (("**until the report**", readable), ("until the end", steps[-1])):
        if reached:
            rows.append([name, f"{reached.seconds:.0f} s", f"{reached.cpu_s:.0f} s"])
    return table([f"build {number}", "clock", "processor"], rows)


if __name__ == "__main__":
    sys.exit(main())
