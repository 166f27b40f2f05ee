"""The tables of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.bench.figures import Times, number
from tests.bench.load import LoadFigures
from tests.bench.processes import Memory
from tests.bench.report import table
from tests.bench.training import Trained

if TYPE_CHECKING:
    from tests.bench.run import Measured

SHARES = {
    "top1": "first of the ranking right",
    "top3": "one of the first three right",
    "answered_right": "visitor gets the right thing",
    "kept_in_scope": "in scope: not declined",
    "declined_out_of_scope": "out of scope: declined or asked back",
    "wrong_clinical": "wrong clinical answer",
    "auroc": "AUROC, in scope against out of scope",
}


def of_training(stock: Trained, ours: Sequence[Trained]) -> str:
    """Training, model and understanding."""
    columns = [stock, *ours]
    head = ["", "stock Rasa 3.6.21", "Front Desk, same questions", "Front Desk, all questions"]
    rows = [
        ["questions taught", *(f"{each.questions:,}" for each in columns)],
        ["training", *(f"{number(each.seconds)} s" for each in columns)],
        ["peak memory of training", *(_mb(each.peak_mb) for each in columns)],
        ["model file", *(f"{number(each.model_mb)} MB" for each in columns)],
    ]
    for name, meaning in SHARES.items():
        rows.append([meaning, *(_share(each.accuracy[name], name) for each in columns)])
    counted = f"{ours[0].accuracy['n']} messages and {ours[0].accuracy['n_out_of_scope']} out of scope"
    text = f"{table(head, rows)}\n\nUnderstanding: {counted}; trained at {', '.join(e.at for e in columns)}."
    if stock.is_older:
        text += (
            " Stock Rasa's model and its shares are kept from an earlier state of our content and messages."
        )
        text += " `make bench AFRESH=1` trains it again."
    return text


def of_running(stock: Measured, ours: Measured) -> str:
    """Start, memory, and a turn at the bot's own door."""
    assert stock.turns is not None
    assert ours.turns is not None
    pairs = [
        ("start until a warm turn is answered", f"{stock.ready_s:.0f} s", f"{ours.ready_s:.0f} s"),
        ("memory after the start (PSS)", _sum(stock.idle), _sum(ours.idle)),
        ("memory after all loads (PSS)", _sum(stock.after), _sum(ours.after)),
        ("peak memory", f"{number(stock.peak_mb)} MB", f"{number(ours.peak_mb)} MB"),
        ("turn, conversations of 5, p50 / p95", stock.turns.short.as_text(), ours.turns.short.as_text()),
        ("turns around the 5th of 200, p50", _p50(stock.turns.turn_5), _p50(ours.turns.turn_5)),
        ("turns up to the 200th, p50", _p50(stock.turns.turn_200), _p50(ours.turns.turn_200)),
    ]
    text = table(["", "stock Rasa 3.6.21", "Front Desk"], [list(pair) for pair in pairs])
    return f"{text}\n\n{table(['process', 'RSS', 'PSS'], _each(ours.after, stock.after))}"


def of_publishing(stock: Trained, ours: Measured) -> str:
    """From an owner's click on Build to visitors who get the new answer, beside a stock training."""
    if isinstance(ours.publishing, str):
        return f"Not measured: {ours.publishing}"
    found = ours.publishing
    head = ["", "stock Rasa 3.6.21", "Front Desk", "aim"]
    training = f"{number(stock.seconds)} s (`rasa train` on {stock.questions:,} questions, no report)"
    rows = [
        ["from Build to the report", training, f"{number(found.report_s)} s", "30 s"],
        ["until the practice conversations are done", "-", f"{number(found.build_s)} s", ""],
        ["until the new bot is warm beside the old one", "-", f"{number(found.warm_s)} s more", ""],
        ["publish", "-", f"{number(found.publish_s)} s", "2 s"],
        ["undo", "-", f"{number(found.undo_s)} s", "10 s"],
        ["peak memory of everything (PSS)", _mb(stock.peak_mb), _mb(found.peak_mb), "1,600 MB"],
    ]
    gates = (
        f"{found.gates_failed} gates failed and were overridden" if found.gates_failed else "no gate failed"
    )
    return f"{table(head, rows)}\n\nOne answer had got one more question; {gates}."


def of_load(stock: Sequence[LoadFigures], ours: Sequence[LoadFigures], screen: Times | None) -> str:
    """From send to answer, and messages a second."""
    rows = [
        [mine.load.name, load_cells(theirs), load_cells(mine), f"{mine.per_second / theirs.per_second:.1f}"]
        for theirs, mine in zip(stock, ours, strict=True)
    ]
    head = [
        "load", "stock Rasa, bare REST: p50 / p95, messages/s",
        "Front Desk, whole path: p50 / p95, messages/s", "messages/s, ours to theirs",
    ]  # fmt: skip
    text = table(head, rows)
    if screen is not None:
        text += f"\n\nOn screen in Chromium, one visitor, {len(screen.seconds)} questions: {screen.as_text()}"
        text += " (p50 / p95 from Enter to the drawn answer)."
    return text


def load_cells(figures: LoadFigures) -> str:
    """One load's figures."""
    failed = f", {figures.failures} failed" if figures.failures else ""
    return f"{figures.times.as_text()}, {number(figures.per_second)}/s{failed}"


def _each(ours: Sequence[Memory], stock: Sequence[Memory]) -> list[list[str]]:
    named = [(f"Front Desk: {each.name}", each) for each in ours]
    named += [("stock Rasa: server", each) for each in stock]
    return [[name, f"{number(each.rss_mb)} MB", f"{number(each.pss_mb)} MB"] for name, each in named]


def _sum(memory: Sequence[Memory]) -> str:
    return f"{number(sum(each.pss_mb for each in memory))} MB"


def _mb(value: float) -> str:
    return f"{number(value)} MB" if value else "not watched"


def _p50(times: Times) -> str:
    return f"{number(times.p50_ms)} ms"


def _share(value: float | None, name: str) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if name == "auroc" else f"{value * 100:.1f} %"
