"""`make audit`: the pinned packages against what is known of their holes.

The list `requirements/advisories.json` comes with the project and needs no network. Where pip-audit is
on the path and reaches its database, it is asked too. An advisory is open, or accepted with a reason
until a date; after that date it is open again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path

from packaging.specifiers import SpecifierSet

from deploy.pins import FILES, REQUIREMENTS, Pin, pins

ADVISORIES = REQUIREMENTS / "advisories.json"


@dataclass(frozen=True)
class Advisory:
    """One known hole. `accepted` says why it is left, `until` when that is looked at again."""

    id: str
    package: str
    affects: str
    what: str
    halves: tuple[str, ...] = ("web", "bot")
    accepted: str = ""
    until: str = ""

    def concerns(self, pin: Pin) -> bool:
        """Whether a pinned package has it."""
        is_named = pin.name == self.package and pin.half in self.halves
        return is_named and SpecifierSet(self.affects, prereleases=True).contains(pin.version)

    def is_accepted(self, today: date) -> bool:
        """Whether it is left for now."""
        return bool(self.accepted) and today <= date.fromisoformat(self.until)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is open and what is accepted; the status is 1 when something is open."""
    parser = argparse.ArgumentParser(prog="python -m deploy.audit", description=__doc__)
    parser.add_argument("--offline", action="store_true", help="do not ask pip-audit")
    options = parser.parse_args(arguments)
    known, today = advisories(), datetime.now(timezone.utc).date()
    open_, accepted = judged(pins(), known, today)
    for advisory, pin in accepted:
        print(f"accepted until {advisory.until}: {_named(advisory, pin)}\n    {advisory.accepted}")
    for advisory, pin in open_:
        print(f"OPEN: {_named(advisory, pin)}", file=sys.stderr)
    print(f"{len(open_)} open, {len(accepted)} accepted, of {len(known)} on the shipped list.")
    is_clean = not open_
    if not options.offline:
        is_clean &= _ask_pip_audit({advisory.id for advisory, _ in accepted})
    return 0 if is_clean else 1


def advisories(path: Path = ADVISORIES) -> list[Advisory]:
    """The shipped list."""
    listed = json.loads(path.read_text(encoding="utf-8"))["advisories"]
    return [Advisory(**(each | {"halves": tuple(each.get("halves", ("web", "bot")))})) for each in listed]


def judged(
    found: Sequence[Pin], known: Sequence[Advisory], today: date
) -> tuple[list[tuple[Advisory, Pin]], list[tuple[Advisory, Pin]]]:
    """What is open and what is accepted today."""
    hits = [(advisory, pin) for advisory in known for pin in found if advisory.concerns(pin)]
    accepted = [hit for hit in hits if hit[0].is_accepted(today)]
    return [hit for hit in hits if hit not in accepted], accepted


def _named(advisory: Advisory, pin: Pin) -> str:
    return f"{advisory.id} in {pin.name} {pin.version} ({pin.half} half): {advisory.what}"


def _ask_pip_audit(accepted: set[str]) -> bool:
    """Whether pip-audit finds nothing more; true, with a sentence, where it cannot be asked."""
    program = shutil.which("pip-audit")
    if program is None:
        print("pip-audit is not here, so only the shipped list was asked (pipx install pip-audit).")
        return True
    ignored = [word for each in sorted(accepted) for word in ("--ignore-vuln", each)]
    files = [word for names in FILES.values() for name in names for word in ("-r", str(REQUIREMENTS / name))]
    done = subprocess.run(
        [program, "--disable-pip", "--no-deps", "--progress-spinner=off", *ignored, *files],
        capture_output=True,
        text=True,
    )
    print(done.stdout, end="")
    if done.returncode != 0 and not done.stdout.strip():
        print("pip-audit could not reach its database, so only the shipped list was asked.")
        return True
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
