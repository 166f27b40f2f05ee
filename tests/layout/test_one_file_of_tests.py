"""The studio writes an answer's test messages into the very file that a build reads them from.

The halves never import each other, so nothing else would notice: every new answer would stay
behind the gate that asks for its tests.
"""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def told(path: str, name: str) -> str:
    code = (PROJECT / path).read_text(encoding="utf-8")
    found = re.search(rf'^(?:\w+, )*{name} = (?:"[^"]*", )*"([^"]+)"', code, re.MULTILINE)
    assert found is not None, f"{name} in {path}"
    return found.group(1)


def test_what_the_studio_writes_is_what_a_build_reads_and_a_release_keeps() -> None:
    written = told("web/studio/project_export.py", "TESTS")
    assert written == told("training/report.py", "ANSWER_TESTS")
    kept = (PROJECT / "training" / "releases.py").read_text(encoding="utf-8")
    assert f'"{written}"' in kept
