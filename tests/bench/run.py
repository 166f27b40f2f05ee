"""Measure Front Desk and stock Rasa 3.6.21 side by side (`make bench`); see docs/benchmarks.md.

python -m tests.bench.run [--afresh] [--brief] [--questions 2] [--note "..."]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from deploy.settings import LOOPBACK, ROOT
from deploy.train import stamp_of
from tests.bench import load, on_screen, publishing, report, tables, turns
from tests.bench.figures import Times
from tests.bench.load import Load, LoadFigures
from tests.bench.parties import Party, copy_of_var, ours, stock
from tests.bench.processes import Memory, memory_of, watching
from tests.bench.publishing import NotDone, PublishFigures
from tests.bench.training import MESSAGES, STOCK_MODEL, Trained, Trainer
from tests.bench.turns import TurnFigures

QUESTIONS = 2
# What a visitor asks here has an answer: both sides do all of their work.
KINDS = ("seed", "general", "clinic")
SCREEN_QUESTIONS = 6
LOADS = (
    Load(1, None, 20),
    Load(50, 5, 30),
    Load(300, 10, 40),
    Load(50, None, 30),
    Load(300, None, 30),
)


# With --brief each load lasts this much shorter.
BRIEF = 3


@dataclass
class Measured:
    """Everything about one party at work."""

    ready_s: float = 0.0
    idle: list[Memory] = field(default_factory=list)
    turns: TurnFigures | None = None
    loads: list[LoadFigures] = field(default_factory=list)
    after: list[Memory] = field(default_factory=list)
    peak_mb: float = 0.0
    screen: Times | None = None
    publishing: PublishFigures | str = ""  # or why there are none


def main() -> int:
    """Train, measure, write the tables."""
    options = _options()
    work = Path(os.environ.get("FRONT_DESK_VAR") or ROOT / "var") / "bench"
    work.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(work, questions=options.questions, afresh=options.afresh)
    _say("Training stock Rasa (about five minutes when not kept from before) ...")
    trained_stock = trainer.stock()
    _say("Training Front Desk, on the same sample and on everything ...")
    trained_ours = [trainer.ours(is_sample=True), trainer.ours(is_sample=False)]
    texts = questions()
    with tempfile.TemporaryDirectory() as folder:
        model = trained_stock.folder / STOCK_MODEL
        _say("Measuring stock Rasa ...")
        loads = [replace(each, seconds=each.seconds / BRIEF) if options.brief else each for each in LOADS]
        theirs = measure(stock(trained_stock.folder, model), texts, loads)
        _say("Measuring Front Desk ...")
        copy = Path(folder) / "var"
        _var_with(trained_ours[1], copy)
        mine = measure(ours(copy), texts, loads, var=copy)
    _write(options, trained_stock, trained_ours, theirs, mine)
    return 0


def measure(
    starting: AbstractContextManager[Party],
    texts: Sequence[str],
    loads: Sequence[Load],
    *,
    var: Path | None = None,
) -> Measured:
    """Start one party, measure it in every way, stop it. `var` is that of ours; stock Rasa has none."""
    found = Measured()
    with starting as party, watching(party.process_id) as watch:
        found.ready_s = party.ready_s
        found.idle = memory_of(party.process_id)
        found.turns = asyncio.run(turns.measure(party, texts))
        if var is not None:
            found.screen = on_screen.measure(f"http://{LOOPBACK}:{party.port}/chat", texts[:SCREEN_QUESTIONS])
        for each in loads:
            found.loads.append(asyncio.run(load.run(party, each, texts)))
            _say(f"  {each.name}: {tables.load_cells(found.loads[-1])}")
        found.after = memory_of(party.process_id)
        if var is not None:
            found.publishing = _publishing(party, var)
    found.peak_mb = watch.peak_mb
    return found


def _publishing(party: Party, var: Path) -> PublishFigures | str:
    _say("Building, publishing, undoing ...")
    try:
        return publishing.measure(party, var)
    except (NotDone, httpx.HTTPError, OSError) as error:
        _say(f"  not done: {error}")
        return str(error)  # the other figures are still worth their table


def questions() -> list[str]:
    """Messages of the evaluation that an answer serves, one line each."""
    rows = [line.split("\t") for line in MESSAGES.read_text(encoding="utf-8").splitlines()[1:]]
    return [row[1] for row in rows if row[3] in KINDS and row[4] != "followup"]


def _var_with(trained: Trained, var: Path) -> None:
    """A var folder with the release that was just trained, so that starting trains nothing."""
    copy_of_var(var, with_releases=False)
    for name in ("releases", "cache"):
        shutil.copytree(trained.folder / "var" / name, var / name)
    (var / "releases" / "trained-from").write_text(stamp_of(var), encoding="utf-8")


def _write(
    options: argparse.Namespace,
    trained_stock: Trained,
    trained_ours: Sequence[Trained],
    theirs: Measured,
    mine: Measured,
) -> None:
    command = "make bench" if not options.afresh else "make bench AFRESH=1"
    stamped = report.stamp(command, note=options.note)
    text = tables.of_training(trained_stock, trained_ours)
    report.write("bench-training", f"{stamped}\n\n{text}")
    report.write("bench-running", f"{stamped}\n\n{tables.of_running(theirs, mine)}")
    report.write("bench-publishing", f"{stamped}\n\n{tables.of_publishing(trained_stock, mine)}")
    report.write("bench-load", f"{stamped}\n\n{tables.of_load(theirs.loads, mine.loads, mine.screen)}")
    _say(f"Written into {report.PAGE.relative_to(ROOT)}.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=__doc__)
    parser.add_argument("--afresh", action="store_true", help="train again, also when nothing has changed")
    parser.add_argument("--brief", action="store_true", help="shorter loads: rougher figures sooner")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="of each intent, in the comparison")
    parser.add_argument("--note", default="", help="a sentence for the page, such as what else ran meanwhile")
    return parser.parse_args()


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
