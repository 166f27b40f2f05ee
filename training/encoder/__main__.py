"""`python -m training.encoder --from auto --to var/encoder`: build the encoder unless it stands."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from training.encoder.recipe import MODEL_FILE, is_built
from training.encoder.weights import WeightsError, source_folder


def main(arguments: list[str] | None = None) -> int:
    """Build the encoder; return the exit status."""
    options = _options(arguments)
    if is_built(options.folder):
        print(f"The encoder in {options.folder} is up to date.")
        return 0
    if options.check:
        print(f"The encoder in {options.folder} is missing or out of date.")
        return 1
    # Here and not above: importing onnx takes seconds that the usual case can do without.
    from training.encoder.build import build

    try:
        build(source_folder(options.source), options.folder)
    except WeightsError as error:
        print(error, file=sys.stderr)
        return 1
    size_mb = (options.folder / MODEL_FILE).stat().st_size / 1e6
    print(f"Built the encoder in {options.folder} ({size_mb:.1f} MB).")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    parser.add_argument("--from", dest="source", default="auto", help="folder of the weights")
    parser.add_argument("--to", dest="folder", type=Path, default=Path("var/encoder"))
    parser.add_argument("--check", action="store_true", help="only say whether it stands")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
