"""A training that does what its project says: `project/does` names it. Speaks the real one's lines.

`finish`: makes a release. `hang`: works until it is killed. `fail`: finds a problem. `break`: dies.
What came by standard input is kept beside the project, for the test to look at.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path


def tell(**said: object) -> None:
    print(json.dumps(said), flush=True)


def main(project: Path, var: Path) -> None:
    (project / "heard").write_text(sys.stdin.read(), encoding="utf-8")
    tell(step="check", share=1.0)
    tell(step="train", share=0.5)
    does = (project / "does").read_text(encoding="utf-8")
    if does == "hang":
        signal.pause()
    if does == "break":
        sys.exit(1)
    if does == "fail":
        problem = {"path": "data/answers/hours.yml", "line": 3, "text": "No source."}
        tell(failed="1 to mend; nothing was trained.", problems=[problem])
        sys.exit(1)
    (var / "releases" / "2").mkdir()
    tell(release="2")


if __name__ == "__main__":
    main(Path(sys.argv[2]), Path(sys.argv[4]))
