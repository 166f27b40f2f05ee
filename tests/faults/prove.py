"""The long fault run, in rounds, each with a seed of its own (part of `make prove`).

    python -m tests.faults.prove [--kills 200] [--messages 5000] [--deadline 8] [--afresh]

On a machine that others use too a first reply comes later for their sake: --deadline says from when it
counts as late, and the table says so. What was done stands in `var/faults/state.json`: stopped in
between, it goes on where it was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from deploy.settings import ROOT
from tests.bench import report as page
from tests.bench.figures import number, percentile
from tests.faults.plan import SHAPES, Plan
from tests.faults.run import DEADLINE_S, Report, run

KILLS_EACH = 20
TOLD = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "2x2": "PostgreSQL, 2 web processes, 2 bots"}
STATE = Path(os.environ.get("FRONT_DESK_VAR") or ROOT / "var") / "faults" / "state.json"


def main() -> int:
    """Run what is left of the rounds, write the table after each; 1 when anything was found."""
    options = _options()
    rounds = max(1, options.kills // KILLS_EACH)
    messages = options.messages // rounds
    shapes = [shape.name for shape in SHAPES]
    proof = {"messages": messages, "shapes": shapes, "deadline_s": options.deadline}
    state = {"seed": options.seed, **proof, "done": []}
    if STATE.exists() and not options.afresh:
        kept = json.loads(STATE.read_text(encoding="utf-8"))
        # A finished proof is not taken for a new one, and other numbers are another proof.
        if proof.items() <= kept.items() and len(kept["done"]) < rounds:
            state = kept
    done = [Report(**each) for each in state["done"]]
    for index in range(len(done), rounds):
        done.append(_round(index, rounds, int(state["seed"]) + index, messages, options.deadline))
        _keep({**state, "done": [asdict(each) for each in done]})
        page.write("faults", _table(done, _note(len(done), rounds, options)))
    failed = [each for each in done if each.findings]
    for each in failed:
        print(f"{each.as_text()}\n  To play it again: {_again(each, messages)}")
    return 1 if failed else 0


def _round(index: int, rounds: int, seed: int, messages: int, deadline_s: float) -> Report:
    shape = SHAPES[index % len(SHAPES)]
    drawn = Plan.draw(seed, messages=messages, kills=KILLS_EACH, shape=shape)
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(run(drawn, shape, folder=Path(folder), deadline_s=deadline_s))
    print(f"Round {index + 1} of {rounds}. {report.as_text()}", flush=True)
    return report


def _note(done: int, rounds: int, options: argparse.Namespace) -> str:
    far = "" if done == rounds else f"{done} of {rounds} rounds so far."
    late = "" if options.deadline == DEADLINE_S else f"Late is a first reply after {options.deadline:g} s."
    return " ".join(filter(None, (far, late, options.note)))


def _keep(state: dict[str, object]) -> None:
    STATE.parent.mkdir(parents=True, exist_ok=True)
    written = STATE.with_suffix(".next")
    written.write_text(json.dumps(state), encoding="utf-8")
    written.replace(STATE)


def _table(done: list[Report], note: str) -> str:
    head = [
        "", "kills (web, bots, action server, database)", "messages", "visitors", "connections cut",
        "bad turns", "crisis cards", "first reply p50 / p95 / worst",
        "nothing could be stored, worst", "findings",
    ]  # fmt: skip
    rows = [_row(shape.name, [each for each in done if each.shape == shape.name]) for shape in SHAPES]
    text = page.table(head, [row for row in rows if row])
    seeds = f"Seeds {done[0].seed} to {done[-1].seed}."
    return f"{page.stamp('make kills', note=f'{seeds} {note}'.strip())}\n\n{text}"


def _row(shape: str, reports: list[Report]) -> list[str]:
    if not reports:
        return []
    killed = [
        sum(each.killed.get(part, 0) for each in reports for part in parts)
        for parts in (("web", "web-2"), ("bot", "bot-2"), ("actions",), ("postgresql",))
    ]
    waits = [wait for each in reports for wait in each.waits_s]
    outages = [outage for each in reports for outage in each.outages_s]
    shown = " / ".join(number(value) for value in (percentile(waits, 50), percentile(waits, 95), max(waits)))
    return [
        TOLD[shape],
        f"{sum(killed)} ({', '.join(map(str, killed))})",
        f"{sum(each.messages for each in reports):,}",
        str(sum(each.visitors for each in reports)),
        str(sum(each.cuts for each in reports)),
        str(sum(sum(each.bad_turns.values()) for each in reports)),
        str(sum(each.cards for each in reports)),
        f"{shown} s",
        f"{number(max(outages, default=0.0))} s",
        str(sum(len(each.findings) for each in reports)),
    ]


def _again(report: Report, messages: int) -> str:
    options = f"--seed {report.seed} --kills {KILLS_EACH} --messages {messages}"
    return f"python -m tests.faults.run {options} --shape {report.shape}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.prove", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--deadline", type=float, default=DEADLINE_S, help="seconds to a first reply")
    parser.add_argument("--afresh", action="store_true", help="begin again")
    parser.add_argument("--note", default="", help="a sentence for the page")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
