"""Supervise one stand-in part: `stand_in_supervisor.py FOLDER CODE`; prints what it says.

The part is a Python that runs CODE in FOLDER. It is ready once the file `up` is there.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from deploy.processes import Backoff, Child
from deploy.supervise import supervise


def main(folder: Path, code: str) -> int:
    child = Child(
        "The part",
        lambda: [sys.executable, "-c", code],
        dict(os.environ),
        folder,
        folder / "logs" / "part.log",
        backoff=Backoff(first_s=0.01, longest_s=0.05),
    )

    async def wait_until_ready() -> None:
        while not (folder / "up").exists():  # noqa: ASYNC110 (another process makes it)
            await asyncio.sleep(0.01)
        (folder / "up").unlink()

    return asyncio.run(supervise([child], wait_until_ready, "http://here/"))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
