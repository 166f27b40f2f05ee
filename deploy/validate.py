"""`rasa data validate`, failing on what it only prints: `python -m deploy.validate`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy.settings import BOT_PYTHON, ROOT, Settings

COMMAND = [str(BOT_PYTHON), "-m", "rasa", "data", "validate"]
# Rasa returns 0 after most of its findings, which it prints as log lines or Python warnings.
FINDING = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b|UserWarning:|\[(warning|error|critical)\s*\]")
DETAILS = re.compile(r"Issue found in .* while parsing")  # what the issue is comes on the next line
# What Rasa reports although it is as it should be, and why.
EXPECTED = (
    re.compile(r"MovedIn20Warning|DeprecationWarning|tensorflow|TF-TRT"),  # libraries at import
    re.compile(
        r"duplicated intents .* files: faq(?:, follow_up)?$"
    ),  # Rasa itself adds retrieval intents again
    re.compile(r"The utterance 'utter_(?:follow_up|more)'"),  # named by its answer or follow-up
    re.compile(r"The utterance 'utter_after_card_\w+' is not used"),  # put together from what is said
    re.compile(r"'faq/\w+' is a full retrieval intent"),  # tells the reader which answer it was
)
# Rasa looks into stories and rules only: actions and the web half say utterances, components
# make intents.
NAMED_BY_CODE = re.compile(
    r"The (?:utterance|intent) '([\w/]+)' is (?:not used|listed in the domain file, but is not)"
)
CODE_ROOMS = ("actions", "components", "web")


def main() -> int:
    """Validate the content; return the exit status."""
    environ = Settings.from_environment(os.environ).environ(with_token=False)
    done = subprocess.run(
        COMMAND, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    found = list(findings(done.stdout.splitlines(), named_by_code=names_in_code(ROOT)))
    for finding in found:
        print(finding)
    if done.returncode and not found:
        print(done.stdout)
    print(f"rasa data validate: status {done.returncode}, {len(found)} findings.")
    return 1 if done.returncode or found else 0


def findings(lines: Iterable[str], *, named_by_code: frozenset[str]) -> Iterator[str]:
    """Yield what Rasa reports as wrong with the content."""
    rest = iter(lines)
    for line in rest:
        if not FINDING.search(line):
            continue
        if DETAILS.search(line):
            line = f"{line} {next(rest, '')}"
        if not _is_expected(line, named_by_code):
            yield line


def names_in_code(root: Path) -> frozenset[str]:
    """Collect every word that stands in quotes in the code."""
    paths = [path for room in CODE_ROOMS for path in (root / room).rglob("*.py")]
    words = re.compile(r"[\"']([\w/]+)[\"']")
    return frozenset(name for path in paths for name in words.findall(path.read_text(encoding="utf-8")))


def _is_expected(line: str, named_by_code: frozenset[str]) -> bool:
    named = NAMED_BY_CODE.search(line)
    if named and named[1] in named_by_code:
        return True
    return any(pattern.search(line) for pattern in EXPECTED)


if __name__ == "__main__":
    sys.exit(main())
