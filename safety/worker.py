"""`python -m safety.worker [FILE]`: judges one text a line, for a process that must not wait for it.

A line in is a text as JSON, a line out its verdict as JSON; the first line out says that the rules
are read, from FILE where they are kept compiled. It ends with its input, so when its parent dies,
however that dies.
"""

from __future__ import annotations

import gc
import json
import logging
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safety.check import check, warm_up

READY = {"ready": True}


def main() -> None:
    """Answer line after line until there are no more."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # A terminal and a service manager signal everybody at once; the last verdicts are still wanted.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    gc.disable()  # the rules stay: no search for garbage goes through them, also not while they are read
    warm_up(*map(Path, sys.argv[1:2]))
    gc.freeze()
    gc.enable()
    _say(READY)
    for line in sys.stdin:
        _say(asdict(check(json.loads(line))))


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
