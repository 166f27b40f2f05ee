"""Measure what safety hears: `python -m safety check FILE.tsv [--json]`, `table`, `cost`, `corpus`.

`table` prints rules, classifier and both by register, without a file of what the corpus holds out.
`cost` prints the processor time of a message, of the same messages.
`corpus` looks for rows that must not be learnt from: twice there, naming somebody, or kept for measuring.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from safety import tables
from safety.corpus import CorpusRefused, read_corpus
from safety.corpus.unseen import Unseen, texts_of
from safety.cost import cost_table
from safety.measure import measure


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m safety", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("check", help="judge every message of a tab-separated file")
    command.add_argument("file", type=Path)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    for name, told in (("table", "rules, classifier and both by register"), ("cost", "processor time")):
        command = commands.add_parser(name, help=f"print a table: {told}")
        command.add_argument("file", type=Path, nargs="?", help="none: what the corpus holds out")
    command = commands.add_parser("corpus", help="look for rows that must not be learnt from")
    command.add_argument("unseen", type=Path, nargs="*", help="files and folders kept for measuring")
    options = parser.parse_args()
    if options.command == "check":
        result = measure(options.file)
        print(json.dumps(result, indent=2) if options.json else _table(result))
    elif options.command in ("table", "cost"):
        rows = tables.of_file(options.file) if options.file else tables.held_out()
        print(tables.table(rows) if options.command == "table" else cost_table(rows))
    else:
        _check_corpus(options.unseen)


def _check_corpus(unseen: list[Path]) -> None:
    try:
        rows = read_corpus(unseen=Unseen(texts_of(unseen)))
    except CorpusRefused as refused:
        sys.exit(str(refused))
    print(f"{len(rows)} messages, nothing to refuse.")


def _table(result: dict[str, object]) -> str:
    lines = []
    for name, value in result.items():
        if isinstance(value, dict):
            lines += [f"{register:<18}{counts}" for register, counts in value.items()]
            continue
        shown = f"{len(value):>5}  {' '.join(value)}" if isinstance(value, list) else f"{value:>5}"
        lines.append(f"{name:<18}{shown}".rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    main()
