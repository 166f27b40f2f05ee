"""Measure the rules on a file of labelled messages: python -m safety check FILE.tsv [--json]."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from safety.measure import measure


def main() -> None:
    """Print what was caught, missed and falsely alarmed."""
    parser = argparse.ArgumentParser(prog="python -m safety")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("check", help="run the rules over a tab-separated file")
    command.add_argument("file", type=Path)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    result = measure(options.file)
    print(json.dumps(result, indent=2) if options.json else _table(result))


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
