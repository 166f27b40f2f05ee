"""Both halves judge alike: the verdicts on file are those of this environment, whichever it is.

After a wanted change of the rules: `python -m tests.safety.test_parity` writes the file anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.safety.phrases import PHRASES, judged

VERDICTS = Path(__file__).parent / "verdicts.json"


def verdicts() -> dict[str, str]:
    """Give "kind rule language soft | parts left" for every phrase."""
    found = {}
    for row in PHRASES:
        verdict = judged(row["text"])
        soft = "soft" if verdict.soft_line else "plain"
        left = "left" if verdict.parts_left else "nothing left"
        found[row["id"]] = f"{verdict.kind} {verdict.rule} {verdict.language} {soft} {left}"
    return found


def test_the_verdicts_are_the_ones_on_file() -> None:
    assert verdicts() == json.loads(VERDICTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    VERDICTS.write_text(json.dumps(verdicts(), indent=0) + "\n", encoding="utf-8")
