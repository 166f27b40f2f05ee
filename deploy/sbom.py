"""`python -m deploy.sbom`: what Front Desk is made of, as CycloneDX 1.5, from the pinned requirements.

The same requirements give the same file to the byte, so that a change is seen in review and in CI.
"""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomllib

from deploy.pins import REQUIREMENTS, Pin, pins

FILE = REQUIREMENTS / "sbom.cdx.json"
ROOT = REQUIREMENTS.parent
# What is not a package of Python: the interpreters, and what stands in the project itself.
INTERPRETERS = {"web": ">=3.11", "bot": "3.10"}
NAMESPACE = uuid.UUID("6e0f9d5c-27d4-5d0c-9d3d-2a3f6f0b1f3e")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, or say whether it is up to date."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sbom", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the file is up to date")
    text = as_text(pins())
    if parser.parse_args(arguments).check:
        if not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
            print(f"{FILE.relative_to(ROOT)} is not up to date: make sbom", file=sys.stderr)
            return 1
        return 0
    FILE.write_text(text, encoding="utf-8")
    print(f"{FILE.relative_to(ROOT)}: {len(json.loads(text)['components'])} components")
    return 0


def as_text(found: Sequence[Pin], root: Path = ROOT) -> str:
    """The whole bill of materials."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    components = [_component(pin) for pin in found] + [_interpreter(half) for half in INTERPRETERS]
    reference = f"pkg:generic/{project['name']}@{project['version']}"
    bill: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]["text"]}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": reference, "dependsOn": sorted(each["bom-ref"] for each in components)}],
    }
    # A name for exactly this content, the same wherever it is made.
    serial = uuid.uuid5(NAMESPACE, json.dumps(bill, sort_keys=True))
    bill["serialNumber"] = f"urn:uuid:{serial}"
    return json.dumps(bill, indent=1, sort_keys=True) + "\n"


def _component(pin: Pin) -> dict[str, Any]:
    package = f"pkg:pypi/{pin.name}@{pin.version}"
    return {
        "type": "library",
        "bom-ref": f"{package}#{pin.half}",
        "name": pin.name,
        "version": pin.version,
        "purl": package,
        "group": "",
        # Any of these files may be installed: one for each platform.
        "properties": [
            {"name": "front-desk:half", "value": pin.half},
            *({"name": "front-desk:sha256", "value": value} for value in sorted(pin.hashes)),
        ],
    }


def _interpreter(half: str) -> dict[str, Any]:
    return {
        "type": "platform",
        "bom-ref": f"python#{half}",
        "name": "python",
        "version": INTERPRETERS[half],
        "properties": [{"name": "front-desk:half", "value": half}],
    }


if __name__ == "__main__":
    sys.exit(main())
