"""A build in its own process, as the web half starts it: niced, gone with its parent, telling JSON.

Lines: `{"step", "share"}` while it works, `{"report"}` with the release's id once its report can be
read, while conversations are still held; then `{"release"}`, or `{"failed", "problems"}` with a
sentence for the owner and what is wrong where.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from content.yaml_files import ProblemsError
from training.build import build
from training.errors import is_full_disk
from training.models import TrainingFailed
from training.process import die_with_parent

NICENESS = 10  # visitors first
NICENESS_OF_SESSION = 5  # a third of what the site may have, when both want all: it must end, too
AUTOGROUP = Path("/proc/self/autogroup")  # sched(7)
FULL_DISK = "The disk is full. Nothing was changed. Ask whoever runs this machine to make room."
NO_MEMORY = "There was not enough memory for the training. Nothing was changed. Try again later."
FAILED = "The training failed. Nothing was changed. The log of the build says more."


def run(project: Path, var: Path, *, tells: bool, reads_visitors: bool) -> int:
    """Build one release; the exit status is 0 when there is one."""
    _stay_behind_the_site()
    told = _Teller(tells)
    try:
        visitors = list(_visitors(sys.stdin)) if reads_visitors else []
        release = build(project, var, visitors=visitors, converses=True, tell=told.step, show=told.report)
    except ProblemsError as error:
        told.failed(f"{len(error.problems)} to mend; nothing was trained.", error.problems)
    except MemoryError:
        told.failed(NO_MEMORY)
    except OSError as error:
        told.failed(FULL_DISK if is_full_disk(error) else f"{FAILED} ({error})")
    except TrainingFailed as error:
        print(error, file=sys.stderr)
        told.failed(FAILED)
    except Exception:  # whatever it is, the owner gets a sentence and the log the cause
        traceback.print_exc()
        told.failed(FAILED)
    else:
        told.tell(release=release)
        return 0
    return 1


class _Teller:
    """Tells a program by lines of JSON, or a person by words."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        # Training sends everything that is printed to its log, so keep the way out.
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)

    def step(self, step: str, share: float) -> None:
        if self._as_json:
            self.tell(step=step, share=round(share, 3))
        elif share == 0:
            print(f"{step} ...", file=self._out)

    def report(self, release: str) -> None:
        if self._as_json:
            self.tell(report=release)
        else:
            print(f"The report of release {release} can be read; conversations follow.", file=self._out)

    def tell(self, **said: Any) -> None:
        line = json.dumps(said, ensure_ascii=False) if self._as_json else " ".join(map(str, said.values()))
        print(line, file=self._out)

    def failed(self, sentence: str, problems: Any = ()) -> None:
        if not self._as_json:
            for problem in problems:
                print(problem, file=sys.stderr)
        as_data = [{"path": p.path, "line": p.line, "text": p.text} for p in problems]
        self.tell(failed=sentence, **({"problems": as_data} if self._as_json else {}))


def _visitors(lines: TextIO) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in lines if line.strip())


def _stay_behind_the_site() -> None:
    """Let visitors' turns go first, and end when whoever started this ends."""
    os.nice(NICENESS)
    # Where the kernel groups processes by session, niceness counts only within the group, so the
    # group gets one of its own; not when it is somebody's shell.
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            AUTOGROUP.write_text(f"{NICENESS_OF_SESSION}\n", encoding="ascii")
    die_with_parent()
