"""`make version VERSION=0.3.0`: what is unreleased in the changelog becomes a version, everywhere at once.

Changes CHANGELOG.md, pyproject.toml and the bill of materials; says the two git commands that are left.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy import sbom
from deploy.cli.versions import HEADING, number_of
from deploy.pins import pins

ROOT = Path(__file__).resolve().parent.parent
UNRELEASED = "## Unreleased"
BEFORE = "Before you update"
_VERSION = re.compile(r'(?m)^version = ".*"$')
_READERS = ("For visitors", "For staff", "For content owners", "For operators and developers")


class NotReadyError(Exception):
    """What has to be done before there can be this version, a line each."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the version, or say all that keeps it from being one."""
    parser = argparse.ArgumentParser(prog="python -m deploy.new_version", description=__doc__)
    parser.add_argument("version", help="like 0.3.0")
    version = parser.parse_args(arguments).version.removeprefix("v")
    try:
        make(version, ROOT)
    except NotReadyError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"CHANGELOG.md, pyproject.toml and {sbom.FILE.relative_to(ROOT)} say {version}. Now:")
    print(f'    git commit --all --message "Front Desk {version}" && git tag v{version}')
    return 0


def make(version: str, root: Path) -> None:
    """Write the version into the three files. Raises NotReadyError before anything is changed."""
    changelog, project = root / "CHANGELOG.md", root / "pyproject.toml"
    text = changelog.read_text(encoding="utf-8")
    if missing := [*_about_the_number(version, text), *_about_the_notes(text, root)]:
        raise NotReadyError("\n".join(["Nothing was changed:", *(f"- {line}" for line in missing)]))
    changelog.write_text(text.replace(UNRELEASED, f"## {version}", 1), encoding="utf-8")
    named = _VERSION.sub(f'version = "{version}"', project.read_text(encoding="utf-8"), count=1)
    project.write_text(named, encoding="utf-8")
    bill = root / sbom.FILE.relative_to(ROOT)
    bill.write_text(sbom.as_text(pins(bill.parent), root), encoding="utf-8")


def _about_the_number(version: str, text: str) -> list[str]:
    if not number_of(version):
        return [f"'{version}' is no version; expected one like 0.3.0."]
    known = [found[1] for found in HEADING.finditer(text) if found[1]]
    return [f"There is a version {each} already." for each in known if number_of(each) >= number_of(version)]


def _about_the_notes(text: str, root: Path) -> list[str]:
    """What a reader of "before you update" would miss, as far as a program sees it."""
    if UNRELEASED not in text:
        return [f"CHANGELOG.md has no '{UNRELEASED}': nothing has changed since the last version."]
    notes = re.split(r"(?m)^## ", text.split(UNRELEASED, 1)[1], maxsplit=1)[0]
    before = re.split(rf"(?m)^(?:{'|'.join(_READERS)})$", notes, maxsplit=1)[0]
    if BEFORE not in before:
        return [f"'{UNRELEASED}' does not begin with '{BEFORE}'."]
    forms = sorted(path.name[:4] for path in (root / "web/migrations/versions").glob("[0-9]*.py"))
    earlier = text.split(UNRELEASED, 1)[1][len(notes) :]
    if forms and forms[-1] not in before + earlier:
        return [f"'{BEFORE}' does not say that the record gets the form {forms[-1]}."]
    return []


if __name__ == "__main__":
    sys.exit(main())
